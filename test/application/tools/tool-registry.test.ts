import { describe, expect, it } from 'vitest'
import { MemoryLog } from '../../../src/adapters/log-memory/memory-log.js'
import { ToolRegistry } from '../../../src/application/tools/tool-registry.js'
import { said, testTool, toolbox } from '../../doubles/test-tools.js'

const look = testTool('look', async () => said('first'))
const listen = testTool('listen', async () => said('first'))
const otherLook = testTool('look', async () => said('second'))

describe('ToolRegistry', () => {
  it('keeps names unique: the first one counts, and the other is told of once', () => {
    const log = new MemoryLog()
    const registry = new ToolRegistry([toolbox([look, listen], 'one'), toolbox([otherLook], 'two')], log)
    for (let turn = 0; turn < 3; turn++) registry.all('main')
    expect(registry.all('main')).toEqual([
      { toolboxId: 'one', tool: look },
      { toolboxId: 'one', tool: listen },
    ])
    expect(log.lines.filter(({ level }) => level === 'warn')).toHaveLength(1)
  })

  it('offers what passes, and knows the rest', () => {
    const registry = new ToolRegistry([toolbox([look], 'one'), toolbox([listen], 'two')], new MemoryLog())
    const asked: string[] = []
    const offered = registry.offer('main', (tool, id) => {
      asked.push(`${id}/${tool.name}`)
      return tool === listen
    })
    expect(asked).toEqual(['one/look', 'two/listen'])
    expect(offered.specs).toEqual([
      {
        name: 'listen',
        description: 'Does listen.',
        parameters: { type: 'object', properties: { at: { type: 'string' } }, additionalProperties: false },
      },
    ])
    expect(offered.find('listen')).toBe(listen)
    expect(offered.find('look')).toBeUndefined()
    expect([offered.isKnown('look'), offered.isKnown('fly')]).toEqual([true, false])
    expect(registry.offer('main', () => true).specs[1]).toBe(offered.specs[0])
  })

  it('closes every toolbox, whatever the others do', async () => {
    const log = new MemoryLog()
    let closed = 0
    const broken = { ...toolbox([], 'broken'), close: () => Promise.reject(new Error('stuck')) }
    const fine = { ...toolbox([]), close: async () => void closed++ }
    await new ToolRegistry([broken, fine], log).close()
    expect(closed).toBe(1)
    expect(log.lines.filter(({ level }) => level === 'error')).toHaveLength(1)
  })
})
