import { describe, expect, it } from 'vitest'
import { MemorySessionStore } from '../../../src/adapters/store-memory/memory-session-store.js'
import { newSession } from '../../../src/application/sessions/new-session.js'
import { RevisionedStore } from '../../../src/application/sessions/revisioned-store.js'

const entry = newSession('agent:main:a', { agentId: 'main', sessionId: 's1', now: 1 })
const words = { id: 'e1', message: { role: 'user', content: [], timestamp: 1 } } as const

async function opened() {
  const inner = new MemorySessionStore()
  const store = new RevisionedStore(inner)
  await store.open()
  const numbers = () => [store.revision, store.sessionRevision(entry.key), store.transcriptRevision('s1')] as const
  return { inner, store, numbers }
}

describe('revisioned store', () => {
  it('counts changes of sessions and of transcripts, each where it belongs', async () => {
    const { store, numbers } = await opened()
    const [all, session, transcript] = numbers()
    await store.commit([{ kind: 'session.put', entry }])
    const put = numbers()
    expect(put[0]).toBeGreaterThan(all)
    expect(put[1]).toBeGreaterThan(session)
    expect(put[2]).toBe(transcript)
    await store.commit([{ kind: 'transcript.append', sessionId: 's1', entries: [words] }])
    const appended = numbers()
    expect(appended[0]).toBeGreaterThan(put[0])
    expect(appended[1]).toBe(put[1])
    expect(appended[2]).toBeGreaterThan(transcript)
    await store.commit([{ kind: 'run.forget', before: 5 }])
    expect(numbers()).toEqual(appended)
    await store.commit([
      { kind: 'session.delete', key: entry.key },
      { kind: 'transcript.archive', sessionId: 's1', archiveId: 'x', reason: 'deleted', at: 1, keepLast: 0 },
    ])
    expect(numbers()[1]).toBeGreaterThan(appended[1])
    expect(numbers()[2]).toBeGreaterThan(appended[2])
  })

  it('counts only once a commit can be read', async () => {
    const { inner, store, numbers } = await opened()
    let finish: () => void = () => undefined
    inner.commit = () => new Promise((resolve) => (finish = resolve))
    const before = numbers()
    const committed = store.commit([{ kind: 'session.put', entry }])
    expect(numbers()).toEqual(before)
    finish()
    await committed
    expect(numbers()[1]).toBeGreaterThan(before[1])
  })

  it('trusts nothing after a commit that failed, nor after opening again', async () => {
    const { inner, store, numbers } = await opened()
    inner.commit = () => Promise.reject(new Error('disk full'))
    const before = numbers()
    await expect(store.commit([{ kind: 'session.put', entry }])).rejects.toThrow('disk full')
    const failed = numbers()
    expect(failed[1]).toBeGreaterThan(before[1])
    await store.close()
    await store.open()
    expect(numbers().every((number, at) => number > (failed[at] ?? 0))).toBe(true)
  })
})
