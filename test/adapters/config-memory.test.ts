import { describe, expect, it } from 'vitest'
import { MemoryConfigSource } from '../../src/adapters/config-memory/memory-config-source.js'
import { configSourceContract } from '../contracts/config-source.contract.js'

configSourceContract(
  { describe, it },
  {
    name: 'memory',
    async create(text, options) {
      const source = new MemoryConfigSource(text, options)
      return { source, replace: async (next) => source.put(next), dispose: async () => undefined }
    },
  },
)

describe('MemoryConfigSource', () => {
  it('accepts a value, JSON5 text, or nothing', async () => {
    expect((await new MemoryConfigSource({ gateway: { port: 1 } }).read()).config?.gateway.port).toBe(1)
    expect((await new MemoryConfigSource('{gateway: {port: 2}} // two').read()).config?.gateway.port).toBe(2)
    const missing = await new MemoryConfigSource(null).read()
    expect(missing).toMatchObject({ exists: false, raw: '', parsed: {}, problems: [] })
    expect(missing.config?.gateway.bind).toBe('loopback')
  })

  it('tells watchers of a replacement until they stop', async () => {
    const source = new MemoryConfigSource()
    let calls = 0
    const stop = source.watch(() => {
      calls += 1
    })
    source.put({ gateway: { port: 3 } })
    await Promise.resolve()
    expect(calls).toBe(1)
    stop()
    source.put({})
    await Promise.resolve()
    expect(calls).toBe(1)
  })

  it('reports text that is no JSON5 object', async () => {
    const reading = await new MemoryConfigSource('[1]').read()
    expect(reading.config).toBeNull()
    expect(reading.problems[0]?.code).toBe('parse_error')
  })
})
