import type { Chat, Message } from 'grammy/types'
import type { ChatPlace, ChatSender, InboundMessage } from '../../application/ports/channel.js'
import { type FetchFile, readMedia } from './read-media.js'
import { type BotIdentity, readMention, withoutCommandTarget } from './read-mention.js'

/** The topic that a forum has from the beginning; Telegram does not name it in messages. */
export const GENERAL_TOPIC = '1'

/** A message of the Bot API as every network tells it; null = nothing was said (somebody joined, a title changed). */
export function readMessage(message: Message, me: BotIdentity, fetchFile: FetchFile): InboundMessage | null {
  const written = message.text ?? message.caption ?? ''
  const entities = message.entities ?? message.caption_entities ?? []
  const text = withoutCommandTarget(written, entities, me) || inWords(message)
  const media = readMedia(message, fetchFile)
  if (text === '' && media.length === 0) return null
  const name = 'title' in message.chat ? message.chat.title : undefined
  return {
    messageId: String(message.message_id),
    place: placeOfMessage(message),
    sender: senderOf(message),
    text,
    sentAt: message.date * 1000,
    mention: readMention(written, entities, me),
    ...replyTo(message, me),
    ...(media.length === 0 ? {} : { media }),
    ...(name === undefined ? {} : { chatName: name }),
    ...(message.from?.id === me.id ? { isOwn: true } : {}),
  }
}

function placeOfMessage(message: Message): ChatPlace {
  const { chat } = message
  const topic = topicOf(message)
  return {
    kind: kindOf(chat),
    chatId: String(chat.id),
    ...(topic === undefined ? {} : { branch: { kind: 'topic', id: topic } }),
  }
}

function kindOf({ type }: Chat): ChatPlace['kind'] {
  if (type === 'private') return 'direct'
  return type === 'channel' ? 'channel' : 'group'
}

/** Replies outside of forums have a thread id too; only topics are parts of a chat. */
function topicOf({ chat, is_topic_message: isInTopic, message_thread_id: thread }: Message): string | undefined {
  if (isInTopic === true && thread !== undefined) return String(thread)
  return chat.is_forum === true && chat.type === 'supergroup' ? GENERAL_TOPIC : undefined
}

/** Channels and anonymous administrators speak as a chat; the user beside it is a stand-in of Telegram's. */
function senderOf({ from, sender_chat: asChat, chat }: Message): ChatSender {
  if (asChat !== undefined || from === undefined) {
    const speaker = asChat ?? chat
    return identified(speaker.id, speaker.title, speaker.username, false)
  }
  const name = [from.first_name, from.last_name].filter((part) => part !== undefined && part !== '').join(' ')
  return identified(from.id, name, from.username, from.is_bot)
}

function identified(id: number, name: string | undefined, username: string | undefined, isBot: boolean): ChatSender {
  return {
    id: String(id),
    ...(name === undefined || name === '' ? {} : { name }),
    ...(username === undefined ? {} : { aliases: [`@${username}`] }),
    ...(isBot ? { isBot } : {}),
  }
}

function replyTo(message: Message, me: BotIdentity): Pick<InboundMessage, 'replyTo'> {
  const replied = message.reply_to_message
  if (replied === undefined || opensTopic(replied, message)) return {}
  const text = message.quote?.text ?? replied.text ?? replied.caption
  const { name } = senderOf(replied as Message)
  return {
    replyTo: {
      messageId: String(replied.message_id),
      isOurs: replied.from?.id === me.id,
      ...(text === undefined ? {} : { text }),
      ...(name === undefined ? {} : { senderName: name }),
    },
  }
}

/** Whatever is written in a topic "replies" to the message that opened it. */
function opensTopic(
  replied: { readonly message_id: number; readonly forum_topic_created?: unknown },
  message: Message,
) {
  if (replied.forum_topic_created !== undefined) return true
  return message.is_topic_message === true && replied.message_id === message.message_thread_id
}

/** What has no text of its own, in words. */
function inWords({ sticker, venue, location, contact }: Message): string {
  if (sticker !== undefined) return sticker.emoji ?? ''
  if (venue !== undefined) return `📍 ${venue.title}, ${venue.address} (${coordinates(venue.location)})`
  if (location !== undefined) return `📍 ${coordinates(location)}`
  if (contact === undefined) return ''
  return `👤 ${[contact.first_name, contact.last_name, contact.phone_number].filter(Boolean).join(' ')}`
}

function coordinates({ latitude, longitude }: { readonly latitude: number; readonly longitude: number }): string {
  return `${latitude}, ${longitude}`
}
