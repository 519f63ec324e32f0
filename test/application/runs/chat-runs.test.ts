import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { GatewayStage } from '../../doubles/gateway-stage.js'
import type { Frame, MemoryProtocolClient } from '../../doubles/memory-protocol-client.js'

describe('a chat', () => {
  let stage: GatewayStage
  let client: MemoryProtocolClient

  beforeEach(async () => {
    stage = await GatewayStage.open()
    client = await stage.join()
  })

  afterEach(() => stage.close())

  async function send(message: string, extra: object = {}, by = client): Promise<Frame> {
    const answer = await by.request('chat.send', { sessionKey: 'main', message, idempotencyKey: message, ...extra })
    await stage.settle()
    return answer
  }

  const chats = (of = client) => of.events('chat').map((frame) => frame.payload)
  const endings = () => chats().filter((chat) => chat.state !== 'delta')
  const textOf = (chat: any) => chat.message?.content[0].text

  it('is started, and told under the canonical key to everyone who may read', async () => {
    const watcher = await stage.join({ scopes: ['operator.read'] })
    expect((await send('hi', { sessionKey: ' MAIN' })).payload).toEqual({ runId: 'hi', status: 'started' })
    stage.runner.of('hi').say('Hello').finish()
    await stage.settle()

    for (const one of [client, watcher]) {
      expect(chats(one).map((chat) => [chat.runId, chat.sessionKey, chat.state, textOf(chat)])).toEqual([
        ['hi', 'agent:main:main', 'delta', 'Hello'],
        ['hi', 'agent:main:main', 'final', 'Hello'],
      ])
    }
  })

  it('of a busy session is queued under its own id, and runs when the one before is done and it is quiet', async () => {
    await send('first')
    expect((await send('second')).payload).toEqual({ runId: 'second', status: 'started', queued: true })
    expect((await send('elsewhere', { sessionKey: 'other' })).payload).toEqual({
      runId: 'elsewhere',
      status: 'started',
    })
    expect(stage.runner.messages).toEqual(['first', 'elsewhere'])
    stage.runner.of('first').say('1').finish()
    await stage.settle()
    expect(stage.runner.messages).toEqual(['first', 'elsewhere'])
    await stage.clock.advance(1_000)
    stage.runner.of('second').say('2').finish()
    await stage.settle()
    expect(endings().map((chat) => [chat.runId, chat.state, textOf(chat)])).toEqual([
      ['first', 'final', '1'],
      ['second', 'final', '2'],
    ])
  })

  it('with the key of one under way is in flight, with the key of one that ended is over', async () => {
    await send('hi')
    expect((await send('hi')).payload).toEqual({ runId: 'hi', status: 'in_flight' })
    stage.runner.of('hi').say('Hello').finish()
    await stage.settle()
    expect((await send('hi')).payload).toEqual({ runId: 'hi', status: 'ok' })

    await send('bad')
    stage.runner.of('bad').fail(new Error('oops'))
    await stage.settle()
    const again = await send('bad')
    expect(again.payload).toEqual({ runId: 'bad', status: 'error', summary: 'oops' })
    expect(again.error).toEqual({ code: 'UNAVAILABLE', message: 'oops' })

    await send('stopped')
    await client.call('chat.abort', { sessionKey: 'main' })
    await stage.settle()
    expect((await send('stopped')).payload).toEqual({ runId: 'stopped', status: 'ok' })
    expect(stage.runner.messages).toEqual(['hi', 'bad', 'stopped'])
  })

  it('ends with one final without message when there is nothing to show', async () => {
    await send('hi')
    stage.runner.of('hi').say('  [[reply_to_current]] ').finish()
    await stage.settle()
    expect(endings()).toEqual([{ runId: 'hi', sessionKey: 'agent:main:main', seq: expect.any(Number), state: 'final' }])
  })

  it('has neither tags nor white space around its text, and keeps what the model wrote', async () => {
    await send('hi')
    for (const piece of ['\n [[reply_to', '_current]] Hel', 'lo [x](y)', ' \n']) stage.runner.of('hi').say(piece)
    stage.runner.of('hi').finish()
    await stage.settle()
    expect(textOf(endings()[0])).toBe('Hello [x](y)')
    const entry = await stage.store.session('agent:main:main')
    const stored = await stage.store.transcript(entry?.sessionId ?? '')
    expect(stored.at(-1)?.message.content).toEqual([{ type: 'text', text: '[[reply_to_current]] Hello [x](y)' }])
  })

  it.each([
    [{ message: ' \n' }, 'message or attachment required'],
    [
      { message: '', attachments: [{ content: '' }, { mimeType: 'text/plain', content: 'aGk=' }] },
      'message or attachment required',
    ],
    [{ message: 'a\u0000' }, 'message must not contain null bytes'],
    [{ sessionKey: 'agent:x' }, 'invalid chat.send params: malformed session key "agent:x"'],
    [{ sessionKey: 'agent:x:y' }, 'invalid chat.send params: unknown agent id "x"'],
    [{ sessionKey: '  ' }, 'invalid chat.send params: at /sessionKey: must not be blank'],
    [{ idempotencyKey: '' }, 'invalid chat.send params: at /idempotencyKey: must NOT have fewer than 1 characters'],
    [{ zz: 1 }, "invalid chat.send params: at root: unexpected property 'zz'"],
  ])('is refused with %j', async (params, message) => {
    expect((await send('hi', params)).error).toEqual({ code: 'INVALID_REQUEST', message })
    expect(await stage.store.unfinishedRuns()).toEqual([])
  })

  it('is refused where the session takes no messages, stop words included', async () => {
    await client.call('sessions.patch', { key: 'main', sendPolicy: 'deny' })
    expect((await send('hi')).error.message).toBe('send blocked by session policy')
    expect((await send('stop')).error.message).toBe('send blocked by session policy')
  })

  it('may be a picture without words', async () => {
    const picture = { mimeType: 'image/png', content: 'aGk=' }
    expect((await send('', { idempotencyKey: 'p', attachments: [picture] })).ok).toBe(true)
    expect(stage.runner.puppets[0]?.request).toMatchObject({ message: '', attachments: [{ mimeType: 'image/png' }] })
  })

  it.each([
    [undefined, 660_000],
    [0, null],
    [1_000, 120_000],
    [300_000, 360_000],
    [10 ** 12, 86_400_000],
  ])('with timeoutMs %s ends after %s ms', async (timeoutMs, deadline) => {
    await send('hi', timeoutMs === undefined ? {} : { timeoutMs })
    stage.runner.of('hi').say('part')
    await stage.clock.advance((deadline ?? 100_000_000) - 1)
    expect(endings()).toEqual([])
    if (deadline === null) return
    await stage.clock.advance(1)
    expect(endings()).toMatchObject([
      { runId: 'hi', state: 'aborted', stopReason: 'timeout', message: { content: [{ text: 'part' }] } },
    ])
  })

  describe('can be stopped', () => {
    const abort = (params: object, by = client) => by.request('chat.abort', { sessionKey: 'main', ...params })

    it('at once, with what was said so far, and nothing follows', async () => {
      await send('hi')
      stage.runner.of('hi').say('one ')
      await stage.settle()
      stage.runner.of('hi').say('two ')
      await stage.settle()
      expect((await abort({})).payload).toEqual({ ok: true, aborted: true, runIds: ['hi'] })
      await stage.settle()
      stage.runner.of('hi').say('three').finish()
      await stage.clock.advance(1_000)

      expect(chats().map((chat) => [chat.state, textOf(chat), chat.stopReason])).toEqual([
        ['delta', 'one', undefined],
        ['delta', 'one two', undefined],
        ['aborted', 'one two', 'rpc'],
      ])
      expect(client.events('agent').at(-1)?.payload.data).toMatchObject({ phase: 'end', aborted: true })
      const { messages } = await client.call('chat.history', { sessionKey: 'main' })
      expect(messages.at(-1)).toMatchObject({
        role: 'assistant',
        stopReason: 'aborted',
        idempotencyKey: 'hi:assistant',
        content: [{ text: 'one two' }],
      })
      const entry = await stage.store.session('agent:main:main')
      const stored = await stage.store.transcript(entry?.sessionId ?? '')
      expect(stored.at(-1)?.message).toMatchObject({ abort: { aborted: true, origin: 'rpc', runId: 'hi' } })
      expect(entry?.abortedLastRun).toBe(true)
    })

    it.each(['agent:main:main', 'MAIN', ' main '])('by any spelling of its key (%s)', async (sessionKey) => {
      await send('hi')
      expect((await abort({ sessionKey, runId: 'hi' })).payload).toEqual({ ok: true, aborted: true, runIds: ['hi'] })
    })

    it('by id only under its own key', async () => {
      await send('hi')
      expect((await abort({ sessionKey: 'other', runId: 'hi' })).error).toEqual({
        code: 'INVALID_REQUEST',
        message: 'runId does not match sessionKey',
      })
      expect((await abort({ runId: 'unknown' })).payload).toEqual({ ok: true, aborted: false, runIds: [] })
      expect((await abort({ sessionKey: 'other' })).payload).toEqual({ ok: true, aborted: false, runIds: [] })
      expect(stage.runner.of('hi').signal.aborted).toBe(false)
    })

    it('once', async () => {
      stage.runner.ignoresAbort = true
      await send('hi')
      await abort({})
      expect((await abort({})).payload).toEqual({ ok: true, aborted: false, runIds: [] })
      await stage.clock.advance(500)
      expect(endings()).toHaveLength(1)
    })

    it('not any more when its end is being written', async () => {
      await send('hi')
      stage.runner.of('hi').say('Hello').finish()
      const answer = abort({})
      await stage.settle()
      const { aborted } = (await answer).payload
      expect(endings().map((chat) => chat.state)).toEqual([aborted ? 'aborted' : 'final'])
    })

    it('while it waits: it never runs, and its question stays, behind the turn under way', async () => {
      await send('first')
      await send('second')
      await send('third')
      expect((await abort({ runId: 'second' })).payload.runIds).toEqual(['second'])
      await stage.settle()
      expect(endings()).toEqual([
        { runId: 'second', sessionKey: 'agent:main:main', seq: 1, state: 'aborted', stopReason: 'rpc' },
      ])
      stage.runner.of('first').say('1').finish()
      await stage.clock.advance(1_000)
      expect(stage.runner.messages).toEqual(['first', 'third'])
      const { messages } = await client.call('chat.history', { sessionKey: 'main' })
      expect(messages.map((message: any) => message.content[0].text)).toEqual(['first', '1', 'second', 'third'])
      expect(await stage.store.run('second')).toMatchObject({ state: 'aborted' })
    })

    it('also when it was started by agent; that request ends well', async () => {
      const id = client.send('agent', { message: 'hi', idempotencyKey: 'k' })
      await stage.settle()
      stage.runner.of('hi').say('part')
      await stage.settle()
      expect((await abort({})).payload.runIds).toEqual(['k'])
      const final = await client.final(id)
      expect(final.payload).toMatchObject({
        status: 'ok',
        result: { payloads: [{ text: 'part' }], meta: { aborted: true } },
      })
      expect(endings()).toMatchObject([{ runId: 'k', state: 'aborted' }])
    })

    it.each(['/stop', 'stop', ' ESC ', 'Abort', 'wait', 'exit', 'interrupt'])('by saying %s', async (word) => {
      await send('first')
      await send('second')
      const answer = await send(word)
      expect(answer.payload).toEqual({ ok: true, aborted: true, runIds: ['first', 'second'] })
      await stage.settle()
      expect(
        endings()
          .map((chat) => [chat.runId, chat.stopReason])
          .sort(),
      ).toEqual([
        ['first', 'stop'],
        ['second', 'stop'],
      ])
      expect((await send(word)).payload).toEqual({ ok: true, aborted: false, runIds: [] })
      expect(stage.runner.messages).toEqual(['first'])
    })
  })

  it('may be stopped before its beginning is on the disk, even if the runner is deaf', async () => {
    stage.runner.ignoresAbort = true
    client.send('chat.send', { sessionKey: 'main', message: 'hi', idempotencyKey: 'hi' })
    client.send('chat.abort', { sessionKey: 'main' })
    await stage.clock.advance(500)
    await client.call('chat.abort', { sessionKey: 'main' })
    await stage.clock.advance(500)
    expect(endings().map((chat) => chat.state)).toEqual(['aborted'])
    expect((await send('next')).payload).toEqual({ runId: 'next', status: 'started' })
  })
})
