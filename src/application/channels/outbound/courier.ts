import type { RetryRules } from '../../../domain/channels/outbound/delivery-failure.js'
import {
  type CuttingRules,
  nextPiece,
  type TextCursor,
  type TextPiece,
} from '../../../domain/channels/outbound/next-piece.js'
import { quotedMessage } from '../../../domain/channels/outbound/quoted-message.js'
import {
  type Channel,
  ChannelFailure,
  type Delivery,
  type OutboundMedia,
  type OutboundMessage,
} from '../../ports/channel.js'
import type { OutboxEntry } from '../../ports/channel-mail.js'
import type { Clock } from '../../ports/clock.js'
import type { Halt } from './halt.js'

/** A network that says nothing for so long is taken to have lost the message. */
const SEND_TIMEOUT_MS = 60_000
/** A network that takes less than this will not take more of smaller messages. */
const SMALLEST_MESSAGE = 40

/** What is said and where; an entry of the outbox is one. */
export type Parcel = Pick<
  OutboxEntry,
  'channel' | 'accountId' | 'place' | 'text' | 'replyTo' | 'quotesAlways' | 'agentId'
> & {
  readonly id?: string
  readonly isSilent?: boolean
  /** Goes with the first message, also where there is no text. */
  readonly media?: OutboundMedia
}

/** An account that runs, and how it wants texts sent. */
export interface DeliveryRoute {
  readonly channel: Channel
  readonly settings: {
    readonly textChunkLimit: number
    readonly chunkMode: CuttingRules['mode']
    readonly retry: RetryRules
  }
}

export interface CourierParts {
  /** Null: there is no such account, or it does not run. */
  readonly routeOf: (channel: string, accountId: string) => DeliveryRoute | null
  /**
   * Asked before the first part of an outbox entry is sent: shows it in the place of a preview that people see already.
   * Null = there is none, and the part is sent. Rejects as `Channel.send` does.
   */
  readonly takeOver?: (entryId: string, message: OutboundMessage, signal: AbortSignal) => Promise<Delivery | null>
  readonly clock: Pick<Clock, 'after'>
}

/** One message that the network has. */
export interface SentPart {
  readonly delivery: Delivery
  readonly next: TextCursor
  readonly isLast: boolean
}

/**
 * Sends the next message of a text, once. What a network refuses for certain may be offered again at once in another
 * shape: without the quote, or cut smaller.
 */
export class Courier {
  readonly #parts: CourierParts

  constructor(parts: CourierParts) {
    this.#parts = parts
  }

  routeOf({ channel, accountId }: Pick<Parcel, 'channel' | 'accountId'>): DeliveryRoute | null {
    return this.#parts.routeOf(channel, accountId)
  }

  /** Null = nothing is left to send. Rejects with a ChannelFailure, or with whatever the channel threw. */
  async send(parcel: Parcel, cursor: TextCursor, halt: Halt): Promise<SentPart | null> {
    const route = this.routeOf(parcel)
    if (route === null) throw new ChannelFailure('stopped', `${nameOf(parcel)} is not running`)
    const rules = cuttingRulesOf(route)
    for (let max = rules.max; ; max = Math.floor(max / 2)) {
      const piece = nextPiece(parcel.text, cursor, { ...rules, max }) ?? mediaAlone(parcel, cursor)
      if (piece === null) return null
      try {
        const delivery = await this.#offer(route.channel, parcel, piece.text, cursor.at, halt)
        return { delivery, next: piece.next, isLast: piece.isLast }
      } catch (thrown) {
        const isSmallEnough = Math.min(max, piece.text.length) / 2 < SMALLEST_MESSAGE
        if (!(thrown instanceof ChannelFailure) || thrown.code !== 'too-large' || isSmallEnough) throw thrown
        if (piece.text.length < max) max = piece.text.length
      }
    }
  }

  async #offer(channel: Channel, parcel: Parcel, text: string, at: number, halt: Halt): Promise<Delivery> {
    const isFirst = at === 0
    const quote = channel.capabilities.replies ? quotedMessage(parcel, isFirst) : {}
    const { id, place, isSilent } = parcel
    const named = id === undefined ? {} : { id: isFirst ? id : `${id}/${at}` }
    const media = isFirst && parcel.media !== undefined ? { media: parcel.media } : {}
    const message = { ...named, place, text, ...media, ...(isSilent === undefined ? {} : { isSilent }) }
    try {
      return await this.#once(channel, parcel, { ...message, ...quote }, isFirst, halt)
    } catch (thrown) {
      const isQuoteGone = thrown instanceof ChannelFailure && (thrown.code === 'not-found' || thrown.code === 'invalid')
      if (quote.replyTo === undefined || !isQuoteGone) throw thrown
      return await this.#once(channel, parcel, message, isFirst, halt)
    }
  }

  async #once(
    channel: Channel,
    parcel: Parcel,
    message: OutboundMessage,
    isFirst: boolean,
    halt: Halt,
  ): Promise<Delivery> {
    const { clock, takeOver } = this.#parts
    if (halt.isReached) throw halted(parcel)
    const attempt = new AbortController()
    const forget = halt.onReach(() => attempt.abort(halted(parcel)))
    let giveUp: (reason: unknown) => void = () => undefined
    const givenUp = new Promise<never>((_resolve, reject) => {
      giveUp = reject
    })
    attempt.signal.addEventListener('abort', () => giveUp(attempt.signal.reason))
    const timer = clock.after(SEND_TIMEOUT_MS, () =>
      attempt.abort(new ChannelFailure('network', `${nameOf(parcel)} did not answer in time`)),
    )
    const sending = async () => {
      const { id } = parcel
      const shown = isFirst && id !== undefined ? await takeOver?.(id, message, attempt.signal) : null
      return shown ?? (await channel.send(message, attempt.signal))
    }
    try {
      return await Promise.race([sending(), givenUp])
    } finally {
      timer.cancel()
      forget()
    }
  }
}

/** Media without a word. */
function mediaAlone({ text, media }: Parcel, cursor: TextCursor): TextPiece | null {
  return media === undefined || cursor.at > 0 || text !== '' ? null : { text, next: cursor, isLast: true }
}

/** What the network takes, unless an operator wants less. */
function cuttingRulesOf({ channel, settings }: DeliveryRoute): CuttingRules {
  const { textLimit } = channel
  return { ...textLimit, max: Math.min(textLimit.max, settings.textChunkLimit), mode: settings.chunkMode }
}

function halted(parcel: Parcel): ChannelFailure {
  return new ChannelFailure('stopped', `${nameOf(parcel)}: sending was stopped`)
}

function nameOf({ channel, accountId }: Pick<Parcel, 'channel' | 'accountId'>): string {
  return `${channel}/${accountId}`
}
