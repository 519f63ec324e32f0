import { afterEach, describe, expect, it } from 'vitest'
import { ChannelFailure } from '../../../src/application/ports/channel.js'
import type { MemoryProtocolClient } from '../../doubles/memory-protocol-client.js'
import { ChannelStage } from './channel-stage.js'

let stage: ChannelStage
let client: MemoryProtocolClient

afterEach(() => stage.close())

async function opened(options: Parameters<typeof ChannelStage.open>[0] = {}): Promise<void> {
  stage = await ChannelStage.open(options)
  client = await stage.stage.join()
}

/** The response frame, when everything that needs no time has happened. */
async function asked(method: string, params: object) {
  const answer = client.request(method, params)
  await stage.settle()
  return answer
}

const hello = { to: '@bob', message: 'hello bob', idempotencyKey: 'k1' }

describe('send', () => {
  it('says a text in a chat, and the conversation knows it', async () => {
    await opened()
    const { payload } = await asked('send', hello)
    expect(payload).toEqual({ runId: 'k1', messageId: 'out-1', channel: 'irc', accountId: 'default', chatId: 'bob' })
    expect(stage.channel.room.shown).toMatchObject([{ text: 'hello bob', place: { kind: 'direct', chatId: 'bob' } }])
    const { messages } = (await asked('chat.history', { sessionKey: 'main' })).payload
    expect(messages).toMatchObject([{ role: 'assistant', content: [{ type: 'text', text: 'hello bob' }] }])
  })

  it('says it once for each key, also when it is asked again before it is said', async () => {
    await opened()
    const [one, two] = await Promise.all([asked('send', hello), asked('send', { ...hello, message: 'other' })])
    const three = await asked('send', hello)
    expect([two?.payload, three.payload]).toEqual([one?.payload, one?.payload])
    expect(stage.texts).toEqual(['hello bob'])
    await stage.pass(5 * 60_000 + 1)
    await asked('send', hello)
    expect(stage.texts).toEqual(['hello bob', 'hello bob'])
  })

  it('goes to the group, the thread and the session that are named', async () => {
    await opened()
    await asked('send', {
      ...hello,
      to: '#room',
      threadId: 't1',
      replyTo: 'm1',
      silent: true,
      sessionKey: 'agent:main:ops',
    })
    expect(stage.channel.room.shown).toMatchObject([
      {
        place: { kind: 'channel', chatId: 'room', branch: { kind: 'thread', id: 't1' } },
        replyTo: 'm1',
        isSilent: true,
      },
    ])
    expect((await asked('chat.history', { sessionKey: 'agent:main:ops' })).payload.messages).toHaveLength(1)
  })

  it('takes files as data: URLs, with the text on the first', async () => {
    await opened()
    const mediaUrl = `data:image/png;name=a%20b.png;base64,${btoa('a picture')}`
    const more = `data:text/plain;base64,${btoa('a text')}`
    const sent = await asked('send', { ...hello, mediaUrl, mediaUrls: [more] })
    expect(sent.ok).toBe(true)
    expect(stage.channel.room.shown).toMatchObject([
      { text: 'hello bob', media: { kind: 'image', mimeType: 'image/png', fileName: 'a b.png' } },
      { text: '', media: { kind: 'file', mimeType: 'text/plain', fileName: 'file.plain' } },
    ])
    const alone = { to: '@bob', mediaUrl: more, idempotencyKey: 'k2' }
    expect((await asked('send', alone)).ok).toBe(true)
    expect(stage.channel.room.shown).toHaveLength(3)
  })

  it.each([
    [{ message: ' ' }, 'INVALID_REQUEST', 'text or media required'],
    [{ channel: 'smoke' }, 'INVALID_REQUEST', 'unsupported channel: smoke'],
    [{ channel: 'webchat' }, 'INVALID_REQUEST', 'webchat is internal'],
    [{ accountId: 'work' }, 'INVALID_REQUEST', 'there is no account irc/work'],
    [{ to: 'who knows' }, 'INVALID_REQUEST', 'Memory knows no chat named "who knows"'],
    [{ mediaUrl: 'data:text/plain,hi' }, 'INVALID_REQUEST', 'a data: URL has to contain base64'],
    [{ mediaUrl: 'ftp://host/file' }, 'INVALID_REQUEST', 'mediaUrl: '],
  ])('refuses %j', async (change, code, message) => {
    await opened()
    const { ok, error } = await asked('send', { ...hello, ...change })
    expect(ok).toBe(false)
    expect(error).toMatchObject({ code, message: expect.stringContaining(message) })
    expect(stage.texts).toEqual([])
  })

  it('without any channel, or with several and none named, says so', async () => {
    await opened({ config: {} })
    expect((await asked('send', hello)).error).toMatchObject({
      code: 'UNAVAILABLE',
      message: 'no channel is configured',
    })
  })

  it('tells why it could not be delivered, and tells the same again', async () => {
    await opened()
    stage.channel.failNext(new ChannelFailure('forbidden', 'irc/default may not speak there'))
    const first = await asked('send', hello)
    expect(first.error).toMatchObject({ code: 'UNAVAILABLE', message: 'irc/default may not speak there' })
    expect(first.error.retryable).toBeUndefined()
    expect((await asked('send', hello)).error).toEqual(first.error)
    expect((await asked('chat.history', { sessionKey: 'main' })).payload.messages).toEqual([])
    expect((await asked('send', { ...hello, idempotencyKey: 'k2' })).ok).toBe(true)
  })
})

describe('poll', () => {
  const poll = { to: '#room', question: 'Tea?', options: ['yes', 'no'], idempotencyKey: 'p1' }

  it('asks once for each key', async () => {
    await opened()
    const first = await asked('poll', poll)
    expect(first.payload).toMatchObject({ runId: 'p1', channel: 'irc', messageId: 'out-1', pollId: 'poll-out-1' })
    expect((await asked('poll', poll)).payload).toEqual(first.payload)
    expect(stage.texts).toEqual(['Tea?\nyes\nno'])
  })

  it('is refused where the network has none', async () => {
    await opened({ channel: { capabilities: { polls: false } } })
    expect((await asked('poll', poll)).error).toMatchObject({ code: 'INVALID_REQUEST', message: 'Memory has no polls' })
  })
})

describe('accounts of channels', () => {
  it('are stopped, started and started anew one by one', async () => {
    const accounts = { one: {}, two: {} }
    await opened({ config: { channels: { irc: { dmPolicy: 'open', allowFrom: ['*'], accounts } } } })
    const stateOf = () => stage.made.map((channel) => channel.status().running)
    expect((await asked('channels.stop', { channel: 'irc', accountId: 'two' })).payload).toMatchObject({
      ok: true,
      accountId: 'two',
      status: { running: false },
    })
    expect(stateOf()).toEqual([true, false])
    await asked('channels.start', { channel: 'irc', accountId: 'one' })
    expect(stage.made).toHaveLength(2)
    await asked('channels.start', { channel: 'irc', accountId: 'two' })
    await asked('channels.restart', { channel: 'irc' })
    expect(stateOf()).toEqual([false, false, true, true])
    const unknown = await asked('channels.start', { channel: 'irc', accountId: 'three' })
    expect(unknown.error).toMatchObject({ code: 'INVALID_REQUEST', message: 'there is no account irc/three' })
  })

  it('say what they can do, and read names', async () => {
    await opened()
    const { payload } = await asked('channels.capabilities', {})
    expect(payload.accounts).toMatchObject([{ channel: 'irc', accountId: 'default', capabilities: { polls: true } }])
    const resolved = await asked('channels.resolve', { names: ['#room', 'nobody'] })
    expect(resolved.payload.results).toEqual([
      { name: '#room', found: true, place: { kind: 'channel', chatId: 'room' } },
      { name: 'nobody', found: false },
    ])
  })

  it('cannot be logged out of where nothing was linked', async () => {
    await opened()
    const refused = await asked('channels.logout', { channel: 'irc' })
    expect(refused.error.message).toBe('channel irc does not support logout')
    expect((await asked('channels.logout', { channel: 'x' })).error.message).toBe('invalid channels.logout channel')
  })
})
