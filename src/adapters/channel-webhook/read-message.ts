import { ChannelFailure, type InboundMedia, type InboundMessage } from '../../application/ports/channel.js'

type Members = Readonly<Record<string, unknown>>

const LONGEST_ID = 256
const PLACE_KINDS = ['direct', 'group', 'channel'] as const
const MEDIA_KINDS = ['image', 'audio', 'video', 'file'] as const
const BASE64 = /^[A-Za-z0-9+/\s]*={0,2}\s*$/

/** A message that cannot be read; says which field is wrong, and how it has to be. */
class Unreadable extends Error {}

/**
 * A message as programs send it. Fields that nobody knows are left alone.
 * @param now Unix milliseconds, for messages that do not say when they were sent
 * @returns a text that says what is wrong with it, when it is no message
 */
export function readMessage(body: Uint8Array, now: number): InboundMessage | string {
  try {
    return messageOf(parsed(body), now)
  } catch (thrown) {
    if (thrown instanceof Unreadable) return thrown.message
    throw thrown
  }
}

function messageOf(fields: Members, now: number): InboundMessage {
  const sender = membersIn(fields, 'sender')
  if (sender === undefined) throw new Unreadable('sender is missing')
  const senderId = idIn(sender, 'id', 'sender.id')
  const kind = wordIn(fields, 'kind', PLACE_KINDS) ?? 'direct'
  const chatId = fields.conversation === undefined && kind === 'direct' ? senderId : idIn(fields, 'conversation')
  const thread = fields.thread === undefined ? undefined : idIn(fields, 'thread')
  const text = textIn(fields, 'text') ?? ''
  const media = mediaIn(fields)
  const name = textIn(sender, 'name', 'sender.name')
  const chatName = textIn(fields, 'conversationName')
  const replyTo = replyIn(fields)
  return {
    messageId: idIn(fields, 'id'),
    place: { kind, chatId, ...(thread === undefined ? {} : { branch: { kind: 'thread', id: thread } }) },
    sender: {
      id: senderId,
      ...(name === undefined ? {} : { name }),
      ...(flagIn(sender, 'isBot', 'sender.isBot') ? { isBot: true } : {}),
    },
    text,
    sentAt: timeIn(fields, 'sentAt') ?? now,
    mention: flagIn(fields, 'mentioned') ? 'us' : 'none',
    ...(replyTo === undefined ? {} : { replyTo }),
    ...(media.length === 0 ? {} : { media }),
    ...(chatName === undefined ? {} : { chatName }),
  }
}

function replyIn(fields: Members): InboundMessage['replyTo'] {
  const reply = membersIn(fields, 'replyTo')
  if (reply === undefined) return undefined
  const text = textIn(reply, 'text', 'replyTo.text')
  const senderName = textIn(reply, 'senderName', 'replyTo.senderName')
  return {
    messageId: idIn(reply, 'id', 'replyTo.id'),
    ...(text === undefined ? {} : { text }),
    ...(senderName === undefined ? {} : { senderName }),
    isOurs: flagIn(reply, 'isOurs', 'replyTo.isOurs'),
  }
}

function mediaIn({ media }: Members): readonly InboundMedia[] {
  if (media === undefined) return []
  if (!Array.isArray(media)) throw new Unreadable('media has to be a list')
  return media.map((one: unknown, index) => {
    if (!isMembers(one)) throw new Unreadable(`media[${index}] has to be an object`)
    return mediumOf(one, `media[${index}]`)
  })
}

function mediumOf(fields: Members, name: string): InboundMedia {
  const data = textIn(fields, 'data', `${name}.data`)
  if (data === undefined || !BASE64.test(data)) throw new Unreadable(`${name}.data has to be base64`)
  const bytes = new Uint8Array(Buffer.from(data, 'base64'))
  const mimeType = textIn(fields, 'mimeType', `${name}.mimeType`)
  const fileName = textIn(fields, 'fileName', `${name}.fileName`)
  return {
    kind: wordIn(fields, 'kind', MEDIA_KINDS, `${name}.kind`) ?? kindOf(mimeType),
    ...(mimeType === undefined ? {} : { mimeType }),
    ...(fileName === undefined ? {} : { fileName }),
    sizeBytes: bytes.length,
    load: async (maxBytes) => {
      if (bytes.length <= maxBytes) return bytes
      throw new ChannelFailure('too-large', `${name} has ${bytes.length} bytes, and ${maxBytes} are taken`)
    },
  }
}

function kindOf(mimeType = ''): InboundMedia['kind'] {
  return MEDIA_KINDS.find((kind) => mimeType.startsWith(`${kind}/`)) ?? 'file'
}

function parsed(body: Uint8Array): Members {
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch (thrown) {
    throw new Unreadable('the body is not valid JSON', { cause: thrown })
  }
  if (!isMembers(value)) throw new Unreadable('the body has to be a JSON object')
  return value
}

function idIn(fields: Members, key: string, name = key): string {
  const value = fields[key]
  if (typeof value !== 'string' || value.trim() === '' || value.length > LONGEST_ID) {
    throw new Unreadable(`${name} has to be a text of 1 to ${LONGEST_ID} characters`)
  }
  return value
}

function textIn(fields: Members, key: string, name = key): string | undefined {
  const value = fields[key]
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'string') throw new Unreadable(`${name} has to be a text`)
  return value
}

function timeIn(fields: Members, key: string): number | undefined {
  const value = fields[key]
  if (value === undefined) return undefined
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
    throw new Unreadable(`${key} has to be a time in Unix milliseconds`)
  }
  return value
}

function flagIn(fields: Members, key: string, name = key): boolean {
  const value = fields[key]
  if (value === undefined) return false
  if (typeof value !== 'boolean') throw new Unreadable(`${name} has to be true or false`)
  return value
}

function wordIn<T extends string>(fields: Members, key: string, words: readonly T[], name = key): T | undefined {
  const value = fields[key]
  if (value === undefined) return undefined
  const word = words.find((one) => one === value)
  if (word === undefined) throw new Unreadable(`${name} has to be one of ${words.join(', ')}`)
  return word
}

function membersIn(fields: Members, key: string): Members | undefined {
  const value = fields[key]
  if (value === undefined || value === null) return undefined
  if (!isMembers(value)) throw new Unreadable(`${key} has to be an object`)
  return value
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
