import { afterEach, describe, expect, it } from 'vitest'
import { MemoryChannel } from '../../src/adapters/channel-memory/memory-channel.js'
import { step } from '../../src/adapters/runner-scripted/script-step.js'
import type { GatewayEvent } from '../../src/application/ports/gateway-client.js'
import { createTestGateway, type TestGateway } from '../contracts/kit/test-gateway.js'

let stage: TestGateway

afterEach(() => stage.stop())

describe('createTestGateway', () => {
  it('answers by script, over the same client that programs use', async () => {
    stage = await createTestGateway()
    stage.runner.next(step.text('Hello '), step.wait(1_000), step.text('world'))
    const client = await stage.connect()
    const deltas: unknown[] = []
    client.on('agent', ({ payload }: GatewayEvent) => deltas.push(payload))

    const asking = client.call<{ status: string }>(
      'agent',
      { message: 'hi', idempotencyKey: 'k' },
      { expectFinal: true },
    )
    await stage.settle()
    expect(stage.runner.requests.map(({ message }) => message)).toEqual(['hi'])
    expect(stage.runner.underWay).toBe(1)
    await stage.clock.advance(1_000)

    expect(await asking).toMatchObject({ status: 'ok', result: { payloads: [{ text: 'Hello world' }] } })
    expect(deltas.length).toBeGreaterThan(0)
    const history = await client.call<{ messages: unknown[] }>('chat.history', { sessionKey: 'main' })
    expect(history.messages).toHaveLength(2)
  })

  it('fails by script, and refuses by the rules of the gateway', async () => {
    stage = await createTestGateway()
    stage.runner.next(step.fail('overloaded'))
    const client = await stage.connect()
    const asking = client.call('agent', { message: 'hi', idempotencyKey: 'k' }, { expectFinal: true })
    await expect(asking).rejects.toMatchObject({ code: 'rpc' })
    await expect(stage.connect({ token: 'wrong' })).rejects.toMatchObject({ code: 'unauthorized' })
    const reader = await stage.connect({ scopes: ['operator.read'] })
    await expect(
      reader.call('chat.send', { sessionKey: 'main', message: 'x', idempotencyKey: 'x' }),
    ).rejects.toMatchObject({
      code: 'missing_scope',
    })
  })

  it('runs channels, and moves only when its clock is moved', async () => {
    const channel = new MemoryChannel({ id: 'irc' })
    stage = await createTestGateway({ channels: [channel], config: { agents: { defaults: { maxConcurrent: 1 } } } })
    const client = await stage.connect()
    expect(channel.status().connected).toBe(true)
    let ticks = 0
    client.on('tick', () => {
      ticks += 1
    })
    await stage.settle()
    expect(ticks).toBe(0)
    await stage.clock.advance(30_000)
    expect(ticks).toBe(1)
    expect(await client.call('channels.status')).toMatchObject({ channelOrder: ['irc'] })
  })

  it('says farewell, leaves no timer, and refuses afterwards', async () => {
    stage = await createTestGateway()
    const client = await stage.connect()
    await stage.stop()
    expect(await client.closed).toEqual({ code: 1012, reason: 'service restart' })
    expect(stage.clock.pendingTimers).toBe(0)
    expect(stage.runner.underWay).toBe(0)
    await expect(stage.connect()).rejects.toMatchObject({ code: 'unreachable' })
  })
})
