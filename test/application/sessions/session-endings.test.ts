import { describe, expect, it } from 'vitest'
import type { SessionEntry } from '../../../src/domain/session/session-entry.js'
import { stage, words } from './stage.js'

const kept: Partial<SessionEntry> = {
  thinkingLevel: 'high',
  verboseLevel: 'on',
  reasoningLevel: 'on',
  responseUsage: 'full',
  modelOverride: 'm',
  providerOverride: 'p',
  contextTokens: 5,
  sendPolicy: 'deny',
  label: 'L',
  origin: { label: 'o' },
  lastChannel: 'c',
  lastTo: 't',
}

describe('sessions.reset', () => {
  it('begins anew, keeps the settings and puts the transcript aside', async () => {
    const { call, put, say, store, clock, stopped } = await stage()
    const before = await put('agent:main:a', {
      ...kept,
      updatedAt: 1,
      inputTokens: 9,
      systemSent: true,
      abortedLastRun: true,
    })
    await say(before.sessionId, words('user', 'one'), words('assistant', 'two'))
    await clock.advance(10)
    const { ok, key, entry } = await call('sessions.reset', { key: 'a', reason: 'new' })
    expect([ok, key, stopped]).toEqual([true, 'agent:main:a', ['agent:main:a']])
    expect(entry).toEqual({
      key,
      sessionId: expect.any(String),
      agentId: 'main',
      createdAt: clock.now(),
      updatedAt: clock.now(),
      ...kept,
      inputTokens: 0,
      outputTokens: 0,
      totalTokens: 0,
    })
    expect(entry.sessionId).not.toBe(before.sessionId)
    expect(await store.session(key)).toEqual(entry)
    expect(await store.transcript(before.sessionId)).toEqual([])
    const [archive] = await store.archives(before.sessionId)
    expect(archive).toMatchObject({ reason: 'reset', entries: 2, at: clock.now() })
  })

  it('begins a session that nobody has used', async () => {
    const { call, store } = await stage()
    const { entry } = await call('sessions.reset', { key: 'agent:ops:new' })
    expect(entry.agentId).toBe('ops')
    expect(await store.count()).toBe(1)
  })

  it('refuses when the session does not come to rest', async () => {
    const { call, put, scene, store } = await stage()
    const before = await put('agent:main:a')
    scene.comesToRest = false
    for (const name of ['sessions.reset', 'sessions.delete']) {
      await expect(call(name, { key: 'a' })).rejects.toMatchObject({
        code: 'UNAVAILABLE',
        message: 'Session agent:main:a is still active; try again in a moment.',
      })
    }
    expect(await store.session(before.key)).toEqual(before)
  })
})

describe('sessions.delete', () => {
  it('takes the session away and puts the transcript aside', async () => {
    const { call, put, say, store } = await stage()
    const { sessionId } = await put('agent:main:a')
    await say(sessionId, words('user', 'one'))
    const answer = await call('sessions.delete', { key: 'a' })
    const [archive] = await store.archives(sessionId)
    expect(answer).toEqual({ ok: true, key: 'agent:main:a', deleted: true, archived: [`memory#${archive?.id}`] })
    expect(archive?.reason).toBe('deleted')
    expect(await store.session('agent:main:a')).toBeNull()
    expect(await call('sessions.delete', { key: 'a' })).toEqual({
      ok: true,
      key: 'agent:main:a',
      deleted: false,
      archived: [],
    })
  })

  it('leaves the transcript when asked to', async () => {
    const { call, put, say, store } = await stage()
    const { sessionId } = await put('agent:main:a')
    await say(sessionId, words('user', 'one'))
    expect((await call('sessions.delete', { key: 'a', deleteTranscript: false })).archived).toEqual([])
    expect(await store.transcriptLength(sessionId)).toBe(1)
  })

  it('spares main sessions and is not for web chats', async () => {
    const { call, callFrom, put, store } = await stage()
    await put('agent:main:main')
    for (const key of ['main', 'agent:ops:main']) {
      await expect(call('sessions.delete', { key })).rejects.toThrow(
        /^Cannot delete the main session \(agent:\w+:main\)\.$/,
      )
    }
    await expect(call('sessions.delete', { key: 'a' }, callFrom('webchat-ui', 'ui'))).rejects.toThrow(
      /^webchat clients cannot delete sessions; use chat\.send/,
    )
    expect(await store.count()).toBe(1)
  })
})

describe('sessions.compact', () => {
  it('keeps the newest entries and clears the token counters', async () => {
    const { call, put, say, store } = await stage()
    const { sessionId, key } = await put('agent:main:a', { inputTokens: 1, outputTokens: 2, totalTokens: 3 })
    await say(sessionId, ...[1, 2, 3, 4, 5].map((at) => words('user', `m${at}`, at)))
    const answer = await call('sessions.compact', { key: 'a', maxLines: 2 })
    const [archive] = await store.archives(sessionId)
    expect(answer).toEqual({ ok: true, key, compacted: true, archived: `memory#${archive?.id}`, kept: 2 })
    expect(archive).toMatchObject({ reason: 'compacted', entries: 3 })
    expect((await store.transcript(sessionId)).map((entry) => entry.message.timestamp)).toEqual([4, 5])
    const entry = await store.session(key)
    expect([entry?.inputTokens, entry?.outputTokens, entry?.totalTokens]).toEqual([undefined, undefined, undefined])
  })

  it('says why there is nothing to do', async () => {
    const { call, put, say } = await stage()
    const base = { ok: true, key: 'agent:main:a', compacted: false }
    expect(await call('sessions.compact', { key: 'a' })).toEqual({ ...base, reason: 'no sessionId' })
    const { sessionId } = await put('agent:main:a')
    expect(await call('sessions.compact', { key: 'a' })).toEqual({ ...base, reason: 'no transcript' })
    await say(sessionId, words('user', 'one'))
    expect(await call('sessions.compact', { key: 'a', maxLines: 400 })).toEqual({ ...base, kept: 1 })
  })
})
