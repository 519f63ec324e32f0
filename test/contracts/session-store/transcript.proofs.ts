import assert from 'node:assert/strict'
import type { SessionStore, StoreChange } from '../../../src/application/ports/session-store.js'
import type { TranscriptEntry } from '../../../src/domain/session/transcript.js'
import { AWKWARD_TEXT, idsOf, sampleEntries, sampleEntry, sampleSession } from './samples.js'
import type { Prove } from './session-store-harness.js'

/** T: transcripts and their archives. */
export function transcriptProofs(prove: Prove): void {
  prove('T1', async (store) => {
    const entries: readonly TranscriptEntry[] = [
      sampleEntry('first', AWKWARD_TEXT),
      {
        id: 'second',
        message: {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: AWKWARD_TEXT },
            { type: 'toolCall', id: 'c', name: 'look', arguments: { deep: [1, null, { '': AWKWARD_TEXT }] } },
          ],
          timestamp: 2,
          usage: { input: 1, output: 2, total: 3 },
          stopReason: 'toolUse',
        },
      },
    ]
    await append(store, 's', entries.slice(0, 1))
    await append(store, 's', entries.slice(1))
    await append(store, 'other', [sampleEntry('elsewhere')])
    assert.deepEqual(await store.transcript('s'), entries)
    assert.deepEqual(await store.transcript('nobody'), [])
    assert.equal(await store.transcriptLength('nobody'), 0)
  })

  prove('T2', async (store) => {
    await append(store, 's', sampleEntries('e', 5))
    assert.deepEqual(idsOf(await store.transcript('s', 2)), ['e4', 'e5'])
    assert.deepEqual(idsOf(await store.transcript('s', 0)), [])
    assert.deepEqual(idsOf(await store.transcript('s', 9)), ['e1', 'e2', 'e3', 'e4', 'e5'])
    assert.equal(await store.transcriptLength('s'), 5)
  })

  prove('T3', async (store) => {
    await append(store, 's', sampleEntries('e', 5))
    await archive(store, 's', 'compacted', 2)
    await append(store, 's', sampleEntries('f', 1))
    assert.deepEqual(idsOf(await store.transcript('s')), ['e4', 'e5', 'f1'])
    assert.deepEqual(idsOf(await store.transcript('s', 2)), ['e5', 'f1'])
    assert.equal(await store.transcriptLength('s'), 3)
    assert.deepEqual(await store.archived('compacted'), sampleEntries('e', 3))
    assert.deepEqual(await store.archives('s'), [
      { id: 'compacted', sessionId: 's', reason: 'compacted', at: 7, entries: 3 },
    ])
    assert.deepEqual(await store.archives('other'), [])
    assert.deepEqual(await store.archived('nobody'), [])
  })

  prove('T4', async (store) => {
    await append(store, 's', sampleEntries('a', 2))
    await archive(store, 's', 'one', 0)
    assert.deepEqual(await store.transcript('s'), [])
    assert.equal(await store.transcriptLength('s'), 0)
    await append(store, 's', sampleEntries('b', 3))
    await archive(store, 's', 'two', 1)
    assert.deepEqual(idsOf(await store.transcript('s')), ['b3'])
    assert.deepEqual(
      (await store.archives('s')).map(({ id, entries }) => [id, entries]),
      [
        ['one', 2],
        ['two', 2],
      ],
    )
    assert.deepEqual(idsOf(await store.archived('one')), ['a1', 'a2'])
    assert.deepEqual(idsOf(await store.archived('two')), ['b1', 'b2'])
  })

  prove('T5', async (store) => {
    await archive(store, 'nobody', 'none', 0)
    await append(store, 's', sampleEntries('e', 2))
    await archive(store, 's', 'kept', 2)
    await archive(store, 's', 'kept too', 5)
    assert.deepEqual(await store.archives('nobody'), [])
    assert.deepEqual(await store.archives('s'), [])
    assert.equal(await store.transcriptLength('s'), 2)
  })

  prove('T6', async (store) => {
    const large = sampleEntry('large', `${'x\u{1f980}\u0000'.repeat(300_000)}!`)
    const entries = [...sampleEntries('e', 3_000), large]
    await append(store, 's', entries)
    assert.equal(await store.transcriptLength('s'), 3_001)
    const read = await store.transcript('s')
    assert.deepEqual(idsOf(read), idsOf(entries))
    assert.ok(JSON.stringify(read.at(-1)) === JSON.stringify(large), 'the large entry came back as it was')
    assert.deepEqual(idsOf(await store.transcript('s', 3)), ['e2999', 'e3000', 'large'])
  })

  prove('T7', async (store) => {
    await append(store, 's', sampleEntries('e', 2))
    await store.commit([
      { kind: 'transcript.archive', sessionId: 's', archiveId: 'gone', reason: 'deleted', at: 7, keepLast: 0 },
      { kind: 'session.delete', key: 'agent:main:s' },
    ])
    assert.deepEqual(idsOf(await store.archived('gone')), ['e1', 'e2'])
  })

  prove('T8', async (store) => {
    await append(store, 'other', sampleEntries('o', 3))
    await append(store, 's', sampleEntries('e', 5))
    await store.commit([summary('s', 'first', 'e3', AWKWARD_TEXT), appending('s', sampleEntries('f', 1))])
    assert.deepEqual(await store.transcript('s'), [
      sampleEntry('summary first', AWKWARD_TEXT),
      ...sampleEntries('e', 5).slice(3),
      ...sampleEntries('f', 1),
    ])
    assert.equal(await store.transcriptLength('s'), 4)
    assert.deepEqual(idsOf(await store.transcript('s', 2)), ['e5', 'f1'])
    assert.deepEqual(await store.archived('first'), sampleEntries('e', 3))
    assert.deepEqual(await store.archives('s'), [
      { id: 'first', sessionId: 's', reason: 'compacted', at: 7, entries: 3 },
    ])
    await store.commit([summary('s', 'second', 'f1')])
    assert.deepEqual(idsOf(await store.transcript('s')), ['summary second'], 'the newest entry may be summarised too')
    assert.deepEqual(idsOf(await store.archived('second')), ['summary first', 'e4', 'e5', 'f1'])
    await append(store, 's', sampleEntries('g', 1))
    await archive(store, 's', 'third', 0)
    assert.deepEqual(idsOf(await store.archived('third')), ['summary second', 'g1'])
    assert.deepEqual(idsOf(await store.archived('first')), ['e1', 'e2', 'e3'])
    assert.deepEqual(idsOf(await store.transcript('other')), ['o1', 'o2', 'o3'], 'other transcripts are left alone')
  })

  prove('T9', async (store) => {
    await append(store, 's', sampleEntries('e', 3))
    await archive(store, 's', 'reset', 0)
    await append(store, 's', sampleEntries('f', 2))
    await store.commit([summary('s', 'late', 'e2'), summary('nobody', 'none', 'e2')])
    assert.deepEqual(idsOf(await store.transcript('s')), ['f1', 'f2'])
    assert.deepEqual(
      (await store.archives('s')).map(({ id }) => id),
      ['reset'],
    )
    assert.deepEqual(await store.archives('nobody'), [])
    assert.deepEqual(await store.transcript('nobody'), [])
  })

  prove('T10', async (store) => {
    await append(store, 'other', sampleEntries('o', 3))
    await archive(store, 'other', 'kept', 1)
    await append(store, 's', sampleEntries('e', 3))
    await archive(store, 's', 'first', 1)
    await archive(store, 's', 'second', 0)
    await append(store, 's', sampleEntries('f', 2))
    await store.commit([
      { kind: 'transcript.forget', sessionId: 's' },
      { kind: 'transcript.forget', sessionId: 'nobody' },
    ])
    assert.deepEqual(await store.transcript('s'), [])
    assert.equal(await store.transcriptLength('s'), 0)
    assert.deepEqual(await store.archives('s'), [])
    assert.deepEqual(await store.archived('first'), [])
    await append(store, 's', sampleEntries('g', 2))
    assert.deepEqual(idsOf(await store.transcript('s')), ['g1', 'g2'])
    assert.deepEqual(idsOf(await store.transcript('other')), ['o3'], 'other transcripts are left alone')
    assert.deepEqual(idsOf(await store.archived('kept')), ['o1', 'o2'])
  })

  prove('T11', async (store) => {
    const put = (sessionId: string) =>
      ({ kind: 'session.put', entry: sampleSession('agent:main:s', { sessionId }) }) as const
    await append(store, 'first', sampleEntries('e', 4))
    await append(store, 'second', sampleEntries('f', 2))
    await append(store, 'other', sampleEntries('g', 2))
    await store.commit([put('first'), { ...summary('first', 'a', 'e2'), at: 1 }])
    const reset = { kind: 'transcript.archive', reason: 'reset', keepLast: 0 } as const
    await store.commit([
      put('second'),
      { ...reset, sessionId: 'first', sessionKey: 'agent:main:s', archiveId: 'b', at: 2 },
      { ...reset, sessionId: 'other', archiveId: 'nobody', at: 2 },
    ])
    await store.commit([
      { kind: 'session.delete', key: 'agent:main:s' },
      { ...reset, reason: 'deleted', sessionId: 'second', sessionKey: 'agent:main:s', archiveId: 'c', at: 3 },
    ])
    assert.deepEqual(await store.archivesOf('agent:main:s'), [
      { id: 'a', sessionId: 'first', reason: 'compacted', at: 1, entries: 2 },
      { id: 'b', sessionId: 'first', reason: 'reset', at: 2, entries: 3 },
      { id: 'c', sessionId: 'second', reason: 'deleted', at: 3, entries: 2 },
    ])
    assert.deepEqual(await store.archivesOf('agent:main:other'), [])
    await store.commit([{ kind: 'transcript.forget', sessionId: 'first' }])
    assert.deepEqual(
      (await store.archivesOf('agent:main:s')).map(({ id }) => id),
      ['c'],
    )
  })

  prove('T12', async (store) => {
    await append(store, 's', sampleEntries('e', 5))
    await archive(store, 's', 'arc', 1)
    assert.deepEqual(idsOf(await store.archived('arc', 2)), ['e3', 'e4'])
    assert.deepEqual(idsOf(await store.archived('arc', 9)), ['e1', 'e2', 'e3', 'e4'])
    assert.deepEqual(await store.archived('nobody', 2), [])
  })
}

function summary(
  sessionId: string,
  archiveId: string,
  through: string,
  text = 'what was said',
): Extract<StoreChange, { kind: 'transcript.summarise' }> {
  const entry = sampleEntry(`summary ${archiveId}`, text)
  return { kind: 'transcript.summarise', sessionId, archiveId, at: 7, through, summary: entry }
}

function appending(sessionId: string, entries: readonly TranscriptEntry[]): StoreChange {
  return { kind: 'transcript.append', sessionId, entries }
}

async function append(store: SessionStore, sessionId: string, entries: readonly TranscriptEntry[]): Promise<void> {
  await store.commit([{ kind: 'transcript.append', sessionId, entries }])
}

async function archive(store: SessionStore, sessionId: string, archiveId: string, keepLast: number): Promise<void> {
  await store.commit([{ kind: 'transcript.archive', sessionId, archiveId, reason: 'compacted', at: 7, keepLast }])
}
