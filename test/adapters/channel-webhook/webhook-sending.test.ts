import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { WebhookChannel } from '../../../src/adapters/channel-webhook/webhook-channel.js'
import type { ChannelFailure, OutboundMessage } from '../../../src/application/ports/channel.js'
import { until } from '../../contracts/kit/waiting.js'
import { WebhookProgram } from '../../doubles/webhook-program.js'
import { Ear, webhookChannel } from './webhook-stage.js'

let program: WebhookProgram
let channel: WebhookChannel

beforeEach(async () => {
  program = await WebhookProgram.open()
})

afterEach(async () => {
  await channel.stop()
  await program.break()
})

async function started(section: object = {}): Promise<WebhookChannel> {
  channel = webhookChannel({ replyUrl: program.url, secret: program.secret, ...section })
  await channel.start(new Ear())
  return channel
}

const HELLO: OutboundMessage = { id: 'e-1', place: { kind: 'direct', chatId: 'ann' }, text: '**hi**' }

function sent(message: OutboundMessage = HELLO, signal = new AbortController().signal) {
  return channel.send(message, signal)
}

describe('answers to a program', () => {
  it('are signed posts that say where they belong', async () => {
    await started({ headers: { Authorization: 'Bearer x', 'Content-Type': 'text/plain' } })
    program.answers.push({ status: 200, body: '{"id":"theirs-1"}' })
    const media = { kind: 'image', mimeType: 'image/png', fileName: 'a.png', bytes: Buffer.from('a picture') } as const
    const place = { kind: 'group', chatId: 'room-7', branch: { kind: 'thread', id: 't-1' } } as const
    const delivery = await sent({ ...HELLO, place, replyTo: 'm-1', isSilent: true, media })
    expect(delivery).toEqual({ messageId: 'theirs-1', ids: { conversationId: 'room-7' } })
    const [post] = program.messages
    expect(post?.isSigned).toBe(true)
    expect(post?.headers).toMatchObject({ authorization: 'Bearer x', 'content-type': 'application/json' })
    expect(post?.body).toEqual({
      type: 'message',
      id: 'e-1',
      account: 'default',
      conversation: 'room-7',
      kind: 'group',
      thread: 't-1',
      text: '**hi**',
      sentAt: expect.any(Number),
      replyTo: 'm-1',
      silent: true,
      media: [{ kind: 'image', mimeType: 'image/png', fileName: 'a.png', data: 'YSBwaWN0dXJl' }],
    })
  })

  it('have an id of their own when the program says none', async () => {
    await started()
    program.answers.push({ status: 204 })
    expect((await sent()).messageId).toBe('e-1')
    const { id: _id, ...unnamed } = HELLO
    expect((await sent(unnamed)).messageId).not.toBe('')
    expect(program.messages[1]?.body.id).toMatch(/^[0-9a-f-]{36}$/)
  })

  it.each([
    [401, 'auth', false],
    [403, 'auth', false],
    [302, 'auth', false],
    [404, 'not-found', false],
    [413, 'too-large', false],
    [422, 'invalid', false],
    [429, 'rate-limited', true],
    [500, 'network', true],
    [503, 'network', true],
  ])('that are answered %i fail as %s', async (status, code, isRetryable) => {
    await started()
    program.answers.push({ status, headers: { 'retry-after': '2', location: `${program.url}/elsewhere` } })
    const failure = (await sent().catch((thrown: unknown) => thrown)) as ChannelFailure
    expect(failure).toMatchObject({ code, retryable: isRetryable })
    expect(failure.message).not.toContain(program.secret)
    expect(program.messages).toEqual([])
    if (status === 429) expect(failure.retryAfterMs).toBe(2_000)
    expect((await sent()).messageId).toBe('e-1')
  })

  it('end after the time that is set, and when they are given up', async () => {
    await started({ timeoutSeconds: 1 })
    await until('the account to connect', () => channel.status().connected)
    program.fallSilent()
    const leaving = new AbortController()
    const given = sent(HELLO, leaving.signal)
    await until('the post', () => program.messages.length === 1)
    leaving.abort()
    await expect(given).rejects.toMatchObject({ code: 'stopped' })
    await expect(sent()).rejects.toMatchObject({ code: 'network', message: expect.stringContaining('within 1 s') })
    await until('the account to notice', () => !channel.status().connected)
  })

  it('are refused by headers that cannot be sent, without showing them', async () => {
    await started({ headers: { authorization: 'Bearer\nx-secret-value' } })
    const failure = (await sent().catch((thrown: unknown) => thrown)) as ChannelFailure
    expect(failure).toMatchObject({ code: 'invalid', message: expect.stringContaining('channels.webhook.headers') })
    expect(JSON.stringify(failure.message)).not.toContain('x-secret-value')
  })
})

describe('an account', () => {
  it('says which setting is missing', async () => {
    channel = webhookChannel({ secret: 'x' }, { accountId: 'shop' })
    await channel.start(new Ear())
    expect(channel.status()).toMatchObject({
      configured: false,
      running: false,
      lastError: 'webhook/shop has no address for answers; set channels.webhook.accounts.shop.replyUrl',
    })
    expect(channel.httpPaths).toEqual(['/channels/webhook/shop'])
  })

  it('reads targets as people write them', async () => {
    await started()
    expect(channel.placeOf('ann')).toEqual({ kind: 'direct', chatId: 'ann' })
    expect(channel.placeOf('group:room: 7')).toEqual({ kind: 'group', chatId: 'room: 7' })
    expect(channel.placeOf('channel:news')).toEqual({ kind: 'channel', chatId: 'news' })
    expect(channel.placeOf('user:')).toBeNull()
  })
})
