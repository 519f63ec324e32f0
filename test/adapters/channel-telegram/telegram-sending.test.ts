import { describe, expect, it } from 'vitest'
import type { ChatPlace, OutboundMedia } from '../../../src/application/ports/channel.js'
import { until } from '../../contracts/kit/waiting.js'
import { refused } from '../../doubles/telegram-bot-api/bot-api-double.js'
import { onTelegram, type TelegramSettings, type TelegramStage } from '../../doubles/telegram-bot-api/telegram-stage.js'

const ANN: ChatPlace = { kind: 'direct', chatId: '101' }
const signal = () => new AbortController().signal

async function connected(settings: TelegramSettings, body: (stage: TelegramStage) => Promise<void>): Promise<void> {
  await onTelegram(settings, async (stage) => {
    await stage.channel.start(stage.listener)
    await until('the connection', () => stage.channel.status().connected)
    await body(stage)
  })
}

describe('sending to Telegram', () => {
  it('tells where, in answer to what, and how', () =>
    connected({ linkPreview: false }, async ({ channel, telegram }) => {
      const place: ChatPlace = { kind: 'group', chatId: '-100', branch: { kind: 'topic', id: '7' } }
      const sent = await channel.send({ place, text: '**hi** <you>', replyTo: '55', isSilent: true }, signal())
      expect(telegram.shown[0]).toMatchObject({
        text: 'hi <you>',
        fields: {
          chat_id: -100,
          message_thread_id: 7,
          reply_parameters: { message_id: 55, allow_sending_without_reply: true },
          disable_notification: true,
          link_preview_options: { is_disabled: true },
        },
      })
      expect(sent).toEqual({ messageId: String(telegram.shown[0]?.messageId), ids: { chatId: '-100' } })
      await channel.send({ place: { ...place, branch: { kind: 'topic', id: '1' } }, text: 'general' }, signal())
      expect(telegram.shown[1]?.fields).not.toHaveProperty('message_thread_id')
    }))

  it('sends as it was written what Telegram refuses with marks', () =>
    connected({}, async ({ channel, telegram }) => {
      let calls = 0
      telegram.faultOf = (method) =>
        method === 'sendMessage' && ++calls === 1 ? refused(400, "Bad Request: can't parse entities: x") : null
      await channel.send({ place: ANN, text: '**hi**' }, signal())
      expect(telegram.shownTo(101)).toEqual(['**hi**'])
      await channel.send({ place: ANN, text: '[only]: http://a.definition' }, signal())
      expect(telegram.shownTo(101)[1]).toBe('[only]: http://a.definition')
    }))

  it('edits, also what carries media, and minds no change that changes nothing', () =>
    connected({}, async ({ channel, telegram }) => {
      const { messageId } = await channel.send({ place: ANN, text: 'one' }, signal())
      await channel.edit(ANN, messageId, 'one **two**', signal())
      await channel.edit(ANN, messageId, 'one **two**', signal())
      expect(telegram.shownTo(101)).toEqual(['one two'])
      const media: OutboundMedia = { kind: 'file', mimeType: 'text/plain', fileName: 'a.txt', bytes: Buffer.from('a') }
      const shown = await channel.send({ place: ANN, text: 'see', media }, signal())
      await channel.edit(ANN, shown.messageId, 'look', signal())
      expect(telegram.calls.at(-1)).toMatchObject({ method: 'editMessageCaption', fields: { caption: 'look' } })
      await expect(channel.edit(ANN, '99999', 'x', signal())).rejects.toMatchObject({ code: 'not-found' })
    }))

  it('sends media the way Telegram can play it, and long text beside it on its own', () =>
    connected({}, async ({ channel, telegram }) => {
      const media = (mimeType: string): OutboundMedia => ({
        kind: 'image',
        mimeType,
        fileName: 'a;\r\n.bin',
        bytes: new Uint8Array(10),
      })
      for (const type of ['image/png', 'image/gif', 'audio/ogg; codecs=opus', 'video/mp4', 'application/zip']) {
        await channel.send({ place: ANN, text: 'see *this*', media: media(type) }, signal())
      }
      await channel.send({ place: ANN, text: 'x'.repeat(1100), media: media('image/jpeg') }, signal())
      expect(telegram.shown.map(({ method, text }) => `${method} ${text.length}`)).toEqual([
        'sendPhoto 8',
        'sendAnimation 8',
        'sendVoice 8',
        'sendVideo 8',
        'sendDocument 8',
        'sendPhoto 0',
        'sendMessage 1100',
      ])
      expect(telegram.shown[0]?.fields.photo).toEqual({ name: 'a___.bin', size: 10 })
    }))

  it('follows a group that became a supergroup, and tells it once', () =>
    connected({}, async ({ channel, telegram, listener }) => {
      telegram.migrated.set('-5', -1005)
      const place: ChatPlace = { kind: 'group', chatId: '-5' }
      expect((await channel.send({ place, text: 'one' }, signal())).ids).toEqual({ chatId: '-1005' })
      const group = { id: -5, type: 'group', title: 'Team' } as const
      telegram.tell({ chat: group, migrate_to_chat_id: -1005 })
      telegram.tell({ chat: { id: -1005, type: 'supergroup', title: 'Team' }, migrate_from_chat_id: -5 })
      telegram.say(101, 'after that')
      await until('what comes after', () => listener.heard.length > 0)
      await channel.send({ place, text: 'two' }, signal())
      expect(telegram.shownTo(-1005)).toEqual(['one', 'two'])
      expect(listener.moves).toEqual(['-5 -> -1005'])
    }))

  it('shows typing, reactions and polls', () =>
    connected({}, async ({ channel, telegram }) => {
      await channel.typing(ANN)
      await channel.react(ANN, '5', '👀')
      await channel.react(ANN, '5', null)
      const poll = { place: ANN, question: 'Tea?', options: ['yes', 'no'], maxSelections: 2, durationSeconds: 60 }
      expect(await channel.poll(poll, signal())).toMatchObject({ pollId: 'poll-1' })
      expect(telegram.calls.slice(-4).map(({ fields }) => fields)).toMatchObject([
        { action: 'typing' },
        { reaction: [{ type: 'emoji', emoji: '👀' }] },
        { reaction: [] },
        {
          question: 'Tea?',
          options: [{ text: 'yes' }, { text: 'no' }],
          allows_multiple_answers: true,
          open_period: 60,
        },
      ])
    }))

  it.each([
    [refused(429, 'Too Many Requests: retry after 3', { retry_after: 3 }), 'rate-limited', 3000],
    [refused(403, 'Forbidden: bot was blocked by the user'), 'forbidden', undefined],
    [refused(400, 'Bad Request: chat not found'), 'not-found', undefined],
    [refused(400, 'Bad Request: not enough rights to send text messages'), 'forbidden', undefined],
    [refused(400, 'Bad Request: something new'), 'invalid', undefined],
    [refused(502, 'Bad Gateway'), 'network', undefined],
    [{ kind: 'dropped-before' } as const, 'network', undefined],
  ])('tells failures by class: %j', (fault, code, retryAfterMs) =>
    connected({}, async ({ channel, telegram }) => {
      telegram.faultOf = (method) => (method === 'sendMessage' ? fault : null)
      const failure = await channel.send({ place: ANN, text: 'x' }, signal()).catch((thrown: unknown) => thrown)
      expect(failure).toMatchObject({ code, retryAfterMs })
      expect(String((failure as Error).stack) + JSON.stringify(failure)).not.toContain('s3cret')
      expect(telegram.calls.filter(({ method }) => method === 'sendMessage')).toHaveLength(1)
    }),
  )
})
