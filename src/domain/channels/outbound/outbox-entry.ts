import type { ChatPlace } from '../chat.js'

/** A text that is to be said on a network, ready as people shall read it; cut to size only while it is sent. */
export interface OutboxEntry {
  /** Unique for ever; an entry that is added again is the same one. */
  readonly id: string
  readonly channel: string
  readonly accountId: string
  readonly place: ChatPlace
  /** Never empty. */
  readonly text: string
  /** The message it answers; absent = it quotes none. */
  readonly replyTo?: string
  /** Every part quotes that message, not only the first. */
  readonly quotesAlways?: true
  /** The agent whose words these are; its pauses apply. */
  readonly agentId?: string
  /** The run whose answer this is. */
  readonly runId?: string
  readonly sessionKey?: string
  /** When it was said, Unix ms. */
  readonly at: number
}

/** An entry on its way. */
export interface UndeliveredEntry extends OutboxEntry {
  /** How much of the text the network has, in UTF-16 units; what comes after it is still to be sent. */
  readonly sentTo: number
}

/** An entry that was given up. */
export interface DeadLetter extends UndeliveredEntry {
  /** When, Unix ms. */
  readonly failedAt: number
  /** A code of CHANNEL_FAILURES, or `unexpected`. */
  readonly code: string
  /** For people; no credential. */
  readonly reason: string
}
