import { afterEach, describe, expect, it } from 'vitest'
import type { CommandParts } from '../../../src/application/commands/command-order.js'
import type { GatewayStage } from '../../doubles/gateway-stage.js'
import { LastingStore } from '../../doubles/gateway-stage.js'
import type { Frame, MemoryProtocolClient } from '../../doubles/memory-protocol-client.js'
import { commandStage } from './command-stage.js'

const KEY = 'agent:main:main'

describe('a command of a client', () => {
  let stage: GatewayStage
  let client: MemoryProtocolClient

  async function open(changed: Partial<CommandParts> = {}, options: object = {}): Promise<void> {
    const opened = await commandStage(changed, options)
    stage = opened.stage
    client = await stage.join()
  }

  afterEach(() => stage.close())

  async function send(message: string, extra: object = {}, by = client): Promise<Frame> {
    const answer = await by.request('chat.send', { sessionKey: 'main', message, idempotencyKey: message, ...extra })
    await stage.settle()
    return answer
  }

  const chats = () => client.events('chat').map((frame) => frame.payload)
  const textOf = (chat: any) => chat.message.content[0].text
  const transcript = async () => stage.store.transcript((await stage.store.session(KEY))?.sessionId ?? '')

  it('is started, answered by one final, and kept without a model', async () => {
    await open()
    expect((await send('/think high', { idempotencyKey: 'k' })).payload).toEqual({ runId: 'k', status: 'started' })
    expect(stage.runner.puppets).toHaveLength(0)
    expect(chats()).toEqual([
      {
        runId: 'k',
        sessionKey: KEY,
        seq: 1,
        state: 'final',
        message: expect.objectContaining({
          role: 'assistant',
          content: [{ type: 'text', text: 'Think: high' }],
          model: 'gateway-injected',
          stopReason: 'stop',
        }),
      },
    ])
    const kept = await transcript()
    expect(kept.map(({ message }) => message)).toMatchObject([
      { role: 'assistant', model: 'gateway-injected', provider: 'mayros', idempotencyKey: 'k:assistant' },
    ])
    expect((await client.call('agent.wait', { runId: 'k' })).status).toBe('ok')
    const order = client.frames.findIndex((frame) => frame.payload?.status === 'started')
    expect(client.frames.findIndex((frame) => frame.event === 'chat')).toBeGreaterThan(order)
  })

  it('given again under its key does nothing again, also after a restart, and answers the same', async () => {
    const store = new LastingStore()
    await open({}, { store })
    await send('/new', { idempotencyKey: 'k' })
    const sessionId = (await stage.store.session(KEY))?.sessionId
    expect((await send('/new', { idempotencyKey: 'k' })).payload).toEqual({ runId: 'k', status: 'ok' })
    await stage.close()
    await open({}, { store })
    expect((await send('/new', { idempotencyKey: 'k' })).payload).toEqual({ runId: 'k', status: 'ok' })
    expect((await stage.store.session(KEY))?.sessionId).toBe(sessionId)
    expect(await transcript()).toHaveLength(1)
    expect(chats()).toEqual([])
    const refused = await client.request('agent', { sessionKey: 'main', message: '/new', idempotencyKey: 'k' })
    expect(refused.error.message).toBe('idempotencyKey was used before by chat.send; use a new one')
  })

  it('given twice at the same time is carried out once', async () => {
    await open()
    const [first, second] = await Promise.all([
      send('/new hello', { idempotencyKey: 'k' }),
      send('/new hello', { idempotencyKey: 'k' }),
    ])
    expect(first.payload).toEqual({ runId: 'k', status: 'started' })
    expect(second.payload).toEqual({ runId: 'k', status: 'in_flight' })
    expect(stage.runner.messages).toEqual(['hello'])
    stage.runner.of('hello').say('Hi').finish()
    await stage.settle()
    expect(await transcript()).toHaveLength(2)
  })

  it('given twice at the same time is answered once', async () => {
    await open()
    const both = await Promise.all([send('/new', { idempotencyKey: 'k' }), send('/new', { idempotencyKey: 'k' })])
    expect(both.map(({ payload }) => payload?.status)).toEqual(['started', 'in_flight'])
    expect(chats()).toHaveLength(1)
    expect(await transcript()).toHaveLength(1)
  })

  it('/new with a message begins the new conversation with it, under the same run', async () => {
    await open()
    await send('/status')
    await send('/new large Tell me', { idempotencyKey: 'n' })
    expect(stage.runner.messages).toEqual(['Tell me'])
    stage.runner.of('Tell me').say('Well').finish()
    await stage.settle()
    expect(chats().at(-1)).toMatchObject({ runId: 'n', state: 'final' })
    expect(textOf(chats().at(-1))).toBe('Well')
    expect(await stage.store.session(KEY)).toMatchObject({ providerOverride: 'acme', modelOverride: 'large' })
    expect((await transcript()).map(({ message }) => message.role)).toEqual(['user', 'assistant'])
    expect((await send('/new large Tell me', { idempotencyKey: 'n' })).payload).toEqual({ runId: 'n', status: 'ok' })
  })

  it('that takes long is told to have started, is in flight meanwhile, and is answered later', async () => {
    let finish: (outcome: any) => void = () => undefined
    await open({ compaction: { compact: () => new Promise((resolve) => (finish = resolve)) } })
    expect((await send('/compact', { idempotencyKey: 'c' })).payload).toEqual({ runId: 'c', status: 'started' })
    expect((await send('/compact', { idempotencyKey: 'c' })).payload).toEqual({ runId: 'c', status: 'in_flight' })
    expect(chats()).toEqual([])
    finish({ compacted: true, tokensBefore: 9, tokensAfter: 3 })
    await stage.settle()
    expect(chats().map(textOf)).toEqual(['Compacted: about 9 tokens became 3.'])
    expect((await send('/compact', { idempotencyKey: 'c' })).payload).toEqual({ runId: 'c', status: 'ok' })
  })

  it('that takes long and comes to nothing ends with an error that everybody hears', async () => {
    await open({ compaction: { compact: () => Promise.reject(new Error('broken')) } })
    expect((await send('/compact', { idempotencyKey: 'c' })).payload).toEqual({ runId: 'c', status: 'started' })
    expect(chats()).toEqual([{ runId: 'c', sessionKey: KEY, seq: 1, state: 'error', errorMessage: 'broken' }])
    expect(await client.call('agent.wait', { runId: 'c' })).toMatchObject({ status: 'error', error: 'broken' })
    expect(stage.log.lines.some(({ level }) => level === 'error')).toBe(true)
  })

  it('meets a busy session without waiting, and leaves its run alone', async () => {
    await open()
    await send('work')
    expect((await send('/status')).payload).toEqual({ runId: '/status', status: 'started' })
    expect(textOf(chats()[0])).toContain('running: 1 · waiting: 0')
    stage.runner.of('work').say('done').finish()
    await stage.settle()
    expect(textOf(chats().at(-1))).toBe('done')
  })

  it('/stop and the words for it stop what runs, and are no runs', async () => {
    await open()
    await send('work')
    expect((await send('/STOP')).payload).toEqual({ ok: true, aborted: true, runIds: ['work'] })
    expect(await stage.store.run('/STOP')).toBeNull()
  })

  it('/send opens a session again that takes no messages', async () => {
    await open()
    await send('/send off')
    expect((await send('hello')).error.message).toBe('send blocked by session policy')
    expect((await send('/status')).error.message).toBe('send blocked by session policy')
    expect((await send('/send on')).payload).toEqual({ runId: '/send on', status: 'started' })
    expect((await send('hello')).payload).toEqual({ runId: 'hello', status: 'started' })
  })

  it('for owners is refused to those who only may write, and who owns is told to the runs', async () => {
    await open({ reload: () => ({ restartNow: async () => ({ delayMs: 0, cooldownMsApplied: 0, coalesced: false }) }) })
    const writer = await stage.join({ scopes: ['operator.read', 'operator.write'] })
    await send('/restart', { idempotencyKey: 'r1' }, writer)
    await send('/restart', { idempotencyKey: 'r2' })
    expect(chats().map(textOf)).toEqual([
      '/restart is only for the owner of this gateway.',
      'The gateway restarts in 0 s.',
    ])
    await send('mine')
    await send('theirs', { sessionKey: 'other' }, writer)
    expect((await stage.store.run('mine'))?.request.isOwner).toBe(true)
    expect((await stage.store.run('theirs'))?.request.isOwner).toBeUndefined()
  })

  it('with a picture, or of a name nobody knows, is for the agent', async () => {
    await open()
    await send('/status', { attachments: [{ mimeType: 'image/png', content: 'aGk=' }] })
    await send('/tmp/x', { sessionKey: 'other' })
    expect(stage.runner.messages).toEqual(['/status', '/tmp/x'])
  })

  it('of `agent` is accepted and answered in its result; /new alone begins with a greeting', async () => {
    await open()
    const id = client.send('agent', { sessionKey: 'main', message: '/think high', idempotencyKey: 'a' })
    await stage.settle()
    const answers = client.frames.filter((frame) => frame.id === id)
    expect(answers.map((frame) => frame.payload.status)).toEqual(['accepted', 'ok'])
    expect(answers[1]?.payload.result.payloads).toEqual([{ text: 'Think: high', mediaUrl: null }])
    client.send('agent', { sessionKey: 'main', message: '/new', idempotencyKey: 'b' })
    await stage.settle()
    expect(stage.runner.messages).toEqual([expect.stringContaining('Greet the user')])
  })

  it('whose answer cannot be stored fails, and may be given again', async () => {
    const store = new LastingStore()
    await open({}, { store })
    const commit = store.commit.bind(store)
    store.commit = () => Promise.reject(new Error('disk full'))
    expect((await send('/status', { idempotencyKey: 'k' })).ok).toBe(false)
    store.commit = commit
    expect((await send('/status', { idempotencyKey: 'k' })).payload).toEqual({ runId: 'k', status: 'started' })
    expect(chats()).toHaveLength(1)
  })
})
