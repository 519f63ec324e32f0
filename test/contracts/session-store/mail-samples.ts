import type { InboxEntry, OutboxEntry } from '../../../src/application/ports/channel-mail.js'

/** A message that was taken. */
export function sampleTaken(id: string, at = 1_000, text = `message ${id}`): InboxEntry {
  return {
    id,
    at,
    message: {
      channel: 'irc',
      accountId: 'default',
      messageId: id,
      place: { kind: 'direct', chatId: 'alice' },
      sender: { id: 'alice' },
      text,
      sentAt: at,
      mention: 'none',
      wasMentioned: false,
    },
  }
}

/** An answer that is to be sent. */
export function sampleToSay(id: string, fields: Partial<OutboxEntry> = {}): OutboxEntry {
  return {
    id,
    channel: 'irc',
    accountId: 'default',
    place: { kind: 'direct', chatId: 'alice' },
    text: `answer ${id}`,
    at: 1_000,
    ...fields,
  }
}
