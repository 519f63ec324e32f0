import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { WebhookChannel } from '../../../src/adapters/channel-webhook/webhook-channel.js'
import { MemoryLog } from '../../../src/adapters/log-memory/memory-log.js'
import { WebhookProgram } from '../../doubles/webhook-program.js'
import { Ear, signedRequest, webhookChannel } from './webhook-stage.js'

const MINUTE_MS = 60_000

let program: WebhookProgram
let channel: WebhookChannel
let ear: Ear
let log: MemoryLog

beforeEach(async () => {
  program = await WebhookProgram.open()
  ear = new Ear()
  log = new MemoryLog()
  channel = webhookChannel({ replyUrl: program.url, secret: program.secret, mediaMaxMb: 0.001 }, { log })
  await channel.start(ear)
})

afterEach(async () => {
  await channel.stop()
  await program.break()
})

describe('messages of a program', () => {
  it('are read with everything they say', async () => {
    const data = Buffer.from('a picture').toString('base64')
    const response = await channel.handle(
      signedRequest(program, {
        id: 'm-1',
        conversation: 'room-7',
        kind: 'group',
        conversationName: 'Kitchen',
        thread: 't-1',
        sender: { id: 'ann', name: 'Ann' },
        text: 'Look at this',
        sentAt: 1_767_225_600_000,
        mentioned: true,
        replyTo: { id: 'm-0', text: 'what?', isOurs: true },
        media: [{ mimeType: 'image/png', fileName: 'a.png', data }],
        somethingNew: 1,
      }),
    )
    expect([response.status, await response.json()]).toEqual([200, { ok: true }])
    const [message] = ear.heard
    expect(message).toMatchObject({
      messageId: 'm-1',
      place: { kind: 'group', chatId: 'room-7', branch: { kind: 'thread', id: 't-1' } },
      sender: { id: 'ann', name: 'Ann' },
      text: 'Look at this',
      sentAt: 1_767_225_600_000,
      mention: 'us',
      chatName: 'Kitchen',
      replyTo: { messageId: 'm-0', text: 'what?', isOurs: true },
      media: [{ kind: 'image', mimeType: 'image/png', fileName: 'a.png', sizeBytes: 9 }],
    })
    const signal = new AbortController().signal
    expect(Buffer.from((await message?.media?.[0]?.load(9, signal)) ?? []).toString()).toBe('a picture')
    await expect(message?.media?.[0]?.load(8, signal)).rejects.toMatchObject({ code: 'too-large' })
  })

  it('are taken once, however often they are sent', async () => {
    const message = { id: 'm-1', sender: { id: 'ann' }, text: 'once' }
    const answers = await Promise.all([1, 2, 3].map(() => channel.handle(signedRequest(program, message))))
    const bodies = await Promise.all(answers.map((answer) => answer.json()))
    expect(bodies).toEqual([{ ok: true }, { ok: true, duplicate: true }, { ok: true, duplicate: true }])
    const elsewhere = { ...message, conversation: 'another' }
    expect(await (await channel.handle(signedRequest(program, elsewhere))).json()).toEqual({ ok: true })
    expect(ear.heard).toHaveLength(2)
  })

  it('are asked for again when they could not be kept', async () => {
    const message = { id: 'm-1', sender: { id: 'ann' }, text: 'once' }
    ear.isFull = true
    const refused = await channel.handle(signedRequest(program, message))
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1'])
    ear.isFull = false
    expect((await channel.handle(signedRequest(program, message))).status).toBe(200)
    expect(ear.heard).toHaveLength(1)
  })

  it.each([
    ['another secret', () => signedRequest({ secret: 'another' }, { id: '1', sender: { id: 'a' } })],
    [
      'an old timestamp',
      () => signedRequest(program, { id: '1', sender: { id: 'a' } }, { nowMs: Date.now() - 6 * MINUTE_MS }),
    ],
    [
      'a timestamp to come',
      () => signedRequest(program, { id: '1', sender: { id: 'a' } }, { nowMs: Date.now() + 6 * MINUTE_MS }),
    ],
    [
      'a timestamp that was not signed',
      () => {
        const headers = { 'x-mayros-timestamp': String(Math.floor(Date.now() / 1000) + 1) }
        return signedRequest(program, { id: '1', sender: { id: 'a' } }, { headers })
      },
    ],
    [
      'no signature',
      () => signedRequest(program, { id: '1', sender: { id: 'a' } }, { headers: { 'x-mayros-signature': '' } }),
    ],
    [
      'half a signature',
      () =>
        signedRequest(program, { id: '1', sender: { id: 'a' } }, { headers: { 'x-mayros-signature': 'sha256=ab' } }),
    ],
  ])('are refused with %s', async (_case, request) => {
    const response = await channel.handle(request())
    expect(response.status).toBe(401)
    expect(ear.heard).toEqual([])
    expect(log.lines.filter(({ level }) => level === 'warn')).toHaveLength(1)
    await channel.handle(request())
    expect(log.lines.filter(({ level }) => level === 'warn')).toHaveLength(1)
  })

  it.each([
    ['no JSON', 'hello', 'the body is not valid JSON'],
    ['a list', '[]', 'the body has to be a JSON object'],
    ['nobody', { id: '1', text: 'x' }, 'sender is missing'],
    ['no id', { sender: { id: 'a' } }, 'id has to be'],
    ['a number as id', { id: 1, sender: { id: 'a' } }, 'id has to be'],
    ['a group without a name', { id: '1', kind: 'group', sender: { id: 'a' } }, 'conversation has to be'],
    ['another kind', { id: '1', kind: 'crowd', sender: { id: 'a' } }, 'kind has to be one of direct, group, channel'],
    ['a text that is none', { id: '1', sender: { id: 'a' }, text: 5 }, 'text has to be a text'],
    ['a time that is none', { id: '1', sender: { id: 'a' }, sentAt: 'now' }, 'sentAt has to be'],
    ['no base64', { id: '1', sender: { id: 'a' }, media: [{ data: '***' }] }, 'media[0].data has to be base64'],
    ['our own answer', { type: 'message', id: '1', conversation: 'a', text: 'hi' }, 'sender is missing'],
  ])('are refused with %s', async (_case, message, error) => {
    const response = await channel.handle(signedRequest(program, message))
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ ok: false, error: expect.stringContaining(error) })
    expect(ear.heard).toEqual([])
  })

  it('have a length, a method and a path', async () => {
    const large = { id: '1', sender: { id: 'a' }, text: 'x'.repeat(300_000) }
    expect((await channel.handle(signedRequest(program, large))).status).toBe(413)
    const seen = await channel.handle(new Request('http://gateway/channels/webhook/default'))
    expect([seen.status, seen.headers.get('allow')]).toEqual([405, 'POST'])
    const elsewhere = signedRequest(program, { id: '1', sender: { id: 'a' } }, { path: '/channels/webhook/other' })
    expect((await channel.handle(elsewhere)).status).toBe(404)
    await channel.stop()
    expect((await channel.handle(signedRequest(program, { id: '1', sender: { id: 'a' } }))).status).toBe(503)
    expect(ear.heard).toEqual([])
  })
})
