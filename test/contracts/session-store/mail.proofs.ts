import assert from 'node:assert/strict'
import { sampleTaken, sampleToSay } from './mail-samples.js'
import { assertRefused } from './refusals.js'
import { AWKWARD_TEXT, sampleRun } from './samples.js'
import type { Prove } from './session-store-harness.js'

/** M: mail of the channels. */
export function mailProofs(prove: Prove): void {
  prove('M1', async (store) => {
    const awkward = sampleTaken(AWKWARD_TEXT, 5, AWKWARD_TEXT)
    assert.equal(await store.knowsInbound(awkward.id), false)
    await store.commit([{ kind: 'inbox.add', entry: sampleTaken('z', 9) }])
    await store.commit([{ kind: 'inbox.add', entry: awkward }])
    await store.commit([{ kind: 'inbox.add', entry: sampleTaken('b', 1) }])
    assert.deepEqual(await store.undoneInbox(), [sampleTaken('z', 9), awkward, sampleTaken('b', 1)])
    await store.commit([{ kind: 'inbox.done', ids: ['z', 'b', 'nobody'] }])
    assert.deepEqual(await store.undoneInbox(), [awkward])
    for (const id of ['z', 'b', awkward.id]) assert.equal(await store.knowsInbound(id), true, 'it was taken once')
    assert.equal(await store.knowsInbound('nobody'), false)
  })

  prove('M2', async (store) => {
    await store.commit([
      { kind: 'inbox.add', entry: sampleTaken('a') },
      { kind: 'inbox.add', entry: sampleTaken('b') },
      { kind: 'inbox.done', ids: ['b'] },
    ])
    await store.commit([
      { kind: 'inbox.add', entry: sampleTaken('a', 2_000, 'again') },
      { kind: 'inbox.add', entry: sampleTaken('b', 2_000, 'again') },
    ])
    assert.deepEqual(await store.undoneInbox(), [sampleTaken('a')])
  })

  prove('M3', async (store) => {
    await store.commit([
      ...[1, 2, 3].map((at) => ({ kind: 'inbox.add', entry: sampleTaken(`m${at}`, at) }) as const),
      { kind: 'inbox.done', ids: ['m2', 'm3'] },
      { kind: 'inbox.forget', before: 3 },
    ])
    assert.deepEqual(await store.undoneInbox(), [sampleTaken('m1', 1)])
    assert.equal(await store.knowsInbound('m1'), true, 'what is undone is kept')
    assert.equal(await store.knowsInbound('m2'), false)
    assert.equal(await store.knowsInbound('m3'), true, 'what was taken at that time is kept')
  })

  prove('M4', async (store) => {
    const long = sampleToSay('z', { text: AWKWARD_TEXT, replyTo: 'q', quotesAlways: true, runId: 'r', agentId: 'main' })
    await store.commit([{ kind: 'outbox.add', entry: long }])
    await store.commit([{ kind: 'outbox.add', entry: sampleToSay('a') }])
    await store.commit([{ kind: 'outbox.progress', id: 'z', sentTo: 4 }])
    assert.deepEqual(await store.undelivered(), [
      { ...long, sentTo: 4 },
      { ...sampleToSay('a'), sentTo: 0 },
    ])
    await store.commit([{ kind: 'outbox.done', id: 'z' }])
    assert.deepEqual(await store.undelivered(), [{ ...sampleToSay('a'), sentTo: 0 }])
    await store.commit([{ kind: 'outbox.failed', id: 'a', at: 2, code: 'forbidden', reason: 'no' }])
    assert.deepEqual(await store.undelivered(), [])
  })

  prove('M5', async (store) => {
    await store.commit([
      { kind: 'outbox.add', entry: sampleToSay('a') },
      { kind: 'outbox.progress', id: 'a', sentTo: 3 },
      { kind: 'outbox.add', entry: sampleToSay('a', { text: 'again' }) },
      { kind: 'outbox.add', entry: sampleToSay('dead') },
      { kind: 'outbox.failed', id: 'dead', at: 2, code: 'forbidden', reason: 'first' },
      { kind: 'outbox.failed', id: 'dead', at: 3, code: 'network', reason: 'second' },
      { kind: 'outbox.progress', id: 'dead', sentTo: 3 },
      { kind: 'outbox.done', id: 'dead' },
      { kind: 'outbox.add', entry: sampleToSay('dead', { text: 'again' }) },
      { kind: 'outbox.progress', id: 'nobody', sentTo: 3 },
      { kind: 'outbox.done', id: 'nobody' },
      { kind: 'outbox.failed', id: 'nobody', at: 3, code: 'network', reason: 'x' },
    ])
    assert.deepEqual(await store.undelivered(), [{ ...sampleToSay('a'), sentTo: 3 }])
    const letter = { ...sampleToSay('dead'), sentTo: 0, failedAt: 2, code: 'forbidden', reason: 'first' }
    assert.deepEqual(await store.deadLetters(10), [letter])
  })

  prove('M6', async (store) => {
    await store.commit([
      ...['a', 'b', 'c'].map((id) => ({ kind: 'outbox.add', entry: sampleToSay(id) }) as const),
      { kind: 'outbox.progress', id: 'b', sentTo: 2 },
      { kind: 'outbox.failed', id: 'b', at: 9, code: 'invalid', reason: AWKWARD_TEXT },
      { kind: 'outbox.failed', id: 'c', at: 4, code: 'network', reason: 'gone' },
      { kind: 'outbox.failed', id: 'a', at: 4, code: 'network', reason: 'gone' },
    ])
    const b = { ...sampleToSay('b'), sentTo: 2, failedAt: 9, code: 'invalid', reason: AWKWARD_TEXT }
    const why = { sentTo: 0, failedAt: 4, code: 'network', reason: 'gone' }
    const all = [b, { ...sampleToSay('c'), ...why }, { ...sampleToSay('a'), ...why }]
    assert.deepEqual(await store.deadLetters(10), all)
    assert.deepEqual(await store.deadLetters(2), all.slice(0, 2))
    await store.commit([{ kind: 'outbox.forget', before: 9 }])
    assert.deepEqual(await store.deadLetters(10), [b])
  })

  prove('M7', async (store) => {
    const at = (chatId: string, fields = {}) => ({
      place: { kind: 'group' as const, chatId, branch: { kind: 'topic' as const, id: '7' } },
      ...fields,
    })
    const entries = [
      sampleToSay('a', at('old')),
      sampleToSay('b', at('other')),
      sampleToSay('c', at('old', { accountId: 'second' })),
      sampleToSay('d', at('old', { channel: 'telegram' })),
      sampleToSay('e', at('old')),
    ]
    await store.commit([
      ...entries.map((entry) => ({ kind: 'outbox.add', entry }) as const),
      { kind: 'outbox.progress', id: 'e', sentTo: 1 },
      { kind: 'outbox.move', channel: 'irc', accountId: 'default', from: 'old', to: 'new' },
    ])
    const [a, b, c, d, e] = (await store.undelivered()).map(({ id, place, sentTo }) => [id, place, sentTo])
    assert.deepEqual(
      [a, e],
      [
        ['a', at('new').place, 0],
        ['e', at('new').place, 1],
      ],
    )
    assert.deepEqual(
      [b, c, d],
      [
        ['b', at('other').place, 0],
        ['c', at('old').place, 0],
        ['d', at('old').place, 0],
      ],
    )
  })

  prove('M8', async (store) => {
    await store.commit([
      { kind: 'inbox.add', entry: sampleTaken('m') },
      { kind: 'run.accept', run: sampleRun('taken') },
    ])
    const again = store.commit([
      { kind: 'inbox.done', ids: ['m'] },
      { kind: 'outbox.add', entry: sampleToSay('a') },
      { kind: 'run.accept', run: sampleRun('taken') },
    ])
    await assertRefused(again, 'run-exists', 'a commit that accepts a run again')
    assert.deepEqual(await store.undoneInbox(), [sampleTaken('m')])
    assert.deepEqual(await store.undelivered(), [])
    await store.commit([
      { kind: 'inbox.done', ids: ['m'] },
      { kind: 'run.accept', run: sampleRun('r') },
    ])
    assert.deepEqual(await store.undoneInbox(), [])
  })
}
