import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { RunnerFailure } from '../../../src/application/ports/agent-runner.js'
import { GatewayStage } from '../../doubles/gateway-stage.js'
import type { Frame, MemoryProtocolClient } from '../../doubles/memory-protocol-client.js'

const usage = { input: 3, output: 2, total: 5 }

describe('agent', () => {
  let stage: GatewayStage
  let client: MemoryProtocolClient

  beforeEach(async () => {
    stage = await GatewayStage.open()
    client = await stage.join()
  })

  afterEach(() => stage.close())

  /** Sends a request and lets it be accepted. */
  async function start(params: object = {}, by = client): Promise<string> {
    const id = by.send('agent', { message: 'hi', idempotencyKey: 'k', ...params })
    await stage.settle()
    return id
  }

  const responses = (id: string, of = client) => of.frames.filter((frame) => frame.type === 'res' && frame.id === id)
  const events = (name: string, of = client) => of.events(name).map((frame) => frame.payload)

  it('is accepted when it is durable, and answered when it is done', async () => {
    const id = await start()
    expect(await stage.store.run('k')).toMatchObject({
      state: 'running',
      method: 'agent',
      sessionKey: 'agent:main:main',
    })
    expect(responses(id).map((frame) => frame.payload)).toEqual([
      { runId: 'k', status: 'accepted', acceptedAt: stage.clock.now() },
    ])
    await stage.clock.advance(1_500)
    stage.runner.of('hi').say(' Hel').say('lo ').finish({ usage, stopReason: 'length' })
    await stage.settle()

    expect(responses(id)[1]).toEqual({
      type: 'res',
      id,
      ok: true,
      payload: {
        runId: 'k',
        status: 'ok',
        summary: 'completed',
        result: {
          payloads: [{ text: 'Hello', mediaUrl: null }],
          meta: {
            durationMs: 1_500,
            aborted: false,
            agentMeta: { sessionId: expect.any(String), provider: 'test', model: 'puppet', usage },
            stopReason: 'length',
          },
        },
      },
    })
    expect(await stage.store.run('k')).toMatchObject({ state: 'ok', outcome: { text: 'Hello', usage } })
  })

  it('is told as agent events with a sequence of their own and chat events derived from them', async () => {
    await start()
    stage.runner.of('hi').say('Hel').say('lo').finish({ usage })
    await stage.settle()

    const now = stage.clock.now()
    const about = { runId: 'k', sessionKey: 'agent:main:main' }
    expect(events('agent')).toEqual([
      { ...about, stream: 'lifecycle', data: { phase: 'start', startedAt: now }, seq: 1, ts: now },
      { ...about, stream: 'assistant', data: { text: 'Hel', delta: 'Hel' }, seq: 2, ts: now },
      { ...about, stream: 'assistant', data: { text: 'Hello', delta: 'lo' }, seq: 3, ts: now },
      { ...about, stream: 'lifecycle', data: { phase: 'end', startedAt: now, endedAt: now }, seq: 4, ts: now },
    ])
    const message = (text: string) => ({ role: 'assistant', content: [{ type: 'text', text }], timestamp: now })
    expect(events('chat')).toEqual([
      { ...about, seq: 2, state: 'delta', message: message('Hel') },
      { ...about, seq: 3, state: 'delta', message: message('Hello') },
      { ...about, seq: 4, state: 'final', message: message('Hello'), usage },
    ])
    const order = client.frames
      .filter((frame) => ['agent', 'chat'].includes(frame.event ?? ''))
      .map((frame) => frame.event)
    expect(order).toEqual(['agent', 'agent', 'chat', 'agent', 'chat', 'agent', 'chat'])
  })

  it('tells deltas of a chat at most every 150 ms, the first at once, the whole text before the final', async () => {
    await start()
    const puppet = stage.runner.of('hi')
    const seen: [number, string, string][] = []
    const began = stage.clock.now()
    for (const word of 'one two three four five six seven eight nine'.split(' ')) {
      puppet.say(`${word} `)
      await stage.clock.advance(40)
    }
    puppet.say('ten').finish()
    await stage.settle()
    for (const { payload } of client.events('chat')) {
      seen.push([payload.message.timestamp - began, payload.state, payload.message.content[0].text])
    }

    const whole = 'one two three four five six seven eight nine ten'
    expect(seen).toEqual([
      [0, 'delta', 'one'],
      [150, 'delta', 'one two three four'],
      [300, 'delta', 'one two three four five six seven eight'],
      [360, 'delta', whole],
      [360, 'final', whole],
    ])
    await stage.clock.advance(1_000)
    expect(client.events('chat')).toHaveLength(5)
  })

  it('keeps the deltas coming for whoever joins in the middle', async () => {
    client.raw.close()
    await stage.settle()
    const nobody = await stage.join({ scopes: [] })
    await stage.store.commit([])
    const starter = await stage.join({ scopes: ['operator.write'] })
    await start({}, starter)
    starter.raw.close()
    await stage.settle()
    stage.runner.of('hi').say('early ')
    await stage.settle()
    const late = await stage.join()
    stage.runner.of('hi').finish()
    await stage.settle()

    expect(events('chat', late).map((chat) => [chat.state, chat.message.content[0].text])).toEqual([
      ['delta', 'early'],
      ['final', 'early'],
    ])
    expect(events('agent', late).map((payload) => payload.seq)).toEqual([3])
    expect(events('agent', nobody)).toEqual([])
  })

  it('keeps question and answer in the transcript, each with its start and end', async () => {
    await start({ inputProvenance: { kind: 'inter_session', sourceTool: 'x' } })
    const during = await client.call('chat.history', { sessionKey: 'main' })
    expect(during.messages.map((message: { role: string }) => message.role)).toEqual(['user'])
    stage.runner.of('hi').say('Hello').finish({ usage, api: 'test-api' })
    await stage.settle()

    const { messages, sessionId } = await client.call('chat.history', { sessionKey: 'main' })
    expect(messages).toMatchObject([
      { role: 'user', content: [{ type: 'text', text: 'hi' }], provenance: { kind: 'inter_session', sourceTool: 'x' } },
      {
        role: 'assistant',
        content: [{ type: 'text', text: 'Hello' }],
        provider: 'test',
        model: 'puppet',
        api: 'test-api',
        stopReason: 'stop',
        idempotencyKey: 'k:assistant',
      },
    ])
    expect(await stage.store.session('agent:main:main')).toMatchObject({
      sessionId,
      inputTokens: 3,
      outputTokens: 2,
      totalTokens: 5,
    })
  })

  it('hands the runner what was said before, and never the message twice', async () => {
    await start()
    stage.runner.of('hi').say('Hello').finish()
    await stage.settle()
    await start({ message: 'again', idempotencyKey: 'k2', thinking: 'high', extraSystemPrompt: 'be kind' })

    expect(stage.runner.of('again').request).toMatchObject({
      message: 'again',
      thinking: 'high',
      extraSystemPrompt: 'be kind',
      sessionKey: 'agent:main:main',
      history: [{ role: 'user' }, { role: 'assistant' }],
    })
  })

  describe('twice with one key', () => {
    it('runs once; while it runs both are accepted and get the same final', async () => {
      const other = await stage.join()
      const [first, second, third] = [await start(), await start({ message: 'else' }), await start({}, other)]
      stage.runner.of('hi').say('Hello').finish()
      await stage.settle()

      expect(stage.runner.messages).toEqual(['hi'])
      expect(responses(second)).toEqual(responses(first).map((frame) => ({ ...frame, id: second })))
      expect(responses(third, other).map((frame) => frame.payload)).toEqual(
        responses(first).map((frame) => frame.payload),
      )
    })

    it('runs once even when both come in one breath', async () => {
      const ids = ['a', 'b', 'c'].map(() => client.send('agent', { message: 'hi', idempotencyKey: 'k' }))
      await stage.settle()
      expect(stage.runner.messages).toEqual(['hi'])
      expect(ids.map((id) => responses(id)[0]?.payload.status)).toEqual(['accepted', 'accepted', 'accepted'])
    })

    it('gets the final at once when it has ended', async () => {
      const first = await start()
      stage.runner.of('hi').say('Hello').finish()
      await stage.settle()
      const second = await start()
      expect(responses(second).map((frame) => frame.payload)).toEqual([responses(first)[1]?.payload])

      const failing = await start({ message: 'no', idempotencyKey: 'f' })
      stage.runner.of('no').fail(new RunnerFailure('auth', 'bad key'))
      await stage.settle()
      const again = await start({ message: 'no', idempotencyKey: 'f' })
      expect(responses(again)).toEqual([{ ...responses(failing)[1], id: again }])
    })

    it('is refused when the other method used it', async () => {
      await start()
      const clash = await client.request('chat.send', { sessionKey: 'main', message: 'x', idempotencyKey: 'k' })
      expect(clash.error.message).toBe('idempotencyKey was used before by agent; use a new one')
      stage.runner.of('hi').finish()
      await stage.settle()
      expect(
        (await client.request('chat.send', { sessionKey: 'main', message: 'x', idempotencyKey: 'k' })).error,
      ).toEqual(clash.error)
    })
  })

  it.each<[string, (stage: GatewayStage) => void, object]>([
    [
      'a provider refuses',
      ({ runner }) => runner.of('hi').fail(new RunnerFailure('auth', 'openai: bad key')),
      { message: 'openai: bad key' },
    ],
    [
      'a provider asks to wait',
      ({ runner }) => runner.of('hi').fail(new RunnerFailure('rate-limit', 'slow down', { retryAfterMs: 900 })),
      { message: 'slow down', retryable: true, retryAfterMs: 900 },
    ],
    [
      'a connection breaks',
      ({ runner }) => runner.of('hi').fail(new RunnerFailure('connection', 'refused')),
      { message: 'refused', retryable: true },
    ],
    ['a runner throws', ({ runner }) => runner.of('hi').fail(new Error('oops')), { message: 'oops' }],
    [
      'a runner throws nonsense',
      ({ runner }) => runner.of('hi').fail(Object.create(null)),
      { message: 'unknown error' },
    ],
    [
      'a runner ends without a word',
      ({ runner }) => runner.of('hi').vanish(),
      { message: 'the model stopped without finishing its answer' },
    ],
  ])('fails readably when %s', async (_, act, error: any) => {
    const id = await start()
    stage.runner.of('hi').say('Hel')
    act(stage)
    await stage.settle()

    expect(responses(id)[1]).toEqual({
      type: 'res',
      id,
      ok: false,
      payload: { runId: 'k', status: 'error', summary: error.message },
      error: { code: 'UNAVAILABLE', ...error },
    })
    const now = stage.clock.now()
    expect(events('agent').at(-1)).toMatchObject({
      stream: 'lifecycle',
      data: { phase: 'error', error: error.message, startedAt: now, endedAt: now },
    })
    expect(events('chat').filter((chat) => chat.state !== 'delta')).toEqual([
      { runId: 'k', sessionKey: 'agent:main:main', seq: 3, state: 'error', errorMessage: error.message },
    ])
    expect(await client.call('agent.wait', { runId: 'k' })).toMatchObject({ status: 'error', error: error.message })
    const { messages } = await client.call('chat.history', { sessionKey: 'main' })
    expect(messages.at(-1)).toMatchObject({ role: 'assistant', stopReason: 'error', errorMessage: error.message })
  })

  it('fails when the runner throws before it says anything', async () => {
    await stage.close()
    stage = await GatewayStage.open({
      runner: {
        models: () => [],
        answer: () => {
          throw new Error('not even begun')
        },
      },
    })
    client = await stage.join()
    const id = await start()
    expect(responses(id)[1]?.error.message).toBe('not even begun')
  })

  it('is over with the finish, whatever the runner does afterwards', async () => {
    const id = await start()
    stage.runner.of('hi').say('Hello').finish().say('more').fail(new Error('late'))
    await stage.settle()
    expect(responses(id)[1]?.payload.result.payloads).toEqual([{ text: 'Hello', mediaUrl: null }])
  })

  it('ends by itself after its time, in seconds, with what there is', async () => {
    const id = await start({ timeout: 5 })
    stage.runner.of('hi').say('part')
    await stage.clock.advance(4_999)
    expect(responses(id)).toHaveLength(1)
    await stage.clock.advance(1)

    expect(responses(id)[1]).toMatchObject({
      ok: true,
      payload: { status: 'ok', result: { payloads: [{ text: 'part' }], meta: { aborted: true, durationMs: 5_000 } } },
    })
    expect(events('agent').at(-1).data).toMatchObject({ phase: 'end', aborted: true })
    expect(events('chat').at(-1)).toMatchObject({ state: 'final', message: { content: [{ text: 'part' }] } })
    expect(stage.runner.of('hi').signal.aborted).toBe(true)
  })

  it('ends after the configured time when it names none, and never when it says 0', async () => {
    const [usual, endless] = [
      await start(),
      await start({ message: 'long', idempotencyKey: 'l', timeout: 0, sessionKey: 'other' }),
    ]
    await stage.clock.advance(600_000)
    expect(responses(usual)).toHaveLength(2)
    await stage.clock.advance(10_000_000)
    expect(responses(endless)).toHaveLength(1)
  })

  it('ends half a second after its time even when the runner does not listen', async () => {
    stage.runner.ignoresAbort = true
    const id = await start({ timeout: 1 })
    await stage.clock.advance(1_499)
    expect(responses(id)).toHaveLength(1)
    await stage.clock.advance(1)
    expect(responses(id)).toHaveLength(2)
    stage.runner.of('hi').say('too late').finish()
    await stage.settle()
    expect(events('agent').some((payload) => payload.stream === 'assistant')).toBe(false)
  })

  it('goes on when the one who asked is gone', async () => {
    const watcher = await stage.join()
    await start()
    client.raw.terminate()
    await stage.settle()
    stage.runner.of('hi').say('Hello').finish()
    await stage.settle()
    expect(events('chat', watcher).at(-1)).toMatchObject({ state: 'final' })
    expect(await stage.store.run('k')).toMatchObject({ state: 'ok' })
  })

  describe('finds its session', () => {
    const config = { agents: { list: [{ id: 'main' }, { id: 'Ops' }] } }
    beforeEach(async () => {
      await stage.close()
      stage = await GatewayStage.open({ config })
      client = await stage.join()
    })

    it.each([
      [{}, 'agent:main:main', 'main'],
      [{ sessionKey: ' WORK ' }, 'agent:main:work', 'main'],
      [{ sessionKey: 'agent:OPS:x', agentId: 'ops' }, 'agent:ops:x', 'ops'],
      [{ agentId: 'OPS' }, 'agent:ops:main', 'ops'],
      [{ to: '+49' }, 'agent:main:main', 'main'],
      [{ sessionId: 'nobody-has-it' }, null, 'main'],
    ])('by %j', async (params, sessionKey, agentId) => {
      await start(params)
      expect(stage.runner.of('hi').request).toMatchObject({ sessionKey, agentId })
    })

    it('by the id of a session', async () => {
      await start({ sessionKey: 'agent:ops:x' })
      const entry = await stage.store.session('agent:ops:x')
      stage.runner.of('hi').finish()
      await stage.settle()
      await start({ message: 'more', idempotencyKey: 'k2', sessionId: entry?.sessionId })
      expect(stage.runner.of('more').request).toMatchObject({ sessionKey: 'agent:ops:x', agentId: 'ops' })
    })

    it('or none: then there are agent events without a key and no chat', async () => {
      const id = await start({ sessionId: 'nobody-has-it' })
      stage.runner.of('hi').say('Hello').finish()
      await stage.settle()
      expect(responses(id)[1]?.payload.status).toBe('ok')
      expect(events('agent').every((payload) => !('sessionKey' in payload))).toBe(true)
      expect(events('chat')).toEqual([])
    })

    it.each([
      [{ agentId: 'nobody' }, 'invalid agent params: unknown agent id "nobody"'],
      [{ sessionKey: 'agent:nobody:x' }, 'invalid agent params: unknown agent id "nobody"'],
      [
        { sessionKey: 'agent:main:x', agentId: 'ops' },
        'invalid agent params: agent "ops" does not match session key agent "main"',
      ],
      [{ sessionKey: 'agent:main' }, 'invalid agent params: malformed session key "agent:main"'],
      [{ message: 'a\u0000b' }, 'message must not contain null bytes'],
      [{ message: ' \u0001 ' }, 'message or attachment required'],
      [{ message: '' }, 'invalid agent params: at /message: must NOT have fewer than 1 characters'],
      [{ attachments: [{ mimeType: 'image/png', content: '!' }] }, 'Error: attachment #1: invalid base64 content'],
    ])('or refuses %j and remembers nothing', async (params, message) => {
      const id = await start(params)
      expect(responses(id).map((frame: Frame) => frame.error)).toEqual([{ code: 'INVALID_REQUEST', message }])
      expect(await stage.store.run('k')).toBeNull()
    })

    it('or refuses one that takes no messages', async () => {
      await client.call('sessions.patch', { key: 'quiet', sendPolicy: 'deny' })
      const id = await start({ sessionKey: 'quiet' })
      expect(responses(id)[0]?.error.message).toBe('send blocked by session policy')
    })
  })

  it('hands over attachments', async () => {
    await start({ attachments: [{ mimeType: 'image/png', fileName: 'a.png', content: 'data:image/png;base64,aGk=' }] })
    expect(stage.runner.of('hi').request.attachments).toEqual([
      { mimeType: 'image/png', fileName: 'a.png', data: 'aGk=' },
    ])
    const { messages } = await client.call('chat.history', { sessionKey: 'main' })
    expect(messages[0].content).toMatchObject([
      { type: 'text', text: 'hi' },
      { type: 'image', omitted: true },
    ])
  })

  it('takes turns in a session and shares four places among sessions', async () => {
    for (const [index, session] of ['a', 'a', 'b', 'c', 'd', 'e'].entries()) {
      await start({ message: `m${index}`, idempotencyKey: `k${index}`, sessionKey: session })
    }
    expect(stage.runner.messages).toEqual(['m0', 'm2', 'm3', 'm4'])
    stage.runner.of('m3').finish()
    await stage.settle()
    expect(stage.runner.messages.at(-1)).toBe('m5')
    stage.runner.of('m0').finish()
    await stage.settle()
    expect(stage.runner.messages.at(-1)).toBe('m1')
    expect(stage.runner.of('m1').request.history).toHaveLength(2)
  })

  describe('tools and thoughts', () => {
    const act = (message: string) =>
      stage.runner
        .of(message)
        .do({ type: 'thinking', delta: 'hm' })
        .do({ type: 'tool.start', toolCallId: 't', name: 'look', args: { at: 1 } })
        .do({ type: 'tool.update', toolCallId: 't', name: 'look', partialResult: 'par' })
        .do({ type: 'tool.result', toolCallId: 't', name: 'look', result: 'seen', isError: false })
        .say('done')
        .finish()
    const tools = (of: MemoryProtocolClient) => of.events('agent').filter((frame) => frame.payload.stream === 'tool')

    it('are told only to who started the run and asked for tools, outside the sequence, without results', async () => {
      const [eager, bystander] = [
        await stage.join({ caps: ['tool-events'] }),
        await stage.join({ caps: ['tool-events'] }),
      ]
      await start({}, eager)
      act('hi')
      await stage.settle()

      expect(tools(eager).map((frame) => frame.payload.data)).toEqual([
        { phase: 'start', name: 'look', toolCallId: 't', args: { at: 1 } },
        { phase: 'update', name: 'look', toolCallId: 't' },
        { phase: 'result', name: 'look', toolCallId: 't', isError: false },
      ])
      expect(tools(eager).every((frame) => !('seq' in frame))).toBe(true)
      expect([...tools(bystander), ...tools(client)]).toEqual([])
      expect(events('agent', eager).map((payload) => payload.seq)).toEqual([1, 2, 3, 4, 5, 6])
      expect(events('agent').some((payload) => payload.stream === 'thinking')).toBe(false)
    })

    it('are told as well to who started another run of the session meanwhile', async () => {
      const eager = await stage.join({ caps: ['tool-events'] })
      await start()
      await start({ message: 'next', idempotencyKey: 'k2' }, eager)
      act('hi')
      await stage.settle()
      expect(tools(eager).map((frame) => frame.payload.runId)).toEqual(['k', 'k', 'k'])
    })

    it('are told in full where the session says so', async () => {
      await client.call('sessions.patch', { key: 'main', verboseLevel: 'full', reasoningLevel: 'stream' })
      const eager = await stage.join({ caps: ['tool-events'] })
      await start({}, eager)
      act('hi')
      await stage.settle()
      const data = tools(eager).map((frame) => frame.payload.data)
      expect([data[1].partialResult, data[2].result]).toEqual(['par', 'seen'])
      const thoughts = events('agent').filter((payload) => payload.stream === 'thinking')
      expect(thoughts.map((payload) => payload.data)).toEqual([{ text: 'hm', delta: 'hm' }])
    })
  })

  describe('agent.wait', () => {
    it('answers when the run ends, also for one that has not started', async () => {
      await start()
      await start({ message: 'second', idempotencyKey: 'k2' })
      const waiting = client.send('agent.wait', { runId: 'k2', timeoutMs: 50_000 })
      stage.runner.of('hi').finish()
      await stage.settle()
      expect(responses(waiting)).toEqual([])
      await stage.clock.advance(10)
      stage.runner.of('second').finish()
      await stage.settle()

      const now = stage.clock.now()
      expect(responses(waiting)[0]?.payload).toEqual({ runId: 'k2', status: 'ok', startedAt: now - 10, endedAt: now })
      expect(await client.call('agent.wait', { runId: 'k2', timeoutMs: 0 })).toMatchObject({ status: 'ok' })
    })

    it('tells an abort as an error at once', async () => {
      await start()
      const waiting = client.send('agent.wait', { runId: 'k' })
      await client.call('chat.abort', { sessionKey: 'main', runId: 'k' })
      await stage.settle()
      expect(responses(waiting)[0]?.payload).toMatchObject({ status: 'error', error: 'aborted' })
    })

    it('gives up after its time, at once for 0, after thirty seconds when it names none', async () => {
      expect(await client.call('agent.wait', { runId: 'unknown', timeoutMs: 0 })).toEqual({
        runId: 'unknown',
        status: 'timeout',
      })
      await start()
      const [short, usual] = [
        client.send('agent.wait', { runId: 'k', timeoutMs: 70 }),
        client.send('agent.wait', { runId: 'k' }),
      ]
      await stage.clock.advance(70)
      expect(responses(short)[0]?.payload).toEqual({ runId: 'k', status: 'timeout' })
      await stage.clock.advance(29_930)
      expect(responses(usual)[0]?.payload).toEqual({ runId: 'k', status: 'timeout' })
    })

    it('waits for a run that does not exist yet', async () => {
      const waiting = client.send('agent.wait', { runId: 'k' })
      await stage.settle()
      await start()
      stage.runner.of('hi').finish()
      await stage.settle()
      expect(responses(waiting)[0]?.payload).toMatchObject({ status: 'ok' })
    })
  })
})
