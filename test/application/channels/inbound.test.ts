import { afterEach, describe, expect, it } from 'vitest'
import { MemoryChannel } from '../../../src/adapters/channel-memory/memory-channel.js'
import { PrometheusMetrics } from '../../../src/adapters/metrics-prometheus/prometheus-metrics.js'
import { ChannelFailure } from '../../../src/application/ports/channel.js'
import { tokens } from '../../../src/bootstrap/index.js'
import { gatewayConfigSchema } from '../../../src/domain/config/config.js'
import { ChannelStage } from './channel-stage.js'

let stage: ChannelStage

afterEach(() => stage.close())

const room = { place: { kind: 'channel' as const, chatId: '#room' } }
const bob = { sender: { id: 'bob', name: 'Bob' } }

describe('a message of a channel', () => {
  it('is answered where it came from', async () => {
    stage = await ChannelStage.open()

    await stage.channel.write({ text: 'hello' })
    await stage.settle()

    expect(stage.texts).toEqual(['You said: hello'])
    expect(stage.channel.room.shown[0]).toMatchObject({ place: { kind: 'direct', chatId: 'alice' } })
    expect(await stage.store.undoneInbox()).toEqual([])
    expect(await stage.store.undelivered()).toEqual([])
  })

  it('shows as people wrote it in the history, and says where answers go', async () => {
    stage = await ChannelStage.open()
    await stage.channel.write({ text: 'hello' })
    await stage.settle()
    const client = await stage.stage.join()

    const { messages } = await client.call('chat.history', { sessionKey: 'main' })
    const session = await stage.store.session('agent:main:main')

    expect(messages[0].content).toEqual([{ type: 'text', text: 'hello' }])
    expect(session).toMatchObject({
      lastChannel: 'irc',
      lastTo: 'user:alice',
      lastAccountId: 'default',
      chatType: 'direct',
    })
  })

  it('that comes again is answered once, also after a restart', async () => {
    stage = await ChannelStage.open()
    await stage.channel.write({ text: 'hello', messageId: 'm1' })
    await stage.channel.write({ text: 'hello', messageId: 'm1' })
    await stage.settle()
    const { store, senders } = stage
    expect(stage.texts).toHaveLength(1)
    expect(stage.drops).toEqual({ duplicate: 1 })
    await stage.close()

    stage = await ChannelStage.open({ store, senders })
    await stage.channel.write({ text: 'hello', messageId: 'm1' })
    await stage.settle()

    expect(stage.texts).toEqual([])
  })

  it('of ourselves, of bots, and without words is dropped', async () => {
    stage = await ChannelStage.open()

    await stage.channel.write({ text: 'x', isOwn: true })
    await stage.channel.write({ text: 'x', sender: { id: 'robot', isBot: true } })
    await stage.channel.write({ text: '  ' })
    await stage.settle()

    expect(stage.texts).toEqual([])
    expect(stage.drops).toEqual({ own_message: 1, bot: 1, empty: 1 })
  })

  it('waits for more words of the same sender, but not for a command', async () => {
    stage = await ChannelStage.open({
      config: {
        channels: { irc: { dmPolicy: 'open', allowFrom: ['*'] } },
        messages: { inbound: { byChannel: { irc: 500 } } },
      },
    })

    await stage.channel.write({ text: 'one' })
    await stage.channel.write({ text: 'two' })
    await stage.settle()
    expect(stage.texts).toEqual([])
    await stage.pass(500)
    expect(stage.texts).toEqual(['You said: one\ntwo'])

    await stage.channel.write({ text: 'three' })
    await stage.channel.write({ text: '/whoami' })
    await stage.pass(5_000)

    expect(stage.texts.slice(1).toSorted()).toEqual(['You said: three', expect.stringContaining('You: alice')])
  })

  it('uses the model of its chat and the words of its group', async () => {
    const seen: unknown[] = []
    stage = await ChannelStage.open({
      config: {
        channels: {
          irc: { groupPolicy: 'open', groups: { '#room': { requireMention: false, systemPrompt: 'Be brief.' } } },
          modelByChannel: { irc: { '#room': 'anthropic/claude-haiku-4-5' } },
        },
      },
      runner: {
        models: () => [],
        async *answer(request) {
          seen.push({ model: request.model, extra: request.extraSystemPrompt })
          yield { type: 'text', delta: 'yes' }
          yield { type: 'finish', stopReason: 'stop', provider: 'test', model: 'x' }
        },
      },
    })

    await stage.channel.write({ text: 'hello', ...room })
    await stage.settle()

    expect(seen).toEqual([expect.objectContaining({ extra: 'Be brief.' })])
    expect(JSON.stringify(seen)).toContain('claude-haiku')
  })
})

describe('strangers', () => {
  const config = { channels: { irc: {} } }

  it('are told a code once, and answered when they were let in', async () => {
    stage = await ChannelStage.open({ config })
    const client = await stage.stage.join({ scopes: ['operator.pairing'] })

    await stage.channel.write({ text: 'hello' })
    await stage.channel.write({ text: 'hello?' })
    await stage.settle()
    const [request] = (await client.call('pairing.list', {})).requests
    expect(stage.texts).toEqual([expect.stringContaining(request.code)])
    expect(stage.drops).toEqual({ pairing_required: 2 })
    expect((await client.event('channel.pairing.requested')).payload).toMatchObject({ senderId: 'alice' })

    await client.call('pairing.approve', { code: request.code.toLowerCase(), channel: 'irc', notify: true })
    await stage.channel.write({ text: 'now?' })
    await stage.settle()

    expect(stage.texts.slice(1)).toEqual(['You were let in. Write something.', 'You said: now?'])
    expect((await client.event('channel.pairing.resolved')).payload).toMatchObject({ decision: 'approved' })
    expect(await client.call('pairing.revoke', { channel: 'irc', senderId: 'alice' })).toEqual({ ok: true, revoked: 1 })
    expect((await client.call('pairing.list', {})).approved).toEqual([])
  })

  it('beyond three that wait hear nothing, and others may be turned down', async () => {
    stage = await ChannelStage.open({ config })
    const client = await stage.stage.join()
    for (const id of ['a', 'b', 'c', 'd']) await stage.channel.write({ text: 'x', sender: { id } })
    await stage.settle()

    expect(stage.texts).toHaveLength(3)
    expect(stage.drops).toEqual({ pairing_required: 3, pairing_full: 1 })
    const [request] = (await client.call('pairing.list', { channel: 'irc' })).requests
    expect(await client.call('pairing.reject', { code: request.code })).toMatchObject({ ok: true, senderId: 'a' })
    expect((await client.request('pairing.approve', { code: 'ZZZZZZZZ' })).error).toMatchObject({
      message: 'no waiting request with this code (codes live 1 hour)',
    })
  })
})

describe('a group', () => {
  const config = { channels: { irc: { groupPolicy: 'open', historyLimit: 2 } } }

  it('is heard when it mentions us, with what was said before', async () => {
    const asked: string[] = []
    stage = await ChannelStage.open({
      config,
      runner: {
        models: () => [],
        async *answer(request) {
          asked.push(request.message ?? '')
          yield { type: 'text', delta: 'yes' }
          yield { type: 'finish', stopReason: 'stop', provider: 'test', model: 'x' }
        },
      },
    })

    for (const text of ['first', 'second', 'third']) await stage.channel.write({ text, ...room, ...bob })
    await stage.channel.write({ text: 'what do you think?', mention: 'us', ...room })
    await stage.settle()
    await stage.channel.write({ text: 'and now?', mention: 'us', ...room })
    await stage.settle()

    expect(asked).toHaveLength(2)
    expect(asked[0]).not.toContain('first')
    expect(asked[0]).toContain('"text":"second"')
    expect(asked[0]).toContain('"text":"third"')
    expect(asked[1]).not.toContain('third')
    expect(stage.drops).toEqual({ mention_required: 3 })
    expect(stage.channel.room.shown[0]?.place).toEqual(room.place)
  })

  it('is not heard where it is not allowed', async () => {
    stage = await ChannelStage.open({ config: { channels: { irc: { groups: { '#other': {} } } } } })

    await stage.channel.write({ text: 'x', mention: 'us', ...room })
    await stage.settle()

    expect(stage.drops).toEqual({ group_not_allowed: 1 })
  })
})

describe('a command', () => {
  it('is answered without a model, by rights of its sender', async () => {
    stage = await ChannelStage.open({
      config: { channels: { irc: { dmPolicy: 'open', allowFrom: ['*'] } }, commands: { ownerAllowFrom: ['alice'] } },
    })

    await stage.channel.write({ text: '/whoami' })
    await stage.channel.write({ text: '/whoami', ...bob })
    await stage.settle()

    expect(stage.texts[0]).toContain('Owner: yes')
    expect(stage.texts[1]).toContain('Owner: no')
    expect(await stage.store.undoneInbox()).toEqual([])
  })

  it('closes a session for messages, and opens it again', async () => {
    stage = await ChannelStage.open()

    for (const text of ['/send off', 'hello', '/send on', 'hello again']) {
      await stage.channel.write({ text })
      await stage.settle()
    }

    expect(stage.texts.at(-1)).toBe('You said: hello again')
    expect(stage.texts).toHaveLength(3)
    expect(stage.drops).toEqual({ send_denied: 1 })
  })
})

describe('accounts', () => {
  const irc = (nick: string) => ({
    channels: {
      irc: {
        dmPolicy: 'open',
        allowFrom: ['*'],
        accounts: { broken: { nick: 'b' }, hanging: { nick: 'c' }, work: { nick }, home: { nick: 'h' } },
      },
    },
  })

  function make(accountId: string): MemoryChannel {
    const channel = new MemoryChannel({ id: 'irc', accountId })
    if (accountId === 'broken') channel.start = () => Promise.reject(new Error('no such server'))
    if (accountId === 'hanging') channel.start = () => new Promise(() => undefined)
    return channel
  }

  it('that fail or hang hold up no others', async () => {
    stage = await ChannelStage.open({ config: irc('w'), make })
    expect(stage.made.map(({ accountId }) => accountId)).toEqual(['broken', 'hanging', 'work', 'home'])

    await stage.made[3]?.write({ text: 'hello' })
    await stage.settle()

    expect(stage.texts).toEqual(['You said: hello'])
    expect(JSON.stringify(stage.stage.log.lines)).toContain('no such server')
  })

  it('are made anew one by one when their settings change, and tell what went through them', async () => {
    stage = await ChannelStage.open({ config: irc('w'), make })
    const { gateway } = stage.stage
    const accounts = gateway.get(tokens.channelAccounts)
    const [home, work] = [accounts.find('irc', 'home'), accounts.find('irc', 'work')]
    const config = gatewayConfigSchema().parse(irc('other'))
    const action = { name: 'channel', channel: 'irc', account: 'work' } as const

    gateway
      .get(tokens.hotReload)
      .apply({ ...gateway.get(tokens.live).current, config }, [{ action, reasons: ['x'] }], [])
    await stage.settle()

    expect(stage.made).toHaveLength(5)
    expect(accounts.find('irc', 'home')).toBe(home)
    expect(accounts.find('irc', 'work')).not.toBe(work)
    expect(work?.status().running).toBe(false)
    await stage.channel.write({ text: 'hello' })
    await stage.channel.write({ text: 'x', isOwn: true })
    await stage.settle()
    const client = await stage.stage.join()
    const { channelAccounts } = await client.call('channels.status', {})
    expect(channelAccounts.irc.find(({ accountId }: { accountId: string }) => accountId === 'work')).toMatchObject({
      dmPolicy: 'open',
      running: true,
      drops: { own_message: 1 },
      lastInboundAt: expect.any(Number),
      lastOutboundAt: expect.any(Number),
      lastStartAt: expect.any(Number),
    })
  })
})

describe('a message that an agent or a webhook sends', () => {
  it('goes to the chat that is named, or comes back with a reason', async () => {
    stage = await ChannelStage.open()
    const deliver = stage.stage.gateway.get(tokens.deliver)
    const { signal } = new AbortController()

    expect(await deliver({ channel: 'irc', to: '@ann', text: 'hi' }, signal)).toMatchObject({ isDelivered: true })
    expect(await deliver({ channel: 'irc', to: 'nowhere', text: 'hi' }, signal)).toMatchObject({ isDelivered: false })
    expect(await deliver({ channel: 'fax', to: '@ann', text: 'hi' }, signal)).toMatchObject({ isDelivered: false })

    expect(stage.channel.room.shown).toMatchObject([{ text: 'hi', place: { kind: 'direct', chatId: 'ann' } }])
  })
})

describe('figures of a channel', () => {
  it('count what came, what was sent, and what was given up', async () => {
    const metrics = new PrometheusMetrics()
    stage = await ChannelStage.open({ modules: [(bindings) => bindings.constant(tokens.metrics, metrics)] })
    await stage.channel.write({ text: 'hello' })
    await stage.settle()
    const refusal = new ChannelFailure('forbidden', 'may not speak here')
    // One for the sign of typing, one for the answer.
    stage.channel.failNext(refusal, refusal)
    await stage.channel.write({ text: 'and now?' })
    await stage.settle()

    const { text } = await metrics.page({
      version: '1',
      clients: {},
      queuedBytes: 0,
      runs: { running: 0, waiting: 0 },
      deliveriesWaiting: 0,
      channels: [],
    })

    expect(text).toContain('mayros_channel_messages_received_total{channel="irc",account="default"} 2')
    expect(text).toContain('mayros_channel_messages_sent_total{channel="irc",account="default"} 1')
    expect(text).toMatch(/mayros_deliveries_given_up_total\{channel="irc",account="default",code="forbidden"\} 1/)
  })
})
