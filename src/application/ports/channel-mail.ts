/*
 * Durable mail of the channels: what networks were told is received, and what is still to be said. Part of the session
 * store, so that its changes stand in one commit with those of runs and transcripts: a message is done in the commit
 * that accepts its run, and an answer is to be sent from the commit that ends it.
 * Promises: what the store promises; order is that of the commits that added.
 * May refuse what the store refuses. Must never forget what is undone or undelivered.
 */
import type { StoredMessage } from '../../domain/channels/inbound/stored-message.js'
import type { DeadLetter, OutboxEntry, UndeliveredEntry } from '../../domain/channels/outbound/outbox-entry.js'

export type { DeadLetter, OutboxEntry, UndeliveredEntry } from '../../domain/channels/outbound/outbox-entry.js'

/** A message that was taken. */
export interface InboxEntry {
  /** The same for every delivery of one message, and for no other message. */
  readonly id: string
  readonly message: StoredMessage
  /** When it was taken, Unix ms. */
  readonly at: number
}

/** Taken messages are recognised for this long after they were taken. */
export const INBOX_KEPT_MS = 14 * 24 * 60 * 60 * 1000

/** One step of a commit. */
export type MailChange =
  /** A known id = nothing to do; ask `knowsInbound` before. */
  | { readonly kind: 'inbox.add'; readonly entry: InboxEntry }
  /** They need no answer any more; their ids stay known. Unknown ids = nothing to do. */
  | { readonly kind: 'inbox.done'; readonly ids: readonly string[] }
  /** Forgets the ids of done messages that were taken before `before`. */
  | { readonly kind: 'inbox.forget'; readonly before: number }
  /** A known id, also that of a dead letter = nothing to do. */
  | { readonly kind: 'outbox.add'; readonly entry: OutboxEntry }
  /** The network has the text up to `sentTo` (UTF-16 units). Unknown or dead = nothing to do, as with the next two. */
  | { readonly kind: 'outbox.progress'; readonly id: string; readonly sentTo: number }
  /** Everything was sent; the entry is gone. */
  | { readonly kind: 'outbox.done'; readonly id: string }
  /** Given up: a dead letter from now on. */
  | {
      readonly kind: 'outbox.failed'
      readonly id: string
      readonly at: number
      readonly code: string
      readonly reason: string
    }
  /** A chat has a new id: what waits for it goes there. */
  | {
      readonly kind: 'outbox.move'
      readonly channel: string
      readonly accountId: string
      readonly from: string
      readonly to: string
    }
  /** Forgets dead letters that were given up before `before`. */
  | { readonly kind: 'outbox.forget'; readonly before: number }

export interface ChannelMail {
  /** Whether a message was taken before, done or not. */
  knowsInbound(id: string): Promise<boolean>
  /** Oldest first. */
  undoneInbox(): Promise<readonly InboxEntry[]>
  /** Oldest first; dead letters are none of them. */
  undelivered(): Promise<readonly UndeliveredEntry[]>
  /** Newest first (`failedAt`, then the order of adding), at most `limit`. */
  deadLetters(limit: number): Promise<readonly DeadLetter[]>
}
