import { describe, expect, it } from 'vitest'
import { stage, words } from './stage.js'

describe('chat.history', () => {
  it('is empty for a key nobody has used', async () => {
    const { call } = await stage()
    expect(await call('chat.history', { sessionKey: 'Nobody' })).toEqual({
      sessionKey: 'Nobody',
      messages: [],
      thinkingLevel: 'off',
    })
    await expect(call('chat.history', { sessionKey: '  ' })).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
  })

  it('shows the newest messages of any spelling of the key, with the levels of the session', async () => {
    const { call, put, say } = await stage()
    const { sessionId } = await put('agent:main:main', { thinkingLevel: 'high', verboseLevel: 'full' })
    await say(sessionId, ...Array.from({ length: 205 }, (_, at) => words('user', `m${at}`, at)))
    for (const sessionKey of ['main', 'MAIN', 'agent:main:main']) {
      const answer = await call('chat.history', { sessionKey })
      expect(answer).toMatchObject({ sessionKey, sessionId, thinkingLevel: 'high', verboseLevel: 'full' })
      expect(answer.messages).toHaveLength(200)
      expect(answer.messages.at(-1).content[0].text).toBe('m204')
    }
    const two = await call('chat.history', { sessionKey: 'main', limit: 2 })
    expect(two.messages.map((message: { timestamp: number }) => message.timestamp)).toEqual([203, 204])
  })

  it('leaves out the newest messages on demand, and tells then how many there are', async () => {
    const { call, put, say } = await stage()
    const { sessionId } = await put('agent:main:main')
    await say(sessionId, ...Array.from({ length: 7 }, (_, at) => words('user', `m${at}`, at)))
    const page = async (limit: number, skip: number) => {
      const { messages, total } = await call('chat.history', { sessionKey: 'main', limit, skip })
      return [total, messages.map((message: { timestamp: number }) => message.timestamp)]
    }
    expect(await page(3, 0)).toEqual([7, [4, 5, 6]])
    expect(await page(3, 3)).toEqual([7, [1, 2, 3]])
    expect(await page(3, 6)).toEqual([7, [0]])
    expect(await page(3, 7)).toEqual([7, []])
    expect(await page(3, 100)).toEqual([7, []])
    await say(sessionId, words('user', 'm7', 7))
    expect(await page(2, 1)).toEqual([8, [5, 6]])
    expect(await call('chat.history', { sessionKey: 'main', limit: 1 })).not.toHaveProperty('total')
  })

  it('asks the store again only when this session changes', async () => {
    const { call, put, say, asked, store } = await stage()
    const entry = await put('agent:main:a')
    const other = await put('agent:main:b')
    await say(entry.sessionId, words('user', 'one'))
    const texts = async () =>
      (await call('chat.history', { sessionKey: 'a' })).messages.map(
        (m: { content: { text: string }[] }) => m.content[0]?.text,
      )
    expect(await texts()).toEqual(['one'])
    await say(other.sessionId, words('user', 'elsewhere'))
    await store.commit([{ kind: 'session.update', key: other.key, changes: { label: 'x' }, otherwise: other }])
    expect(await texts()).toEqual(['one'])
    expect([asked.get('session'), asked.get('transcript')]).toEqual([1, 1])
    await say(entry.sessionId, words('user', 'two'))
    expect(await texts()).toEqual(['one', 'two'])
    await call('sessions.patch', { key: 'a', thinkingLevel: 'low' })
    expect((await call('chat.history', { sessionKey: 'a' })).thinkingLevel).toBe('low')
    await call('sessions.reset', { key: 'a' })
    expect(await texts()).toEqual([])
  })
})

describe('chat.picture', () => {
  it('gives a picture of the history by its place', async () => {
    const { call, put, say } = await stage()
    const { sessionId } = await put('agent:main:main')
    const picture = { type: 'image', mimeType: 'image/png', data: 'AAAA' } as const
    const look = { ...words('user', 'look'), content: [{ type: 'text', text: 'look' }, picture] } as const
    await say(sessionId, words('user', 'hi'), look, words('assistant', 'nice'))
    const at = (place: number, block: number) => call('chat.picture', { sessionKey: 'main', place, block })
    expect(await at(1, 1)).toEqual({ mimeType: 'image/png', data: 'AAAA' })
    for (const [place, block] of [
      [1, 0],
      [1, 2],
      [0, 0],
      [3, 0],
    ] as const) {
      await expect(at(place, block), `${place}/${block}`).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
    }
    await expect(call('chat.picture', { sessionKey: 'none', place: 0, block: 0 })).rejects.toThrow('no such picture')
  })
})

describe('chat.inject', () => {
  it('appends an assistant entry and tells everyone its final', async () => {
    const { call, put, published, clock, store } = await stage()
    const { sessionId } = await put('agent:main:main', { updatedAt: 1 })
    const { ok, messageId } = await call('chat.inject', { sessionKey: 'main', message: 'Be there at 8', label: 'Note' })
    expect(ok).toBe(true)
    expect(published).toEqual([
      {
        event: 'chat',
        payload: {
          runId: `inject-${messageId}`,
          sessionKey: 'agent:main:main',
          seq: 0,
          state: 'final',
          message: {
            role: 'assistant',
            content: [{ type: 'text', text: '[Note]\n\nBe there at 8' }],
            timestamp: clock.now(),
            api: 'mayros',
            provider: 'mayros',
            model: 'gateway-injected',
            stopReason: 'stop',
            usage: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, totalTokens: 0 },
          },
        },
      },
    ])
    expect((await store.transcript(sessionId)).map((entry) => entry.id)).toEqual([messageId])
    expect((await store.session('agent:main:main'))?.updatedAt).toBe(clock.now())
  })

  it('refuses an unknown session, and says so when nothing can be written', async () => {
    const { call, put, published, store } = await stage()
    await expect(call('chat.inject', { sessionKey: 'none', message: 'x' })).rejects.toThrow('session not found')
    await put('agent:main:main')
    store.commit = () => Promise.reject(new Error('disk full'))
    await expect(call('chat.inject', { sessionKey: 'main', message: 'x' })).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: 'failed to write transcript: disk full',
    })
    expect(published).toEqual([])
  })
})
