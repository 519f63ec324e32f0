import assert from 'node:assert/strict'
import type { SessionQuery, SessionStore } from '../../../src/application/ports/session-store.js'
import type { SessionEntry } from '../../../src/domain/session/session-entry.js'
import { keysOf, sampleSession } from './samples.js'
import type { Prove } from './session-store-harness.js'

/** L: lists. */
export function listingProofs(prove: Prove): void {
  prove('L1', async (store) => {
    await put(store, [
      sampleSession('agent:main:b', { updatedAt: 20 }),
      sampleSession('agent:main:c', { updatedAt: 30 }),
      sampleSession('agent:main:a', { updatedAt: 20 }),
      sampleSession('agent:main:d', { updatedAt: 10 }),
    ])
    await expectKeys(store, {}, ['agent:main:c', 'agent:main:a', 'agent:main:b', 'agent:main:d'])
    await store.commit([
      {
        kind: 'session.update',
        key: 'agent:main:d',
        changes: { updatedAt: 40 },
        otherwise: sampleSession('agent:main:d'),
      },
    ])
    await expectKeys(store, {}, ['agent:main:d', 'agent:main:c', 'agent:main:a', 'agent:main:b'])
  })

  prove('L2', async (store) => {
    const entry = sampleSession('agent:main:a', { label: 'l', origin: { from: 'x' }, totalTokens: 3 })
    await put(store, [entry])
    assert.deepEqual(await store.list({}), [entry])
    assert.deepEqual(await store.list({ search: 'no such text' }), [])
  })

  prove('L3', async (store) => {
    await put(
      store,
      [1, 2, 3, 4].map((at) => sampleSession(`agent:main:${at}`, { updatedAt: at })),
    )
    await expectKeys(store, { limit: 2 }, ['agent:main:4', 'agent:main:3'])
    await expectKeys(store, { limit: 0 }, [])
    await expectKeys(store, { limit: 9, updatedSince: 3 }, ['agent:main:4', 'agent:main:3'])
  })

  prove('L4', async (store) => {
    await put(store, [
      sampleSession('agent:main:a', { updatedAt: 1, label: 'Ärger', spawnedBy: 'agent:main:Main' }),
      sampleSession('agent:ops:b', { updatedAt: 2, agentId: 'Ops', spawnedBy: 'agent:main:main' }),
      sampleSession('agent:ops:c', { updatedAt: 3, agentId: 'ops', label: 'other' }),
    ])
    await expectKeys(store, { agentId: 'OPS' }, ['agent:ops:c', 'agent:ops:b'])
    await expectKeys(store, { label: 'ÄRGER' }, ['agent:main:a'])
    await expectKeys(store, { spawnedBy: 'AGENT:main:main' }, ['agent:ops:b', 'agent:main:a'])
    await expectKeys(store, { agentId: 'ops', spawnedBy: 'agent:main:main' }, ['agent:ops:b'])
    await expectKeys(store, { agentId: 'nobody' }, [])
  })

  prove('L5', async (store) => {
    await put(store, [
      sampleSession('agent:main:needle1', { updatedAt: 5, sessionId: 'x1' }),
      sampleSession('agent:main:2', { updatedAt: 4, sessionId: 'the NEEDLE2' }),
      sampleSession('agent:main:3', { updatedAt: 3, sessionId: 'x3', displayName: 'a Needle3%' }),
      sampleSession('agent:main:4', { updatedAt: 2, sessionId: 'x4', label: 'neEdle_4' }),
      sampleSession('agent:main:5', { updatedAt: 1, sessionId: 'x5', subject: 'on needleS', lastTo: 'haystack' }),
    ])
    const all = ['agent:main:needle1', 'agent:main:2', 'agent:main:3', 'agent:main:4', 'agent:main:5']
    await expectKeys(store, { search: 'nEEdle' }, all)
    await expectKeys(store, { search: 'needle', limit: 2 }, all.slice(0, 2))
    await expectKeys(store, { search: 'haystack' }, [])
    await expectKeys(store, { search: '%' }, ['agent:main:3'])
    await expectKeys(store, { search: '_' }, ['agent:main:4'])
    await expectKeys(store, { search: 'needle_4x4' }, [])
  })

  prove('L6', async (store) => {
    await put(store, [
      sampleSession('global', { updatedAt: 6 }),
      sampleSession('unknown', { updatedAt: 5 }),
      sampleSession('agent:main:cron:job:run:7', { updatedAt: 4 }),
      sampleSession('agent:main:cron:job', { updatedAt: 3 }),
      sampleSession('agent:main:global', { updatedAt: 2 }),
    ])
    const ordinary = ['agent:main:cron:job', 'agent:main:global']
    await expectKeys(store, {}, ordinary)
    await expectKeys(store, { includeGlobal: true }, ['global', ...ordinary])
    await expectKeys(store, { includeUnknown: true }, ['unknown', ...ordinary])
    await expectKeys(store, { includeGlobal: true, includeUnknown: true }, ['global', 'unknown', ...ordinary])
    await expectKeys(store, { search: 'cron' }, ['agent:main:cron:job'])
    assert.equal(await store.count(), 5)
  })
}

async function put(store: SessionStore, entries: readonly SessionEntry[]): Promise<void> {
  await store.commit(entries.map((entry) => ({ kind: 'session.put' as const, entry })))
}

async function expectKeys(store: SessionStore, query: SessionQuery, keys: readonly string[]): Promise<void> {
  assert.deepEqual(keysOf(await store.list(query)), keys, `sessions listed for ${JSON.stringify(query)}`)
}
