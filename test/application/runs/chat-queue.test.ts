import { afterEach, describe, expect, it } from 'vitest'
import { textOf } from '../../../src/domain/session/transcript.js'
import { GatewayStage, LastingStore } from '../../doubles/gateway-stage.js'
import type { MemoryProtocolClient } from '../../doubles/memory-protocol-client.js'
import type { PuppetRunner } from '../../doubles/puppet-runner.js'

const KEY = 'agent:main:main'
const asks = (message: string) => ({ message, queueMode: 'collect' }) as const

describe('messages to a busy session', () => {
  let stage: GatewayStage
  let client: MemoryProtocolClient

  afterEach(() => stage.close())

  async function open(queue: object, store = new LastingStore()): Promise<void> {
    stage = await GatewayStage.open({ config: { messages: { queue } }, store })
    client = await stage.join()
  }

  async function send(message: string, extra: object = {}) {
    const answer = await client.request('chat.send', { sessionKey: 'main', message, idempotencyKey: message, ...extra })
    await stage.settle()
    return answer
  }

  async function finish(message: string, answer = `re ${message}`): Promise<void> {
    stage.runner.of(message).say(answer).finish()
    await stage.settle()
  }

  const asked = (runner: PuppetRunner = stage.runner) => runner.messages
  const endings = () =>
    client
      .events('chat')
      .map(({ payload }) => payload)
      .filter(({ state }) => state !== 'delta')
      .map((chat) => [chat.runId, chat.state, chat.message?.content[0].text, chat.stopReason])

  async function transcript(): Promise<readonly string[]> {
    const session = await stage.store.session(KEY)
    return (await stage.store.transcript(session?.sessionId ?? '')).map(({ message }) => textOf(message))
  }

  /** The model wants to use a tool, so that there is a step between two of its calls. */
  async function step(message: string): Promise<void> {
    const puppet = stage.runner.of(message)
    puppet.do({ type: 'tool.call', toolCallId: `call-${message}`, name: 'nothing', args: {} })
    puppet.finish({ stopReason: 'toolUse' })
    await stage.settle()
  }

  it('are collected into one turn after a while of quiet; each ends, and names the run that answered it', async () => {
    await open({})
    await send('first')
    await send('a')
    await stage.clock.advance(900)
    expect((await send('b')).payload).toEqual({ runId: 'b', status: 'started', queued: true })
    await send('c', { attachments: [{ mimeType: 'image/png', content: 'aGk=' }], thinking: 'high' })
    await finish('first')
    await stage.clock.advance(999)
    expect(asked()).toEqual(['first'])
    await stage.clock.advance(1)
    expect(asked()).toEqual(['first', 'a\n\nb\n\nc'])
    expect(stage.runner.puppets[1]?.request).toMatchObject({ runId: 'a', thinking: 'high', attachments: [{}] })
    expect((await send('b')).payload).toEqual({ runId: 'b', status: 'in_flight' })
    const waited = client.request('agent.wait', { runId: 'b', timeoutMs: 5_000 })
    await finish('a\n\nb\n\nc', 'all')

    expect(endings()).toEqual([
      ['first', 'final', 're first', undefined],
      ['a', 'final', 'all', undefined],
      ['b', 'final', undefined, 'merged'],
      ['c', 'final', undefined, 'merged'],
    ])
    const ends = client.events('agent').filter(({ payload }) => payload.data.phase === 'end')
    expect(ends.map(({ payload }) => [payload.runId, payload.data.mergedInto])).toEqual([
      ['first', undefined],
      ['a', undefined],
      ['b', 'a'],
      ['c', 'a'],
    ])
    expect((await waited).payload).toMatchObject({ runId: 'b', status: 'ok' })
    expect((await send('c')).payload).toEqual({ runId: 'c', status: 'ok' })
    expect(await stage.store.run('c')).toMatchObject({ state: 'ok', outcome: { text: 'all', mergedInto: 'a' } })
    expect(await transcript()).toEqual(['first', 're first', 'a\n\nb\n\nc', 'all'])
  })

  it('end badly together when the turn does', async () => {
    await open({ debounceMs: 0 })
    await send('first')
    await send('a')
    await send('b')
    await finish('first')
    stage.runner.of('a\n\nb').fail(new Error('oops'))
    await stage.settle()
    expect(endings().slice(1)).toEqual([
      ['a', 'error', undefined, undefined],
      ['b', 'error', undefined, undefined],
    ])
  })

  it('are stopped together, by the id of any of them', async () => {
    await open({ debounceMs: 0 })
    await send('first')
    await send('a')
    await send('b')
    await finish('first')
    const answer = await client.call('chat.abort', { sessionKey: 'main', runId: 'b' })
    expect(answer).toEqual({ ok: true, aborted: true, runIds: ['b'] })
    await stage.settle()
    expect(endings().slice(1)).toEqual([
      ['a', 'aborted', undefined, 'rpc'],
      ['b', 'aborted', undefined, 'rpc'],
    ])
  })

  it('are not joined with what programs asked, and come after it', async () => {
    await open({ debounceMs: 0 })
    await send('first')
    await send('a')
    client.send('agent', { message: 'program', idempotencyKey: 'p' })
    await stage.settle()
    await send('b')
    for (const message of ['first', 'a', 'program', 'b']) await finish(message)
    expect(asked()).toEqual(['first', 'a', 'program', 'b'])
  })

  it('get a turn each, one after the other, as followup', async () => {
    await open({ mode: 'followup' })
    for (const message of ['first', 'a', 'b']) await send(message)
    for (const message of ['first', 'a', 'b']) await finish(message)
    expect(endings().map(([runId, state]) => [runId, state])).toEqual([
      ['first', 'final'],
      ['a', 'final'],
      ['b', 'final'],
    ])
  })

  it.each(['steer', 'queue', 'steer-backlog'])('are heard at the next step of the run under way (%s)', async (mode) => {
    await open({ mode })
    await send('first')
    await send('a')
    await send('b')
    await step('first')
    const next = stage.runner.puppets[1]
    expect(next?.request.history.slice(-2).map((message) => textOf(message))).toEqual(['a', 'b'])
    next?.say('done').finish()
    await stage.clock.advance(5_000)

    expect(endings()).toEqual([
      ['first', 'final', 'done', undefined],
      ['a', 'final', undefined, 'merged'],
      ['b', 'final', undefined, 'merged'],
    ])
    expect(await stage.store.run('b')).toMatchObject({ state: 'ok', mergedInto: 'first' })
    expect((await transcript()).filter((text) => 'ab'.includes(text) && text !== '')).toEqual(['a', 'b'])
    expect(stage.runner.puppets).toHaveLength(2)
  })

  it('that are no longer heard get turns: each its own, or one for all', async () => {
    await open({ mode: 'steer' })
    for (const message of ['first', 'a', 'b']) await send(message)
    for (const message of ['first', 'a', 'b']) await finish(message)
    await stage.close()
    await open({ mode: 'steer-backlog', debounceMs: 10 })
    for (const message of ['first', 'a', 'b']) await send(message)
    await finish('first')
    await stage.clock.advance(10)
    expect(asked()).toEqual(['first', 'a\n\nb'])
  })

  it('interrupt what is under way', async () => {
    await open({ mode: 'interrupt' })
    await send('first')
    stage.runner.of('first').say('part')
    await stage.settle()
    await send('a')
    await stage.clock.advance(2_000)
    await finish('a')
    expect(endings()).toEqual([
      ['first', 'aborted', 'part', 'rpc'],
      ['a', 'final', 're a', undefined],
    ])
    expect(await transcript()).toEqual(['first', 'part', 'a', 're a'])
  })

  it('wait as the session itself says', async () => {
    await open({})
    await send('first')
    const session = await stage.store.session(KEY)
    if (session === null) throw new Error('no session')
    await stage.store.commit([
      { kind: 'session.update', key: KEY, changes: { queueMode: 'followup' }, otherwise: session },
    ])
    for (const message of ['a', 'b']) await send(message)
    for (const message of ['first', 'a', 'b']) await finish(message)
    expect(asked()).toEqual(['first', 'a', 'b'])
  })

  describe('that are too many', () => {
    const flood = async () => {
      for (const message of ['first', 'a', 'b', 'c', 'd']) await send(message)
    }

    it('are cut to a line each in front of the next turn, oldest first', async () => {
      await open({ cap: 2 })
      await flood()
      await finish('first')
      await stage.clock.advance(1_000)
      expect(asked()).toEqual(['first', '[dropped] a\n[dropped] b\n\nc\n\nd'])
      await finish('[dropped] a\n[dropped] b\n\nc\n\nd', 'ok')
      expect(endings().slice(1)).toEqual([
        ['c', 'final', 'ok', undefined],
        ['a', 'final', undefined, 'merged'],
        ['b', 'final', undefined, 'merged'],
        ['d', 'final', undefined, 'merged'],
      ])
    })

    it('leave, oldest first, with an error', async () => {
      await open({ cap: 2, drop: 'old' })
      await flood()
      await finish('first')
      await stage.clock.advance(1_000)
      expect(asked()).toEqual(['first', 'c\n\nd'])
      expect(endings().map(([runId, state]) => `${runId} ${state}`)).toEqual(['a error', 'b error', 'first final'])
      expect(await stage.store.run('a')).toMatchObject({
        state: 'error',
        error: 'dropped: more than 2 messages were waiting in this session',
      })
    })

    it('are refused', async () => {
      await open({ cap: 2, drop: 'new' })
      await flood()
      const refused = await send('e')
      expect(refused.error).toMatchObject({ code: 'UNAVAILABLE', retryable: true })
      expect(await stage.store.run('e')).toBeNull()
      await finish('first')
      await stage.clock.advance(1_000)
      expect(asked()).toEqual(['first', 'a\n\nb'])
    })
  })

  it('that were taken back are written in their place, also by the next process', async () => {
    const store = new LastingStore()
    await open({ mode: 'followup' }, store)
    for (const message of ['first', 'a', 'b', 'c']) await send(message)
    for (const runId of ['a', 'c']) await client.call('chat.abort', { sessionKey: 'main', runId })
    await stage.settle()
    expect(await transcript()).toEqual(['first'])
    expect(endings().map(([runId, state]) => `${runId} ${state}`)).toEqual(['a aborted', 'c aborted'])
    await stage.close()

    await open({ mode: 'followup' }, store)
    await stage.settle()
    await finish('b')
    expect((await transcript()).filter((text) => text !== '')).toEqual(['first', 'a', 'b', 're b', 'c'])
    expect(await store.unfinishedRuns()).toEqual([])
  })

  it('are written before their session is reset', async () => {
    await open({ mode: 'followup' })
    for (const message of ['first', 'a']) await send(message)
    await client.call('chat.abort', { sessionKey: 'main', runId: 'a' })
    const before = (await stage.store.session(KEY))?.sessionId ?? ''
    client.send('sessions.reset', { key: 'main' })
    await stage.clock.advance(1_000)
    const [archive] = await stage.store.archives(before)
    const entries = await stage.store.archived(archive?.id ?? '')
    expect(entries.map(({ message }) => textOf(message))).toEqual(['first', 'a'])
    expect(await transcript()).toEqual([])
  })

  it('of one turn are still one turn after a restart, under the same id', async () => {
    const store = new LastingStore()
    await open({ debounceMs: 0 }, store)
    for (const message of ['first', 'a', 'b']) await send(message)
    await finish('first')
    expect(asked()).toEqual(['first', 'a\n\nb'])
    // What a restart of the process leaves behind.
    await store.commit([{ kind: 'run.requeue', runId: 'a' }])
    const crashed = stage
    await open({ debounceMs: 0 }, store)
    await stage.settle()
    await send('late')
    expect(asked()).toEqual(['a\n\nb'])
    await finish('a\n\nb')
    expect(endings().map(([runId, state]) => `${runId} ${state}`)).toEqual(['a final', 'b final'])
    await finish('late')
    expect(await transcript()).toEqual(['first', 're first', 'a\n\nb', 're a\n\nb', 'late', 're late'])
    await crashed.close()
  })

  it('of a turn that was made up when the process died stay together, also when they are taken back', async () => {
    const store = new LastingStore()
    await store.open()
    const run = { method: 'chat.send', agentId: 'main', state: 'accepted', acceptedAt: 1 } as const
    const waiting = (runId: string, sessionKey = KEY) =>
      ({ kind: 'run.accept', run: { ...run, runId, sessionKey, request: asks(runId) } }) as const
    await store.commit([waiting('elsewhere', 'agent:main:other'), waiting('a'), waiting('b'), waiting('c')])
    await store.commit([{ kind: 'run.merge', runIds: ['b'], into: 'a', request: asks('a\n\nb') }])
    stage = await GatewayStage.open({ config: { agents: { defaults: { maxConcurrent: 1 } } }, store })
    client = await stage.join()
    await stage.settle()
    expect(asked()).toEqual(['elsewhere'])
    await client.call('chat.abort', { sessionKey: 'main', runId: 'b' })
    await stage.settle()
    expect(endings().map(([runId, state]) => `${runId} ${state}`)).toEqual(['a aborted', 'b aborted'])
    expect(await transcript()).toEqual(['a\n\nb'])
    await finish('elsewhere')
    await finish('c')
    expect(await transcript()).toEqual(['a\n\nb', 'c', 're c'])
    expect(await store.unfinishedRuns()).toEqual([])
  })

  it('of one turn are closed together after a crash', async () => {
    const store = new LastingStore()
    await open({ debounceMs: 0 }, store)
    for (const message of ['first', 'a', 'b']) await send(message)
    await finish('first')
    const crashed = stage
    await open({}, store)
    for (const runId of ['a', 'b']) expect(await store.run(runId)).toMatchObject({ state: 'interrupted' })
    expect(await client.call('agent.wait', { runId: 'b' })).toMatchObject({ status: 'error' })
    expect(client.events('chat').map(({ payload }) => [payload.runId, payload.state])).toEqual([
      ['a', 'error'],
      ['b', 'error'],
    ])
    await crashed.close()
  })
})
