import type { OutboxEntry } from './outbox-entry.js'

/** Which message one part of an answer quotes, if any. */
export function quotedMessage(
  { replyTo, quotesAlways }: Pick<OutboxEntry, 'replyTo' | 'quotesAlways'>,
  isFirst: boolean,
): Pick<OutboxEntry, 'replyTo'> {
  return replyTo === undefined || (!isFirst && quotesAlways !== true) ? {} : { replyTo }
}

/**
 * What `replyToMode` makes of an answer to a message.
 * @param isLater something was said before it in the same answer
 */
export function quoting(
  mode: 'off' | 'first' | 'all',
  messageId: string | undefined,
  isLater = false,
): Pick<OutboxEntry, 'replyTo' | 'quotesAlways'> {
  if (mode === 'off' || messageId === undefined) return {}
  if (mode === 'all') return { replyTo: messageId, quotesAlways: true }
  return isLater ? {} : { replyTo: messageId }
}
