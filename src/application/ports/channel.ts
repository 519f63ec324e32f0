/*
 * A messaging surface: one account on one chat network. Called by the channel use cases (start, stop, send) and by
 * `channels.status`; calls back through its receiver.
 * Promises: `start` resolves when the account is trying to connect, not when it succeeded, and reconnects by itself
 * with growing, jittered waits; stopping one account touches no other; `status` answers at once from memory; what the
 * network is told is received has been taken by the receiver, durably; messages of one chat reach the receiver in order.
 * May refuse: to start without credentials, by a status that says so; to send, with a ChannelFailure that says whether
 * trying again helps. Must never block start-up, throw later, show a credential, or deliver one call twice by itself.
 */
import type { ChatPlace, ChatSender, Mention } from '../../domain/channels/chat.js'
import { Failure } from '../../domain/failure.js'

export type { ChatPlace, ChatSender, Mention } from '../../domain/channels/chat.js'

export interface InboundMedia {
  readonly kind: 'image' | 'audio' | 'video' | 'file'
  readonly mimeType?: string
  readonly fileName?: string
  readonly sizeBytes?: number
  /** Fetches it; rejects with a ChannelFailure when it is too large, gone, or the signal aborts. */
  load(maxBytes: number, signal: AbortSignal): Promise<Uint8Array>
}

/** One message as every network tells it. */
export interface InboundMessage {
  /** Unique within the account and chat, stable over redelivery. */
  readonly messageId: string
  readonly place: ChatPlace
  readonly sender: ChatSender
  /** As people wrote it, without markup of the network. */
  readonly text: string
  /** When the network says it was sent, Unix ms. */
  readonly sentAt: number
  /** As the network tells it; a reply to us is told by `replyTo`. */
  readonly mention: Mention
  readonly replyTo?: {
    readonly messageId: string
    readonly text?: string
    readonly senderName?: string
    readonly isOurs: boolean
  }
  readonly media?: readonly InboundMedia[]
  /** Name of the chat for people, where it has one. */
  readonly chatName?: string
  /** Where it belongs: guild and team of networks that have them. */
  readonly guildId?: string
  readonly teamId?: string
  /** Written by this account itself, on another device. */
  readonly isOwn?: boolean
}

/** What a channel calls back. Both must be quick to refuse and slow to forget: a promise that resolved is durable. */
export interface ChannelReceiver {
  /**
   * Takes one message. Resolves when it is durable or deliberately dropped: only then the network may be told.
   * Rejects when it could not be kept; the channel offers it again later.
   */
  received(message: InboundMessage): Promise<void>
  /** The network gave a chat a new id; everything known under the old one moves. */
  moved(from: string, to: string): Promise<void>
  /** `status()` has changed. */
  changed(): void
}

export interface OutboundMedia {
  readonly kind: 'image' | 'audio' | 'video' | 'file'
  readonly mimeType: string
  readonly fileName: string
  readonly bytes: Uint8Array
}

/** One message to the network; text is already cut to what `limits` allow. */
export interface OutboundMessage {
  /** The same for every attempt at this message, for networks that can be told to show it once. */
  readonly id?: string
  readonly place: ChatPlace
  /** Markdown as models write it; the channel turns it into what the network shows. */
  readonly text: string
  readonly media?: OutboundMedia
  readonly replyTo?: string
  readonly isSilent?: boolean
}

/** What the network made of it. */
export interface Delivery {
  /** Empty where the network has no ids (IRC). */
  readonly messageId: string
  /** Fields a caller of `send` is told besides: chatId, channelId, conversationId. */
  readonly ids?: Readonly<Record<string, string>>
}

export interface ChannelPoll {
  readonly place: ChatPlace
  readonly question: string
  readonly options: readonly string[]
  readonly maxSelections?: number
  readonly durationSeconds?: number
  readonly isAnonymous?: boolean
  readonly isSilent?: boolean
}

/** What the network can do; what is false is never asked for. */
export interface ChannelCapabilities {
  readonly media: { readonly inbound: boolean; readonly outbound: boolean }
  readonly typing: boolean
  readonly reactions: boolean
  readonly edits: boolean
  readonly replies: boolean
  readonly polls: boolean
  readonly threads: boolean
  /** Commands shown by the network's own menu. */
  readonly nativeCommands: boolean
}

/** How long one message may be. */
export interface TextLimit {
  readonly max: number
  readonly unit: 'utf16' | 'bytes'
  /** Whether line breaks can be sent inside one message. */
  readonly lineBreaks: boolean
}

/** What is known about one account right now. */
export interface ChannelAccountStatus {
  readonly accountId: string
  readonly enabled: boolean
  readonly configured: boolean
  readonly running: boolean
  readonly connected: boolean
  /** For people: what went wrong last, with the setting that mends it; gone when connected. */
  readonly lastError?: string
  /** Class of it. */
  readonly lastErrorCode?: ChannelFailureCode
  readonly reconnectAttempts?: number
  /** Unix ms. */
  readonly nextAttemptAt?: number
  readonly lastConnectedAt?: number
  /** Who we are on the network: `@mybot`. */
  readonly self?: string
  /** Facts of this network only: `mode`, `port`. No secret. */
  readonly facts?: Readonly<Record<string, string | number | boolean>>
}

/** What a live check of an account found. */
export interface ChannelProbe {
  readonly ok: boolean
  readonly latencyMs: number
  readonly error?: string
  readonly self?: string
}

export interface Channel {
  /** Kind of network: `irc`, `telegram`. */
  readonly id: string
  /** Name for people. */
  readonly label: string
  readonly accountId: string
  readonly capabilities: ChannelCapabilities
  readonly textLimit: TextLimit
  start(receiver: ChannelReceiver): Promise<void>
  /** Ends everything, an attempt under way included; resolves when nothing more will be received or sent. */
  stop(): Promise<void>
  status(): ChannelAccountStatus
  probe(signal: AbortSignal): Promise<ChannelProbe>
  /** Resolves when the network has it (or, where it never says so, when it has left); rejects with a ChannelFailure. */
  send(message: OutboundMessage, signal: AbortSignal): Promise<Delivery>
  /** Reads a place as people write it on the command line: `@name`, `#room`, `user:<id>`; null = not one of ours. */
  placeOf(target: string): ChatPlace | null
  /** Whether an entry of an allow-list means this sender. */
  isSender(entry: string, sender: ChatSender): boolean
  edit?(place: ChatPlace, messageId: string, text: string, signal: AbortSignal): Promise<void>
  /** Shows that an answer is being written; lasts a few seconds. */
  typing?(place: ChatPlace): Promise<void>
  /** `null` takes our reaction away. */
  react?(place: ChatPlace, messageId: string, emoji: string | null): Promise<void>
  poll?(poll: ChannelPoll, signal: AbortSignal): Promise<Delivery & { readonly pollId?: string }>
  /** Forgets what was linked. */
  logout?(): Promise<{ readonly cleared: boolean }>
  /** Answers requests that the network sends to our address; only for channels with `httpPaths`. */
  readonly httpPaths?: readonly string[]
  handle?(request: Request): Promise<Response>
}

/** Why a channel cannot do something, code by code. */
export const CHANNEL_FAILURES = {
  auth: 'the network does not accept the credentials',
  forbidden: 'the network does not let us speak there: blocked, not a member, no right',
  'not-found': 'there is no such chat or message',
  'rate-limited': 'too much at once; the network may say when to come back',
  network: 'the network cannot be reached, or the connection broke',
  'too-large': 'text or media is larger than the network takes',
  unsupported: 'the network has nothing like it',
  invalid: 'the network refuses it as it is',
  stopped: 'the account is not running',
} as const

export type ChannelFailureCode = keyof typeof CHANNEL_FAILURES

/** What a channel cannot do. The message names channel, account and what to do; no credential. */
export class ChannelFailure extends Failure {
  override readonly code: ChannelFailureCode

  constructor(code: ChannelFailureCode, message: string, options: { retryAfterMs?: number; cause?: unknown } = {}) {
    super(code, message, { retryable: code === 'rate-limited' || code === 'network', ...options })
    this.code = code
  }
}
