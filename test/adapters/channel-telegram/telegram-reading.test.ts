import type { Message } from 'grammy/types'
import { describe, expect, it } from 'vitest'
import { commandMenu } from '../../../src/adapters/channel-telegram/command-menu.js'
import { readMessage } from '../../../src/adapters/channel-telegram/read-message.js'
import { meansSender, readTarget } from '../../../src/adapters/channel-telegram/telegram-target.js'
import { webhookPlace } from '../../../src/adapters/channel-telegram/webhook-place.js'

const ME = { id: 4711, username: 'TesterBot' }
const ANN = { id: 7, is_bot: false, first_name: 'Ann', last_name: 'Lee', username: 'AnnLee' }
const GROUP = { id: -100, type: 'supergroup', title: 'Team' } as const

function read(message: object) {
  const whole = { message_id: 9, date: 12, chat: GROUP, from: ANN, ...message } as unknown as Message
  return readMessage(whole, ME, async () => new Uint8Array([1]))
}

describe('readMessage', () => {
  it('tells who said what, and where', () => {
    expect(read({ text: 'hi' })).toEqual({
      messageId: '9',
      place: { kind: 'group', chatId: '-100' },
      sender: { id: '7', name: 'Ann Lee', aliases: ['@AnnLee'] },
      text: 'hi',
      sentAt: 12_000,
      mention: 'none',
      chatName: 'Team',
    })
  })

  it.each([
    ['@testerbot hi', { type: 'mention', offset: 0, length: 10 }, 'us'],
    ['@other hi', { type: 'mention', offset: 0, length: 6 }, 'other'],
    ['Bot hi', { type: 'text_mention', offset: 0, length: 3, user: { id: 4711 } }, 'us'],
    ['/new@OtherBot', { type: 'bot_command', offset: 0, length: 13 }, 'other'],
    ['/new', { type: 'bot_command', offset: 0, length: 4 }, 'none'],
  ])('reads whom %s speaks to', (text, entity, mention) => {
    expect(read({ text, entities: [entity] })?.mention).toBe(mention)
  })

  it('takes our name off a command, and only ours', () => {
    const entities = [{ type: 'bot_command', offset: 0, length: 14 }]
    expect(read({ text: '/new@TesterBot now', entities })).toMatchObject({ text: '/new now', mention: 'us' })
    expect(read({ text: '/new@OtherrBot now', entities })?.text).toBe('/new@OtherrBot now')
  })

  it('knows topics from threads of replies', () => {
    const forum = { ...GROUP, is_forum: true }
    expect(read({ text: 'a', chat: forum, is_topic_message: true, message_thread_id: 5 })?.place.branch?.id).toBe('5')
    expect(read({ text: 'a', chat: forum })?.place.branch?.id).toBe('1')
    expect(read({ text: 'a', message_thread_id: 5 })?.place.branch).toBeUndefined()
  })

  it('knows answers to us, with what was quoted', () => {
    const ours = {
      message_id: 3,
      from: { ...ME, is_bot: true, first_name: 'Tester' },
      text: 'long answer',
      chat: GROUP,
    }
    expect(read({ text: 'a', reply_to_message: ours, quote: { text: 'answer' } })?.replyTo).toEqual({
      messageId: '3',
      text: 'answer',
      senderName: 'Tester',
      isOurs: true,
    })
    const opening = { message_id: 5, chat: GROUP, from: ours.from, forum_topic_created: {} }
    const inTopic = { text: 'a', is_topic_message: true, message_thread_id: 5, reply_to_message: opening }
    expect(read(inTopic)?.replyTo).toBeUndefined()
  })

  it('takes a chat that speaks for its sender', () => {
    const stand = { id: 1087968824, is_bot: true, first_name: 'Group' }
    expect(read({ text: 'a', from: stand, sender_chat: GROUP })?.sender).toEqual({ id: '-100', name: 'Team' })
    expect(read({ text: 'a', from: { ...ANN, is_bot: true } })?.sender.isBot).toBe(true)
  })

  it.each([
    [{ photo: [{ file_id: 's' }, { file_id: 'l', file_size: 9 }], caption: 'c' }, 'image', 'image/jpeg'],
    [{ voice: { file_id: 'v' } }, 'audio', 'audio/ogg'],
    [{ document: { file_id: 'd', mime_type: 'application/pdf', file_name: 'a.pdf' } }, 'file', 'application/pdf'],
    [{ document: { file_id: 'd', mime_type: 'image/png' } }, 'image', 'image/png'],
    [{ animation: { file_id: 'a', mime_type: 'video/mp4' }, document: { file_id: 'a' } }, 'video', 'video/mp4'],
    [{ sticker: { file_id: 's', emoji: '👍' } }, 'image', 'image/webp'],
  ])('tells media %#', (attachment, kind, mimeType) => {
    expect(read(attachment)?.media).toMatchObject([{ kind, mimeType }])
  })

  it('puts places and contacts into words, and passes over what says nothing', () => {
    expect(read({ location: { latitude: 1.5, longitude: 2 } })?.text).toBe('📍 1.5, 2')
    expect(read({ contact: { first_name: 'Bo', phone_number: '+49' } })?.text).toBe('👤 Bo +49')
    expect(read({ new_chat_members: [ANN] })).toBeNull()
  })
})

describe('targets and senders', () => {
  it.each([
    ['123', { kind: 'direct', chatId: '123' }],
    ['tg:123', { kind: 'direct', chatId: '123' }],
    ['-100123', { kind: 'group', chatId: '-100123' }],
    ['telegram:-100123:topic:7', { kind: 'group', chatId: '-100123', branch: { kind: 'topic', id: '7' } }],
    ['channel:-100123', { kind: 'channel', chatId: '-100123' }],
    ['@my_channel', { kind: 'channel', chatId: '@my_channel' }],
    ['somebody', null],
    ['@a b', null],
  ])('reads %s', (target, place) => {
    expect(readTarget(target)).toEqual(place)
  })

  it('means a sender by id or by name', () => {
    const sender = { id: '7', aliases: ['@AnnLee'] }
    expect(['7', 'tg:7', '@annlee', 'telegram:@AnnLee'].every((entry) => meansSender(entry, sender))).toBe(true)
    expect(['', '*', '77', 'annlee', '@ann', '@7', 'tg:'].some((entry) => meansSender(entry, sender))).toBe(false)
  })
})

describe('commandMenu', () => {
  it('shows what every sender may give, then the own ones that Telegram takes', () => {
    const own = (command: string) => ({ command, description: 'Mine.' })
    const { entries, rejected } = commandMenu({ customCommands: [own('/Backup'), own('not-this'), own('help')] })
    const names = entries.map(({ command }) => command)
    expect(names).toContain('status')
    expect(names).not.toContain('restart')
    expect(names.at(-1)).toBe('backup')
    expect(rejected).toEqual(['not-this', 'help'])
    expect(commandMenu({ commands: { native: false } }).entries).toEqual([])
  })
})

describe('webhookPlace', () => {
  it.each([
    [{ webhookUrl: 'https://a.b' }, { url: 'https://a.b/telegram/main', path: '/telegram/main' }],
    [{ webhookUrl: 'https://a.b/in' }, { url: 'https://a.b/in', path: '/in' }],
    [
      { webhookUrl: 'https://a.b/in', webhookPath: 'here' },
      { url: 'https://a.b/in', path: '/here' },
    ],
    [
      { webhookUrl: 'https://a.b', webhookPort: 99 },
      { url: 'https://a.b/telegram/main', path: '/telegram/main', own: { host: '127.0.0.1', port: 99 } },
    ],
    [{}, null],
  ])('reads %j', (settings, place) => {
    expect(webhookPlace({ accountId: 'main', ...settings })).toEqual(place)
  })
})
