import assert from 'node:assert/strict'
import type { SessionStore, StoreChange } from '../../../src/application/ports/session-store.js'
import type { SessionEntry } from '../../../src/domain/session/session-entry.js'
import { UTC } from '../../../src/domain/usage/usage-query.js'
import { sampleTaken, sampleToSay } from './mail-samples.js'
import { assertRefused } from './refusals.js'
import { idsOf, sampleEntries, sampleEntry, sampleRun, sampleSession, sampleUsage } from './samples.js'
import type { Prove } from './session-store-harness.js'

/** C: commits. */
export function commitProofs(prove: Prove): void {
  prove('C1', async (store) => {
    const kept = sampleSession('agent:main:kept', { label: 'taken', subject: 'before' })
    await store.commit([
      { kind: 'session.put', entry: kept },
      { kind: 'session.put', entry: sampleSession('agent:main:doomed', { label: 'doomed' }) },
      { kind: 'transcript.append', sessionId: 's', entries: sampleEntries('e', 3) },
      { kind: 'transcript.append', sessionId: 'old', entries: sampleEntries('o', 3) },
      { kind: 'transcript.archive', sessionId: 'old', archiveId: 'arc', reason: 'reset', at: 1, keepLast: 1 },
      { kind: 'usage.add', record: sampleUsage(2) },
      { kind: 'inbox.add', entry: sampleTaken('m1') },
      { kind: 'inbox.add', entry: sampleTaken('m2') },
      { kind: 'inbox.done', ids: ['m2'] },
      { kind: 'outbox.add', entry: sampleToSay('o1') },
      { kind: 'outbox.add', entry: sampleToSay('o2') },
      { kind: 'outbox.add', entry: sampleToSay('o3') },
      { kind: 'outbox.failed', id: 'o3', at: 3, code: 'network', reason: 'gone' },
      { kind: 'run.accept', run: sampleRun('ended', { acceptedAt: 1 }) },
      { kind: 'run.finish', runId: 'ended', state: 'ok', endedAt: 2 },
      { kind: 'run.accept', run: sampleRun('r') },
      { kind: 'run.accept', run: sampleRun('taken back') },
      { kind: 'run.accept', run: sampleRun('unsaid') },
      { kind: 'run.withdraw', runId: 'unsaid', endedAt: 9, error: 'aborted' },
    ])
    const before = await everything(store)
    const steps: readonly StoreChange[] = [
      { kind: 'session.update', key: kept.key, changes: { subject: 'after', label: 'free' }, otherwise: kept },
      { kind: 'session.delete', key: 'agent:main:doomed' },
      { kind: 'session.put', entry: sampleSession('agent:main:new', { label: 'taken' }) },
      { kind: 'transcript.append', sessionId: 's', entries: sampleEntries('f', 2) },
      { kind: 'transcript.append', sessionId: 'new', entries: sampleEntries('g', 2) },
      { kind: 'transcript.archive', sessionId: 's', archiveId: 'never', reason: 'reset', at: 1, keepLast: 1 },
      {
        kind: 'transcript.summarise',
        sessionId: 'new',
        archiveId: 'never too',
        at: 1,
        through: 'g1',
        summary: sampleEntry('h'),
      },
      { kind: 'transcript.forget', sessionId: 'old' },
      { kind: 'usage.add', record: sampleUsage(3) },
      { kind: 'usage.forget', before: 3, limit: 9 },
      { kind: 'inbox.forget', before: 9_000 },
      { kind: 'inbox.done', ids: ['m1'] },
      { kind: 'inbox.add', entry: sampleTaken('m3') },
      { kind: 'outbox.move', channel: 'irc', accountId: 'default', from: 'alice', to: 'bob' },
      { kind: 'outbox.progress', id: 'o2', sentTo: 2 },
      { kind: 'outbox.done', id: 'o1' },
      { kind: 'outbox.failed', id: 'o2', at: 4, code: 'network', reason: 'gone' },
      { kind: 'outbox.forget', before: 4 },
      { kind: 'outbox.add', entry: sampleToSay('o4') },
      { kind: 'run.accept', run: sampleRun('new') },
      { kind: 'run.merge', runIds: ['new'], into: 'r', request: { message: 'both' } },
      { kind: 'run.withdraw', runId: 'taken back', endedAt: 5, error: 'aborted' },
      { kind: 'run.said', runId: 'unsaid' },
      { kind: 'run.start', runId: 'r', startedAt: 5 },
      { kind: 'run.requeue', runId: 'r' },
      { kind: 'run.finish', runId: 'r', state: 'ok', endedAt: 6 },
      { kind: 'run.forget', before: 5 },
    ]
    const refused: StoreChange = { kind: 'session.put', entry: sampleSession('agent:main:rival', { label: 'TAKEN' }) }
    await assertRefused(store.commit([...steps, refused]), 'label-taken', 'a commit whose last step takes a label')
    assert.deepEqual(await everything(store), before)
    await store.commit(steps)
    assert.deepEqual(idsOf(await store.transcript('s')), ['f2'], 'without the last step the same commit goes through')
  })

  prove('C2', async (store) => {
    await store.commit([
      { kind: 'session.put', entry: sampleSession('agent:main:a', { label: 'x' }) },
      { kind: 'session.delete', key: 'agent:main:a' },
      { kind: 'session.put', entry: sampleSession('agent:main:b', { label: 'x' }) },
      { kind: 'transcript.append', sessionId: 's', entries: sampleEntries('e', 2) },
      { kind: 'transcript.archive', sessionId: 's', archiveId: 'arc', reason: 'reset', at: 1, keepLast: 0 },
      { kind: 'transcript.append', sessionId: 's', entries: sampleEntries('f', 1) },
      { kind: 'run.accept', run: sampleRun('r') },
      { kind: 'run.start', runId: 'r', startedAt: 5 },
      { kind: 'run.finish', runId: 'r', state: 'ok', endedAt: 6 },
    ])
    assert.equal(await store.session('agent:main:a'), null)
    assert.equal((await store.session('agent:main:b'))?.label, 'x')
    assert.deepEqual(idsOf(await store.transcript('s')), ['f1'])
    assert.deepEqual(idsOf(await store.archived('arc')), ['e1', 'e2'])
    assert.equal((await store.run('r'))?.state, 'ok')
  })

  prove('C3', async (store) => {
    const settled: number[] = []
    const commits = Array.from({ length: 200 }, async (_, index) => {
      await store.commit([{ kind: 'transcript.append', sessionId: 's', entries: [sampleEntry(`e${index}`)] }])
      settled.push(index)
    })
    await Promise.all(commits)
    const expected = Array.from({ length: 200 }, (_, index) => `e${index}`)
    assert.deepEqual(idsOf(await store.transcript('s')), expected)
    assert.deepEqual(
      settled,
      [...settled].sort((one, other) => one - other),
      'they resolve in that order too',
    )
  })

  prove('C4', async (store) => {
    const label = (key: string) => store.commit([{ kind: 'session.put', entry: sampleSession(key, { label: 'one' }) }])
    const write = (id: string) =>
      store.commit([{ kind: 'transcript.append', sessionId: 's', entries: [sampleEntry(id)] }])
    const outcomes = await Promise.allSettled([
      write('a'),
      label('agent:main:first'),
      write('b'),
      label('agent:main:second'),
      write('c'),
    ])
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      ['fulfilled', 'fulfilled', 'fulfilled', 'rejected', 'fulfilled'],
    )
    assert.deepEqual(idsOf(await store.transcript('s')), ['a', 'b', 'c'])
    assert.equal(await store.count(), 1)
  })

  prove('C5', async (store) => {
    for (let round = 1; round <= 20; round += 1) {
      await store.commit([{ kind: 'transcript.append', sessionId: 's', entries: [sampleEntry(`e${round}`)] }])
      assert.equal(await store.transcriptLength('s'), round)
    }
  })

  prove('C6', async (store) => {
    await store.commit([])
    await store.commit([{ kind: 'transcript.append', sessionId: 's', entries: [] }])
    assert.deepEqual(await store.transcript('s'), [])
    assert.equal(await store.transcriptLength('s'), 0)
  })

  prove('C7', async (store) => {
    const origin = { from: 'before' }
    const changes = { origin: { from: 'before' } }
    const text = { type: 'text' as const, text: 'before' }
    const request = { message: 'before' }
    const committed = store.commit([
      { kind: 'session.put', entry: sampleSession('agent:main:a', { origin }) },
      { kind: 'session.update', key: 'agent:main:b', changes, otherwise: sampleSession('agent:main:b') },
      {
        kind: 'transcript.append',
        sessionId: 's',
        entries: [{ id: 'e', message: { role: 'user', content: [text], timestamp: 1 } }],
      },
      { kind: 'run.accept', run: sampleRun('r', { request }) },
    ])
    origin.from = changes.origin.from = text.text = request.message = 'after'
    await committed
    assert.ok(!JSON.stringify(await everything(store, ['r'])).includes('after'), 'a later change found its way in')
  })

  prove('C8', async (store) => {
    await store.commit([
      { kind: 'session.put', entry: sampleSession('agent:main:a', { origin: { from: 'x' } }) },
      { kind: 'transcript.append', sessionId: 's', entries: sampleEntries('e', 3) },
      { kind: 'transcript.archive', sessionId: 's', archiveId: 'arc', reason: 'reset', at: 1, keepLast: 1 },
      { kind: 'run.accept', run: sampleRun('r') },
    ])
    const before = JSON.stringify(await everything(store, ['r']))
    spoil(await everything(store, ['r']))
    assert.equal(JSON.stringify(await everything(store, ['r'])), before)
  })
}

interface Contents {
  readonly listed: readonly SessionEntry[]
  readonly [part: string]: unknown
}

/** All that can be read of the keys, transcripts and runs these proofs use. */
async function everything(store: SessionStore, runIds: readonly string[] = ['r', 'ended', 'new']): Promise<Contents> {
  const listed = await store.list({ includeGlobal: true, includeUnknown: true })
  return {
    listed,
    single: await Promise.all(listed.map(({ key }) => store.session(key))),
    byId: await Promise.all(listed.map(({ sessionId }) => store.sessionById(sessionId))),
    count: await store.count(),
    transcripts: [await store.transcript('s'), await store.transcript('new'), await store.transcript('s', 1)],
    archives: [await store.archives('s'), await store.archived('arc'), await store.archived('never')],
    runs: await Promise.all(runIds.map((runId) => store.run(runId))),
    unfinished: await store.unfinishedRuns(),
    usage: await store.usagePoints({ from: 0, until: 10, offsets: UTC }, 10),
    inbox: [await store.undoneInbox(), await store.knowsInbound('m2'), await store.knowsInbound('m3')],
    outbox: [await store.undelivered(), await store.deadLetters(10)],
  }
}

/** Writes over every object in reach; frozen ones refuse, which is as good. */
function spoil(value: unknown): void {
  if (typeof value !== 'object' || value === null) return
  for (const part of Object.values(value)) spoil(part)
  for (const name of Object.keys(value)) Reflect.set(value, name, 'spoiled')
  if (Array.isArray(value)) Reflect.set(value, 'length', 0)
}
