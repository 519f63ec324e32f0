import { failureCourseOf, type RetryRules, retryDelayMs } from '../../../domain/channels/outbound/delivery-failure.js'
import { cursorAt } from '../../../domain/channels/outbound/next-piece.js'
import { ChannelFailure, type Delivery } from '../../ports/channel.js'
import type { Clock } from '../../ports/clock.js'
import type { AccountCircuit } from './account-circuit.js'
import type { Courier, Parcel } from './courier.js'
import type { Halt } from './halt.js'
import { pause } from './pause.js'
import { readFailure } from './read-failure.js'

export interface DirectSenderParts {
  readonly courier: Courier
  readonly circuitOf: (parcel: Parcel) => AccountCircuit
  readonly retryOf: (parcel: Parcel) => RetryRules
  /** Told of every message that the network has. */
  readonly noteSent: (parcel: Parcel) => void
  /** As it is to be sent now. */
  readonly now: (parcel: Parcel) => Parcel
  readonly random: () => number
  readonly clock: Pick<Clock, 'after'>
}

/** Sends a text in a few attempts while somebody waits for it. */
export class DirectSender {
  readonly #parts: DirectSenderParts

  constructor(parts: DirectSenderParts) {
    this.#parts = parts
  }

  /**
   * What the network made of its last message. Rejects with a ChannelFailure.
   * @param halt ends an attempt that is under way
   * @param patience from then on nobody waits for another attempt
   */
  async send(parcel: Parcel, halt: Halt, patience: Halt): Promise<Delivery> {
    const { courier, now, noteSent } = this.#parts
    let cursor = cursorAt(parcel.text, 0)
    let delivery: Delivery | null = null
    let failures = 0
    for (;;) {
      try {
        const part = await courier.send(now(parcel), cursor, halt)
        failures = 0
        if (part !== null) noteSent(parcel)
        delivery = part?.delivery ?? delivery
        if (part === null || part.isLast) break
        cursor = part.next
      } catch (thrown) {
        failures += 1
        const waitMs = halt.isReached ? null : this.#waitMs(parcel, thrown, failures)
        if (waitMs === null || patience.isReached) throw channelFailure(thrown, parcel, cursor.at > 0)
        await pause(this.#parts.clock, waitMs, patience)
      }
    }
    if (delivery === null) throw new ChannelFailure('invalid', `${parcel.channel}: there is no text to send`)
    return delivery
  }

  /** Null = another attempt is not worth the wait. */
  #waitMs(parcel: Parcel, thrown: unknown, failures: number): number | null {
    const { circuitOf, retryOf, random } = this.#parts
    const { code, retryAfterMs } = readFailure(thrown)
    const course = failureCourseOf(code)
    if (course === 'give-up') circuitOf(parcel).worked()
    else circuitOf(parcel).failed(code, retryAfterMs)
    const retry = retryOf(parcel)
    const waitMs = retryDelayMs(failures, retry, random(), retryAfterMs)
    return course === 'give-up' || failures >= retry.attempts || waitMs > retry.maxDelayMs ? null : waitMs
  }
}

function channelFailure(thrown: unknown, { channel, accountId }: Parcel, hasBegun: boolean): ChannelFailure {
  const where = hasBegun ? 'could not send the rest' : 'could not send'
  if (thrown instanceof ChannelFailure && !hasBegun) return thrown
  const code = thrown instanceof ChannelFailure ? thrown.code : 'network'
  const { reason, retryAfterMs } = readFailure(thrown)
  return new ChannelFailure(code, `${channel}/${accountId} ${where}: ${reason}`, {
    cause: thrown,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  })
}
