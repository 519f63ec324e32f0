import { shortened } from '../../session/preview.js'
import type { StoredMessage } from './stored-message.js'

/** How much of a message is told that is replied to, in characters. */
const QUOTED_CHARS = 500

/**
 * The question for the model: who wrote where, what was said before, and the words themselves. Everything that people
 * choose is JSON, so that nobody can write a line that looks like ours; `chat.history` shows the words alone.
 * @param messages of one sender in one chat, oldest first; never none
 */
export function modelText(messages: readonly StoredMessage[]): string {
  const newest = messages.at(-1)
  if (newest === undefined) throw new RangeError('a question needs a message')
  const context = messages.flatMap((message) => message.context ?? [])
  const words = messages.flatMap(({ text, files = [] }) => [text, ...files]).filter((line) => line !== '')
  return [
    block('Conversation info (untrusted metadata)', infoOf(newest, messages)),
    ...(context.length === 0
      ? []
      : [block('Chat history since last answer (untrusted, for context)', context.map(lineOf))]),
    words.join('\n'),
  ].join('\n')
}

function infoOf(newest: StoredMessage, messages: readonly StoredMessage[]): object {
  const { channel, accountId, place, sender, chatName, sentAt, wasMentioned } = newest
  const replyTo = messages.find((message) => message.replyTo !== undefined)?.replyTo
  return {
    channel,
    ...(accountId === 'default' ? {} : { account: accountId }),
    chat_type: place.kind,
    ...(place.kind === 'direct' ? {} : { chat: chatName ?? place.chatId, was_mentioned: wasMentioned }),
    ...(place.branch === undefined ? {} : { [place.branch.kind]: place.branch.id }),
    sender: sender.name ?? sender.id,
    sender_id: sender.id,
    message_id: newest.messageId,
    sent_at: new Date(sentAt).toISOString(),
    ...(replyTo === undefined
      ? {}
      : {
          reply_to: {
            is_yours: replyTo.isOurs,
            ...(replyTo.senderName === undefined ? {} : { sender: replyTo.senderName }),
            ...(replyTo.text === undefined ? {} : { text: shortened(replyTo.text, QUOTED_CHARS) }),
          },
        }),
  }
}

function lineOf({ sender, text, sentAt }: { readonly sender: string; readonly text: string; readonly sentAt: number }) {
  return { sender, text, sent_at: new Date(sentAt).toISOString() }
}

function block(title: string, value: object): string {
  return `${title}:\n\`\`\`json\n${JSON.stringify(value)}\n\`\`\``
}
