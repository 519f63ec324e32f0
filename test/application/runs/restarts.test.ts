import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { newSession } from '../../../src/application/sessions/new-session.js'
import { INTERRUPTED } from '../../../src/domain/run/interrupted.js'
import type { RunRecord } from '../../../src/domain/run/run.js'
import { GatewayStage, LastingStore } from '../../doubles/gateway-stage.js'
import type { MemoryProtocolClient } from '../../doubles/memory-protocol-client.js'

const KEY = 'agent:main:main'
const accepted = (runId: string, sessionKey: string | null = KEY): RunRecord => ({
  runId,
  method: 'agent',
  sessionKey,
  agentId: 'main',
  request: { message: runId },
  state: 'accepted',
  acceptedAt: 1,
})

describe('after the process died', () => {
  let store: LastingStore
  let stage: GatewayStage

  beforeEach(async () => {
    store = new LastingStore()
    await store.open()
    const entry = newSession(KEY, { agentId: 'main', sessionId: 's', now: Date.UTC(2026, 0, 1) })
    await store.commit([{ kind: 'session.put', entry }])
  })

  afterEach(() => stage.close())

  async function crashDuring(runId: string, sessionKey: string | null = KEY) {
    const question = {
      id: `q-${runId}`,
      message: { role: 'user' as const, content: [{ type: 'text' as const, text: runId }], timestamp: 2 },
    }
    await store.commit([
      { kind: 'run.accept', run: accepted(runId, sessionKey) },
      { kind: 'run.start', runId, startedAt: 2 },
      { kind: 'transcript.append', sessionId: 's', entries: [question] },
    ])
  }

  it('a run that was under way is closed: in the ledger, in the transcript, and for its caller', async () => {
    await crashDuring('cut')
    stage = await GatewayStage.open({ store })
    const client = await stage.join()

    expect(await store.run('cut')).toMatchObject({ state: 'interrupted', error: INTERRUPTED })
    const { messages } = await client.call('chat.history', { sessionKey: 'main' })
    expect(messages).toMatchObject([
      { role: 'user' },
      { role: 'assistant', stopReason: 'error', errorMessage: INTERRUPTED, idempotencyKey: 'cut:assistant' },
    ])
    expect(await store.session(KEY)).toMatchObject({ abortedLastRun: true })
    expect(await client.call('agent.wait', { runId: 'cut' })).toMatchObject({
      status: 'error',
      error: INTERRUPTED,
      startedAt: 2,
    })
    const again = await client.request('agent', { message: 'cut', idempotencyKey: 'cut' })
    expect(again).toMatchObject({
      ok: false,
      payload: { runId: 'cut', status: 'error' },
      error: { code: 'UNAVAILABLE', message: INTERRUPTED },
    })
    expect(stage.runner.messages).toEqual([])
  })

  it('clients that come back within a minute are told, once each, outside the sequence', async () => {
    await crashDuring('cut')
    await crashDuring('detached', null)
    stage = await GatewayStage.open({ store })
    const notices = (client: MemoryProtocolClient) =>
      client.frames
        .filter((frame) => ['agent', 'chat'].includes(frame.event ?? ''))
        .map((frame) => [frame.event, frame.payload.runId, 'seq' in frame])
    const reader = await stage.join({ scopes: ['operator.read'] })
    const nobody = await stage.join({ scopes: [] })

    expect(notices(reader)).toEqual([
      ['agent', 'cut', false],
      ['chat', 'cut', false],
      ['agent', 'detached', false],
    ])
    expect(reader.events('agent')[0]?.payload).toMatchObject({
      stream: 'lifecycle',
      seq: 1,
      sessionKey: KEY,
      data: { phase: 'error', error: INTERRUPTED, startedAt: 2 },
    })
    expect(reader.events('chat')[0]?.payload).toMatchObject({
      state: 'error',
      errorMessage: INTERRUPTED,
      sessionKey: KEY,
    })
    expect(reader.frames.findIndex((frame) => frame.event === 'agent')).toBeGreaterThan(
      reader.frames.findIndex((frame) => frame.payload?.type === 'hello-ok'),
    )
    expect(notices(nobody)).toEqual([])
    await stage.clock.advance(60_000)
    expect(notices(await stage.join({ now: stage.clock.now() }))).toHaveLength(3)
    await stage.clock.advance(1)
    expect(notices(await stage.join({ now: stage.clock.now() }))).toEqual([])
  })

  it('what was accepted and not started runs, in the order it was accepted, after what was closed', async () => {
    await crashDuring('cut')
    for (const runId of ['one', 'two']) await store.commit([{ kind: 'run.accept', run: accepted(runId) }])
    stage = await GatewayStage.open({ store })
    const client = await stage.join()
    await stage.settle()
    expect(stage.runner.messages).toEqual(['one'])
    expect(stage.runner.of('one').request.history.map((message) => message.role)).toEqual(['user', 'assistant'])
    const repeated = await client.request('agent', { message: 'two', idempotencyKey: 'two' })
    expect(repeated.payload).toEqual({ runId: 'two', status: 'accepted', acceptedAt: 1 })
    stage.runner.of('one').say('1').finish()
    await stage.settle()
    expect(stage.runner.messages).toEqual(['one', 'two'])
    stage.runner.of('two').say('2').finish()
    expect((await client.final(repeated.id)).payload).toMatchObject({ status: 'ok' })
    expect(
      client
        .events('chat')
        .filter((frame) => frame.payload.state === 'final')
        .map((frame) => frame.payload.runId),
    ).toEqual(['one', 'two'])
  })

  it('keys that were used are known, with their outcome', async () => {
    stage = await GatewayStage.open({ store })
    let client = await stage.join()
    const first = client.send('agent', { message: 'hi', idempotencyKey: 'k' })
    await stage.settle()
    stage.runner.of('hi').say('Hello').finish()
    const final = await client.final(first)
    await stage.close()

    stage = await GatewayStage.open({ store })
    client = await stage.join()
    expect((await client.request('agent', { message: 'hi', idempotencyKey: 'k' })).payload).toEqual(final.payload)
    expect(await client.call('agent.wait', { runId: 'k', timeoutMs: 0 })).toMatchObject({ status: 'ok' })
    expect(stage.runner.messages).toEqual([])
  })

  it('keys of runs that ended a day ago are forgotten', async () => {
    stage = await GatewayStage.open({ store })
    const now = stage.clock.now()
    await stage.close()
    for (const [runId, endedAt] of [
      ['old', now - 86_400_001],
      ['young', now - 86_000_000],
    ] as const) {
      await store.commit([
        { kind: 'run.accept', run: accepted(runId) },
        { kind: 'run.finish', runId, state: 'ok', endedAt },
      ])
    }
    stage = await GatewayStage.open({ store })
    expect([(await store.run('old'))?.runId, (await store.run('young'))?.runId]).toEqual([undefined, 'young'])
  })
})

describe('when the gateway stops', () => {
  let store: LastingStore
  let stage: GatewayStage
  let client: MemoryProtocolClient

  beforeEach(async () => {
    store = new LastingStore()
    stage = await GatewayStage.open({ store })
    client = await stage.join()
  })

  it('a run may finish within its grace, and its caller still hears', async () => {
    const id = client.send('agent', { message: 'hi', idempotencyKey: 'k' })
    await stage.settle()
    const stopping = stage.gateway.stop(5_000)
    await stage.clock.advance(4_000)
    stage.runner.of('hi').say('Hello').finish()
    await stage.settle()
    await stopping

    const names = client.frames.map((frame) =>
      frame.id === id ? `res ${frame.payload.status}` : `${frame.event} ${frame.payload?.state ?? ''}`,
    )
    expect(names.indexOf('shutdown ')).toBeGreaterThan(0)
    expect(names.indexOf('chat final')).toBeGreaterThan(names.indexOf('shutdown '))
    expect(names.indexOf('res ok')).toBeGreaterThan(names.indexOf('shutdown '))
    expect(await client.raw.closed).toEqual({ code: 1012, reason: 'service restart' })
    await stage.close()
  })

  it.each([false, true])('a run that takes longer is closed with an error (deaf runner: %s)', async (isDeaf) => {
    stage.runner.ignoresAbort = isDeaf
    const id = client.send('agent', { message: 'hi', idempotencyKey: 'k' })
    await stage.settle()
    stage.runner.of('hi').say('part')
    await stage.close(3_000)

    const error = 'interrupted: the gateway is stopping'
    expect(client.events('chat').map((frame) => frame.payload.state)).toEqual(['delta', 'error'])
    expect(client.events('chat').at(-1)?.payload.errorMessage).toBe(error)
    expect((await client.final(id)).error.message).toBe(error)
    expect(await store.run('k')).toMatchObject({ state: 'interrupted', error })
    expect((await client.raw.closed).code).toBe(1012)
  })

  it('nothing new begins, and what waits runs after the next start', async () => {
    client.send('agent', { message: 'hi', idempotencyKey: 'k' })
    client.send('agent', { message: 'next', idempotencyKey: 'n' })
    await stage.settle()
    const stopping = stage.gateway.stop(5_000)
    await stage.settle()
    const late = await client.request('agent', { message: 'late', idempotencyKey: 'l' })
    expect(late.error).toEqual({
      code: 'UNAVAILABLE',
      message: 'the gateway is stopping; try again in a moment',
      retryable: true,
    })
    stage.runner.of('hi').finish()
    await stage.clock.advance(10_000)
    await stopping
    await stage.close()
    expect(await store.run('l')).toBeNull()

    stage = await GatewayStage.open({ store })
    await stage.settle()
    expect(stage.runner.messages).toEqual(['next'])
    await stage.close()
  })

  it('clients hear of it first, then are closed with 1012, and no timer is left', async () => {
    const nobody = await stage.join({ device: false })
    await stage.close()
    for (const one of [client, nobody]) {
      expect(one.events('shutdown').map((frame) => frame.payload)).toEqual([
        { reason: 'gateway stopping', restartExpectedMs: null },
      ])
      expect(one.frames.at(-1)?.event).toBe('shutdown')
      expect(await one.raw.closed).toEqual({ code: 1012, reason: 'service restart' })
    }
    expect(stage.clock.pendingTimers).toBe(0)
  })
})

describe('a store that refuses', () => {
  class FailingStore extends LastingStore {
    refuses: (kinds: readonly string[]) => boolean = () => false
    override async commit(changes: Parameters<LastingStore['commit']>[0]): Promise<void> {
      if (this.refuses(changes.map((change) => change.kind))) throw new Error('disk full')
      return super.commit(changes)
    }
  }

  it.each(['run.accept', 'run.start', 'run.finish'])(
    'at %s makes the run fail readably and the next one possible',
    async (kind) => {
      const store = new FailingStore()
      const stage = await GatewayStage.open({ store })
      const client = await stage.join()
      store.refuses = (kinds) => kinds.includes(kind)
      const id = client.send('agent', { message: 'hi', idempotencyKey: 'k' })
      await stage.settle()
      if (kind === 'run.finish') stage.runner.of('hi').say('Hello').finish()
      await stage.clock.advance(1_000)
      const { error } = await client.final(id)
      expect(error).toMatchObject({ code: 'UNAVAILABLE', message: expect.stringContaining('disk full') })

      store.refuses = () => false
      const next = client.send('agent', { message: 'next', idempotencyKey: 'n' })
      await stage.settle()
      stage.runner.of('next').finish()
      expect((await client.final(next)).ok).toBe(true)
      await stage.close()
    },
  )

  it('at the start leaves nothing running', async () => {
    const store = new FailingStore()
    store.refuses = () => true
    const stage = new GatewayStage({ store })
    await expect(stage.gateway.start()).rejects.toThrow('disk full')
    expect(stage.clock.pendingTimers).toBe(0)
    expect(stage.gateway.endpoints).toEqual([])
  })
})
