import { DROP_REASONS, type DropReason } from '../../domain/channels/drop-reasons.js'
import type { Clock } from '../ports/clock.js'
import type { Log } from '../ports/log.js'
import type { Metrics } from '../ports/metrics.js'

/** A message that is not answered. */
export interface DroppedMessage {
  readonly channel: string
  readonly accountId: string
  readonly chatId: string
  readonly senderId: string
  readonly messageId: string
}

/** What went through one account since the start. Times are Unix milliseconds. */
export interface AccountTraffic {
  readonly lastInboundAt?: number
  readonly lastOutboundAt?: number
  /** How many messages were not answered, by reason. */
  readonly drops: Readonly<Partial<Record<DropReason, number>>>
}

interface Traffic {
  lastInboundAt?: number
  lastOutboundAt?: number
  readonly drops: Partial<Record<DropReason, number>>
}

/** Counts what goes through accounts; says of every message that is not answered why, once. */
export class AccountLedger {
  readonly #clock: Pick<Clock, 'now'>
  readonly #log: Log
  readonly #metrics: Pick<Metrics, 'messageReceived' | 'messageSent' | 'deliveryGivenUp'>
  readonly #traffic = new Map<string, Traffic>()

  constructor(
    clock: Pick<Clock, 'now'>,
    log: Log,
    metrics: Pick<Metrics, 'messageReceived' | 'messageSent' | 'deliveryGivenUp'>,
  ) {
    this.#clock = clock
    this.#log = log
    this.#metrics = metrics
  }

  received(channel: string, accountId: string): void {
    this.#of(channel, accountId).lastInboundAt = this.#clock.now()
    this.#metrics.messageReceived(channel, accountId)
  }

  sent(channel: string, accountId: string): void {
    this.#of(channel, accountId).lastOutboundAt = this.#clock.now()
    this.#metrics.messageSent(channel, accountId)
  }

  /** @param code as channels say it */
  gaveUp(channel: string, accountId: string, code: string): void {
    this.#metrics.deliveryGivenUp(channel, accountId, code)
  }

  dropped(message: DroppedMessage, reason: DropReason): void {
    const { drops } = this.#of(message.channel, message.accountId)
    drops[reason] = (drops[reason] ?? 0) + 1
    const { channel, accountId: account, ...facts } = message
    this.#log.debug('message not answered', { channel, account, ...facts, reason, because: DROP_REASONS[reason] })
  }

  trafficOf(channel: string, accountId: string): AccountTraffic {
    return this.#of(channel, accountId)
  }

  #of(channel: string, accountId: string): Traffic {
    const name = `${channel}/${accountId}`
    const known = this.#traffic.get(name)
    if (known !== undefined) return known
    const traffic: Traffic = { drops: {} }
    this.#traffic.set(name, traffic)
    return traffic
  }
}
