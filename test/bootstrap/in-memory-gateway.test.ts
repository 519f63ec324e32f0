import { afterEach, describe, expect, it } from 'vitest'
import { MemoryChannel } from '../../src/adapters/channel-memory/memory-channel.js'
import { FakeClock } from '../../src/adapters/clock-fake/fake-clock.js'
import { SequenceIds } from '../../src/adapters/ids-sequence/sequence-ids.js'
import { MemoryTransport } from '../../src/adapters/transport-memory/memory-transport.js'
import type { AgentRunner } from '../../src/application/ports/agent-runner.js'
import { createGateway, type GatewayHandle, type Module, tokens } from '../../src/bootstrap/index.js'
import { MemoryProtocolClient } from '../doubles/memory-protocol-client.js'

const scripted: AgentRunner = {
  models: () => [{ id: 'script', name: 'Script', provider: 'test' }],
  async *answer(request) {
    yield { type: 'text', delta: 'You said: ' }
    yield { type: 'text', delta: request.message ?? '' }
    yield { type: 'finish', stopReason: 'stop', provider: 'test', model: 'script' }
  },
}

const quietChannel = new MemoryChannel({ id: 'quiet', label: 'Quiet' })

describe('a gateway of memory adapters only', () => {
  const clock = new FakeClock()
  const transport = new MemoryTransport()
  const inMemory: Module = (bindings) => {
    bindings.constant(tokens.clock, clock)
    bindings.constant(tokens.ids, new SequenceIds())
    bindings.constant(tokens.agentRunner, scripted)
    bindings.constant(tokens.channels, [quietChannel])
  }
  let gateway: GatewayHandle

  afterEach(() => gateway.stop(0))

  async function join(options: { more?: Module } = {}): Promise<MemoryProtocolClient> {
    gateway = createGateway({
      token: 'a-token',
      transport,
      modules: [inMemory, ...(options.more ? [options.more] : [])],
    })
    await gateway.start()
    const client = await MemoryProtocolClient.open(transport, gateway.endpoints[0]!)
    await client.connect({ token: 'a-token' })
    return client
  }

  it('runs a conversation through a connection', async () => {
    const client = await join()

    const accepted = await client.request('agent', { message: 'hello', idempotencyKey: 'run-1' })
    const final = await client.find((frame) => frame.id === accepted.id && frame.payload?.status !== 'accepted')
    const history = await client.call('chat.history', { sessionKey: 'main' })

    expect(accepted.payload).toMatchObject({ runId: 'run-1', status: 'accepted' })
    expect(final.payload).toMatchObject({ status: 'ok', result: { payloads: [{ text: 'You said: hello' }] } })
    expect(history.messages.map((message: { role: string }) => message.role)).toEqual(['user', 'assistant'])
    expect(client.events('chat').at(-1)?.payload).toMatchObject({
      state: 'final',
      sessionKey: 'agent:main:main',
      message: { content: [{ type: 'text', text: 'You said: hello' }] },
    })
    expect((await client.call('channels.status')).channelOrder).toEqual(['quiet'])
  })

  it('moves only when its clock is moved', async () => {
    const client = await join()
    expect(client.events('tick')).toHaveLength(0)

    await clock.advance(30_000)

    expect((await client.event('tick')).payload).toEqual({ ts: clock.now() })
  })

  it('takes another adapter in place of any of its own', async () => {
    const shouting: AgentRunner = {
      models: () => [],
      async *answer(request) {
        yield { type: 'text', delta: request.message?.toUpperCase() ?? '' }
        yield { type: 'finish', stopReason: 'stop', provider: 'test', model: 'shout' }
      },
    }
    const client = await join({ more: (bindings) => bindings.constant(tokens.agentRunner, shouting) })

    await client.call('chat.send', { sessionKey: 'main', message: 'hello', idempotencyKey: 'run-1' })
    const final = await client.event('chat', (frame) => frame.payload.state === 'final')

    expect(final.payload.message.content).toEqual([{ type: 'text', text: 'HELLO' }])
  })
})
