import { afterEach, describe, expect, it } from 'vitest'
import { GatewayStage } from '../../doubles/gateway-stage.js'
import type { MemoryProtocolClient } from '../../doubles/memory-protocol-client.js'

const KEY = 'agent:main:main'
const DAY_MS = 86_400_000

describe('the next message of a session', () => {
  let stage: GatewayStage

  afterEach(() => stage.close())

  async function say(client: MemoryProtocolClient, message: string): Promise<void> {
    const asked = client.send('agent', { message, idempotencyKey: message })
    await stage.settle()
    stage.runner.of(message).say(`heard ${message}`).finish()
    await client.final(asked)
  }

  const texts = async (client: MemoryProtocolClient) =>
    (await client.call('chat.history', { sessionKey: 'main' })).messages.map(
      (message: { content: readonly { text: string }[] }) => message.content[0]?.text,
    )

  it('begins a new conversation when the old one is over; the old one is kept whole', async () => {
    stage = await GatewayStage.open()
    const client = await stage.join()
    await client.call('sessions.patch', { key: 'main', thinkingLevel: 'high' })
    await say(client, 'one')
    const before = await stage.store.session(KEY)
    await stage.clock.advance(2 * DAY_MS)
    await say(client, 'two')

    const after = await stage.store.session(KEY)
    expect(after?.sessionId).not.toBe(before?.sessionId)
    expect(after?.thinkingLevel).toBe('high')
    expect(stage.runner.of('two').request.history).toEqual([])
    expect(await texts(client)).toEqual(['two', 'heard two'])
    const [archive] = await stage.store.archives(before?.sessionId ?? '')
    expect(archive).toMatchObject({ reason: 'reset', entries: 2 })
  })

  it('goes on where the settings say so', async () => {
    stage = await GatewayStage.open({ config: { session: { reset: { mode: 'idle', idleMinutes: 10_000 } } } })
    const client = await stage.join()
    await say(client, 'one')
    await stage.clock.advance(2 * DAY_MS)
    await say(client, 'two')
    expect(await texts(client)).toEqual(['one', 'heard one', 'two', 'heard two'])
  })

  it('does not take answers to commands for words of the model', async () => {
    stage = await GatewayStage.open()
    const client = await stage.join()
    await client.request('chat.send', { sessionKey: 'main', message: '/whoami', idempotencyKey: 'command' })
    await stage.settle()
    await say(client, 'one')
    expect(stage.runner.of('one').request.history).toEqual([])
    expect((await texts(client))[0]).toMatch(/^You: /)
  })
})
