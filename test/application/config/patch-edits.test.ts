import { describe, expect, it } from 'vitest'
import { MemoryConfigSource } from '../../../src/adapters/config-memory/memory-config-source.js'
import { patchEdits } from '../../../src/application/config/patch-edits.js'

const BEFORE = {
  gateway: { port: 1, mode: 'local' },
  agents: {
    list: [
      { id: 'a', name: 'A' },
      { id: 'b', name: 'B' },
    ],
  },
  logging: { redactPatterns: ['x'] },
}

describe('patchEdits', () => {
  it.each([
    ['sets one value', { gateway: { port: 2 } }, { gateway: { port: 2, mode: 'local' } }],
    ['deletes by null', { gateway: { port: null } }, { gateway: { mode: 'local' } }],
    ['deletes nothing that is not there', { session: null, gateway: { bind: null } }, {}],
    ['replaces a list', { logging: { redactPatterns: ['y', 'z'] } }, { logging: { redactPatterns: ['y', 'z'] } }],
    [
      'merges lists by id',
      { agents: { list: [{ id: 'b', name: 'C' }, { id: 'c', name: null }, { id: 'd' }] } },
      { agents: { list: [{ id: 'a', name: 'A' }, { id: 'b', name: 'C' }, { id: 'c' }, { id: 'd' }] } },
    ],
    ['drops nulls in what is new', { session: { scope: 'global', mainKey: null } }, { session: { scope: 'global' } }],
    ['empties a list', { agents: { list: [] } }, { agents: { list: [] } }],
  ])('%s', async (_, patch, changes) => {
    const source = new MemoryConfigSource(BEFORE)
    await source.edit(patchEdits((await source.read()).resolved, patch))
    expect((await source.read()).parsed).toEqual({ ...BEFORE, ...changes })
  })
})
