import { messageOf } from '../../domain/failure.js'
import type { Clock } from '../ports/clock.js'
import type { SessionStore } from '../ports/session-store.js'

/** Whether the gateway can serve, and what it was judged by. */
export interface ReadinessReport {
  readonly isReady: boolean
  /** For operators only: a reason may name paths. */
  readonly checks: Readonly<Record<string, { readonly ok: boolean; readonly reason?: string }>>
}

/** The store counts as lost when it has not answered within this time, in milliseconds. */
const STORE_MS = 2_000

/** A judgement is good for this long, so that asking often costs nothing. */
const FRESH_MS = 1_000

/**
 * Judges whether the gateway can serve: the store answers, and the channels that it must not be without are connected. A gateway that starts, restarts or stops is asked nothing; in
 * front of it the listener says 503.
 */
export class Readiness {
  readonly #store: Pick<SessionStore, 'count'>
  readonly #missingChannels: () => readonly string[]
  readonly #clock: Clock
  #last: { readonly at: number; readonly report: Promise<ReadinessReport> } | undefined

  /** @param missingChannels accounts that must be connected and are not, by name */
  constructor(store: Pick<SessionStore, 'count'>, missingChannels: () => readonly string[], clock: Clock) {
    this.#store = store
    this.#missingChannels = missingChannels
    this.#clock = clock
  }

  /** Never rejects. */
  judge(): Promise<ReadinessReport> {
    const now = this.#clock.monotonic()
    if (this.#last === undefined || now - this.#last.at >= FRESH_MS) this.#last = { at: now, report: this.#look() }
    return this.#last.report
  }

  async #look(): Promise<ReadinessReport> {
    const reason = await this.#storeTrouble()
    const store = reason === null ? { ok: true } : { ok: false, reason }
    const missing = this.#missingChannels()
    const channels = missing.length === 0 ? { ok: true } : { ok: false, reason: `not connected: ${missing.join(', ')}` }
    return { isReady: store.ok && channels.ok, checks: { store, channels } }
  }

  /** Null when there is none. */
  #storeTrouble(): Promise<string | null> {
    return new Promise((resolve) => {
      const timer = this.#clock.after(STORE_MS, () => resolve(`no answer within ${STORE_MS} ms`))
      const end = (trouble: string | null) => {
        timer.cancel()
        resolve(trouble)
      }
      this.#store.count().then(
        () => end(null),
        (thrown) => end(messageOf(thrown)),
      )
    })
  }
}
