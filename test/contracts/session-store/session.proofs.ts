import assert from 'node:assert/strict'
import { assertRefused } from './refusals.js'
import { AWKWARD_TEXT, sampleSession } from './samples.js'
import type { Prove } from './session-store-harness.js'

/** S: single sessions. */
export function sessionProofs(prove: Prove): void {
  prove('S1', async (store) => {
    const entry = sampleSession('agent:main:whole', {
      displayName: AWKWARD_TEXT,
      label: 'Whole',
      spawnDepth: 2,
      systemSent: false,
      inputTokens: 0,
      origin: { provider: 'telegram', from: AWKWARD_TEXT },
      deliveryContext: { channel: 'telegram', to: '42' },
    })
    await store.commit([{ kind: 'session.put', entry }])
    assert.deepEqual(await store.session(entry.key), entry)
    assert.deepEqual(await store.sessionById(entry.sessionId), entry)
    assert.equal(await store.session('agent:main:nobody'), null)
    assert.equal(await store.sessionById('nobody'), null)
  })

  prove('S2', async (store) => {
    await store.commit([
      { kind: 'session.put', entry: sampleSession('agent:main:a', { label: 'old', subject: 'old' }) },
    ])
    const next = sampleSession('agent:main:a', { sessionId: 'another', updatedAt: 2_000 })
    await store.commit([{ kind: 'session.put', entry: next }])
    assert.deepEqual(await store.session(next.key), next)
    assert.equal(await store.sessionById('transcript of agent:main:a'), null, 'the old transcript id is forgotten')
    assert.equal(await store.count(), 1)
  })

  prove('S3', async (store) => {
    const entry = sampleSession('agent:main:a', { label: 'kept', subject: 'cleared', inputTokens: 1 })
    await store.commit([{ kind: 'session.put', entry }])
    const changes = { subject: null, inputTokens: 2, updatedAt: 3_000 }
    await store.commit([{ kind: 'session.update', key: entry.key, changes, otherwise: sampleSession('agent:main:a') }])
    const { subject: _cleared, ...rest } = entry
    assert.deepEqual(await store.session(entry.key), { ...rest, inputTokens: 2, updatedAt: 3_000 })
  })

  prove('S4', async (store) => {
    const otherwise = sampleSession('agent:main:new', { subject: 'gone', lastTo: 'kept' })
    await store.commit([
      { kind: 'session.update', key: 'agent:main:new', changes: { subject: null, lastModel: 'm' }, otherwise },
    ])
    const expected = sampleSession('agent:main:new', { lastTo: 'kept', lastModel: 'm' })
    assert.deepEqual(await store.session('agent:main:new'), expected)
  })

  prove('S5', async (store) => {
    const key = 'agent:main:busy'
    const otherwise = sampleSession(key)
    const updates = [{ label: 'l' }, { subject: 's' }, { inputTokens: 7 }, { lastTo: 't' }, { thinkingLevel: 'high' }]
    await Promise.all(updates.map((changes) => store.commit([{ kind: 'session.update', key, changes, otherwise }])))
    assert.deepEqual(await store.session(key), Object.assign({}, otherwise, ...updates))
  })

  prove('S6', async (store) => {
    await store.commit([{ kind: 'session.put', entry: sampleSession('agent:main:a', { label: 'Größe' }) }])
    const rival = sampleSession('agent:main:b', { label: 'gRÖßE' })
    await assertRefused(
      store.commit([{ kind: 'session.put', entry: rival }]),
      'label-taken',
      'a second session "größe"',
    )
    assert.equal(await store.session(rival.key), null, 'the refused session is not there')
    const changes = { label: 'GRÖßE' }
    const otherwise = sampleSession('agent:main:a')
    await store.commit([{ kind: 'session.update', key: 'agent:main:a', changes, otherwise }])
    assert.equal((await store.session('agent:main:a'))?.label, 'GRÖßE', 'its own label may be spelled anew')
  })

  prove('S7', async (store) => {
    const put = (key: string, label?: string) =>
      store.commit([{ kind: 'session.put', entry: sampleSession(key, label === undefined ? {} : { label }) }])
    await put('agent:main:a', 'one')
    await put('agent:main:a', 'two')
    await put('agent:main:b', 'one')
    const otherwise = sampleSession('agent:main:a')
    await store.commit([{ kind: 'session.update', key: 'agent:main:a', changes: { label: null }, otherwise }])
    await put('agent:main:c', 'two')
    await store.commit([{ kind: 'session.delete', key: 'agent:main:c' }])
    await put('agent:main:d', 'two')
    assert.equal((await store.session('agent:main:d'))?.label, 'two')
  })

  prove('S8', async (store) => {
    await store.commit([{ kind: 'session.put', entry: sampleSession('agent:main:a') }])
    await store.commit([
      { kind: 'session.delete', key: 'agent:main:a' },
      { kind: 'session.delete', key: 'agent:main:nobody' },
    ])
    assert.equal(await store.session('agent:main:a'), null)
    assert.equal(await store.sessionById('transcript of agent:main:a'), null)
    assert.equal(await store.count(), 0)
  })

  prove('S9', async (store) => {
    const older = sampleSession('agent:main:a', { sessionId: 'shared', updatedAt: 5 })
    const newer = sampleSession('agent:main:b', { sessionId: 'shared', updatedAt: 6 })
    await store.commit([
      { kind: 'session.put', entry: newer },
      { kind: 'session.put', entry: older },
    ])
    assert.equal((await store.sessionById('shared'))?.key, newer.key)
  })
}
