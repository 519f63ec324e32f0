import assert from 'node:assert/strict'
import type { SessionStore } from '../../../src/application/ports/session-store.js'
import { UTC } from '../../../src/domain/usage/usage-query.js'
import { sampleTaken, sampleToSay } from './mail-samples.js'
import { assertRefused } from './refusals.js'
import { idsOf, sampleEntries, sampleEntry, sampleRun, sampleSession, sampleUsage } from './samples.js'
import type { Prove } from './session-store-harness.js'

const EVER = { from: 0, until: 10, offsets: UTC }

/** Every operation a store has, beside opening and closing. */
const OPERATIONS: Readonly<Record<string, (store: SessionStore) => Promise<unknown>>> = {
  commit: (store) => store.commit([{ kind: 'session.delete', key: 'agent:main:a' }]),
  session: (store) => store.session('agent:main:a'),
  sessionById: (store) => store.sessionById('s'),
  list: (store) => store.list({}),
  count: (store) => store.count(),
  transcript: (store) => store.transcript('s'),
  transcriptLength: (store) => store.transcriptLength('s'),
  archives: (store) => store.archives('s'),
  archivesOf: (store) => store.archivesOf('agent:main:a'),
  archived: (store) => store.archived('arc'),
  run: (store) => store.run('r'),
  unfinishedRuns: (store) => store.unfinishedRuns(),
  usage: (store) => store.usage(EVER, []),
  toolUses: (store) => store.toolUses(EVER, []),
  latencies: (store) => store.latencies(EVER, []),
  usagePoints: (store) => store.usagePoints(EVER, 1),
  knowsInbound: (store) => store.knowsInbound('m'),
  undoneInbox: (store) => store.undoneInbox(),
  undelivered: (store) => store.undelivered(),
  deadLetters: (store) => store.deadLetters(1),
}

/**
 * O: opening and closing; D: what outlives a store object, for harnesses that say their store does.
 * `prove` hands out stores that are not open yet.
 */
export function lifecycleProofs(prove: Prove): void {
  prove('O1', async (store) => {
    for (const [name, operation] of Object.entries(OPERATIONS))
      await assertRefused(operation(store), 'store-closed', name)
  })

  prove('O2', async (store) => {
    await store.open()
    for (const operation of Object.values(OPERATIONS)) await operation(store)
    await store.close()
    for (const [name, operation] of Object.entries(OPERATIONS))
      await assertRefused(operation(store), 'store-closed', name)
  })

  prove('O3', async (store) => {
    await store.close()
    await Promise.all([store.open(), store.open()])
    await store.commit([{ kind: 'session.put', entry: sampleSession('agent:main:a') }])
    await store.open()
    assert.equal(await store.count(), 1, 'opening an open store keeps what it has')
    await Promise.all([store.close(), store.close()])
    await store.close()
  })

  prove('O4', async (store) => {
    await store.open()
    await store.close()
    await store.open()
    await store.commit([{ kind: 'session.put', entry: sampleSession('agent:main:a') }])
    assert.equal(await store.count(), 1)
  })

  prove('O5', async (store) => {
    await store.open()
    const commits = sampleEntries('e', 50).map((entry) =>
      store.commit([{ kind: 'transcript.append', sessionId: 's', entries: [entry] }]),
    )
    await store.close()
    const outcomes = await Promise.allSettled(commits)
    assert.deepEqual(new Set(outcomes.map(({ status }) => status)), new Set(['fulfilled']))
  })

  prove('O6', async (store) => {
    assert.notEqual(store.location, '')
  })

  prove('D1', async (store, { durable }) => {
    assert.ok(durable !== undefined, 'the harness does not declare how to reopen a store')
    await store.open()
    await store.commit([
      { kind: 'session.put', entry: sampleSession('agent:main:a', { label: 'taken' }) },
      { kind: 'transcript.append', sessionId: 's', entries: sampleEntries('e', 3) },
      { kind: 'transcript.archive', sessionId: 's', archiveId: 'arc', reason: 'reset', at: 1, keepLast: 1 },
      { kind: 'usage.add', record: sampleUsage(5) },
      { kind: 'inbox.add', entry: sampleTaken('m1') },
      { kind: 'outbox.add', entry: sampleToSay('o1') },
      { kind: 'outbox.progress', id: 'o1', sentTo: 2 },
      { kind: 'run.accept', run: sampleRun('r1') },
      { kind: 'run.accept', run: sampleRun('r2') },
      { kind: 'run.start', runId: 'r1', startedAt: 2 },
    ])
    await store.close()
    const next = await durable.reopen(store)
    await next.open()
    try {
      assert.deepEqual(await next.session('agent:main:a'), sampleSession('agent:main:a', { label: 'taken' }))
      assert.deepEqual(idsOf(await next.transcript('s')), ['e3'])
      assert.deepEqual(idsOf(await next.archived('arc')), ['e1', 'e2'])
      assert.deepEqual(
        (await next.unfinishedRuns()).map(({ runId, state }) => [runId, state]),
        [
          ['r1', 'running'],
          ['r2', 'accepted'],
        ],
      )
      assert.deepEqual(await next.undoneInbox(), [sampleTaken('m1')])
      assert.deepEqual(await next.undelivered(), [{ ...sampleToSay('o1'), sentTo: 2 }])
      assert.deepEqual(
        (await next.usagePoints(EVER, 9)).map(({ at }) => at),
        [5],
      )
      await next.commit([{ kind: 'transcript.append', sessionId: 's', entries: [sampleEntry('f')] }])
      assert.deepEqual(idsOf(await next.transcript('s')), ['e3', 'f'])
      const rival = sampleSession('agent:main:b', { label: 'Taken' })
      await assertRefused(next.commit([{ kind: 'session.put', entry: rival }]), 'label-taken', 'a label from before')
      await assertRefused(
        next.commit([{ kind: 'run.accept', run: sampleRun('r2') }]),
        'run-exists',
        'a run from before',
      )
    } finally {
      await next.close()
    }
  })
}
