import type { Clock } from '../ports/clock.js'
import type { Ids } from '../ports/ids.js'

/** A token that lets one browser in once. */
export interface LoginTicket {
  readonly token: string
  /** Unix milliseconds. */
  readonly expiresAtMs: number
}

/** Long enough for a browser that has to start first. */
const LIFETIME_MS = 5 * 60_000
const RANDOM_BYTES = 32
/** The oldest gives way: whoever asks for more than this does not use them. */
const KEPT_TICKETS = 32
/** Tells a ticket apart from what else is a token, for people and programs that look for secrets. */
const PREFIX = 'once-'

/**
 * Tokens that let the Control UI in once, so that the lasting secret need not go through an address line and a browser's
 * history. They live in memory: a restart ends them.
 */
export class LoginTickets {
  readonly #clock: Pick<Clock, 'now'>
  readonly #ids: Pick<Ids, 'token'>
  /** Ticket → when it ends, oldest first. */
  readonly #expiries = new Map<string, number>()

  constructor(clock: Pick<Clock, 'now'>, ids: Pick<Ids, 'token'>) {
    this.#clock = clock
    this.#ids = ids
  }

  issue(): LoginTicket {
    const oldest = this.#expiries.keys().next()
    if (this.#expiries.size >= KEPT_TICKETS && oldest.done !== true) this.#expiries.delete(oldest.value)
    const ticket = { token: `${PREFIX}${this.#ids.token(RANDOM_BYTES)}`, expiresAtMs: this.#clock.now() + LIFETIME_MS }
    this.#expiries.set(ticket.token, ticket.expiresAtMs)
    return ticket
  }

  /** Whether this is a ticket that counts. It does not any more afterwards. */
  redeem(token: string): boolean {
    const expiresAtMs = this.#expiries.get(token)
    this.#expiries.delete(token)
    return expiresAtMs !== undefined && this.#clock.now() < expiresAtMs
  }
}
