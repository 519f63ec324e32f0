import type { Clock, Timer } from '../ports/clock.js'
import type { Log } from '../ports/log.js'
import type { InstanceHost } from './instance-host.js'

/** Time between two restarts, in milliseconds. */
export const RESTART_COOLDOWN_MS = 30_000
const POLL_MS = 500

/** When a requested restart will happen. */
export interface ScheduledRestart {
  /** From the request, in milliseconds. */
  readonly delayMs: number
  /** How much of it is owed to an earlier restart. */
  readonly cooldownMsApplied: number
  /** A restart was waiting already; this request joined it. */
  readonly coalesced: boolean
}

/**
 * One restart at a time: requests join the one that waits, two restarts keep their distance, and work under way gets
 * some time to end first.
 */
export class RestartSchedule {
  readonly #host: Pick<InstanceHost, 'load'>
  readonly #restart: () => Promise<void>
  readonly #clock: Clock
  readonly #log: Log
  readonly #cooldownMs: number
  #waiting: { readonly timer: Timer; readonly dueAt: number } | undefined
  #isRestarting = false
  #lastAt = Number.NEGATIVE_INFINITY

  /**
   * @param restart carries it out; must not reject
   * @param cooldownMs time between two restarts
   */
  constructor(
    host: Pick<InstanceHost, 'load'>,
    restart: () => Promise<void>,
    clock: Clock,
    log: Log,
    cooldownMs = RESTART_COOLDOWN_MS,
  ) {
    this.#host = host
    this.#restart = restart
    this.#clock = clock
    this.#log = log
    this.#cooldownMs = cooldownMs
  }

  /** Whether a restart waits or is under way. */
  get isPending(): boolean {
    return this.#waiting !== undefined || this.#isRestarting
  }

  /**
   * Asks for a restart.
   * @param delayMs not before this time has passed
   * @param deferMs longest wait for running work, once it is due
   */
  request(delayMs: number, deferMs: number): ScheduledRestart {
    const now = this.#clock.monotonic()
    const earliest = Math.max(now + delayMs, this.#lastAt + this.#cooldownMs)
    const cooldownMsApplied = Math.max(0, Math.round(earliest - now - delayMs))
    const current = this.#waiting
    if (current !== undefined && current.dueAt <= earliest) {
      return { delayMs: Math.max(0, Math.round(current.dueAt - now)), cooldownMsApplied: 0, coalesced: true }
    }
    current?.timer.cancel()
    const timer = this.#clock.after(earliest - now, () => void this.#whenQuiet(this.#clock.monotonic(), deferMs, false))
    this.#waiting = { timer, dueAt: earliest }
    return { delayMs: Math.round(earliest - now), cooldownMsApplied, coalesced: current !== undefined }
  }

  /** Nobody needs the restart that waits any more. One that is under way goes on. */
  cancel(): void {
    this.#waiting?.timer.cancel()
    this.#waiting = undefined
  }

  /** Waits for running work, at most `deferMs`; then restarts. */
  async #whenQuiet(since: number, deferMs: number, wasSaid: boolean): Promise<void> {
    const { running, waiting } = this.#host.load
    const isBusy = running + waiting > 0
    const hasTime = this.#clock.monotonic() - since < deferMs
    if (this.#isRestarting || (isBusy && hasTime)) {
      if (!wasSaid && !this.#isRestarting)
        this.#log.info(`restart waits for ${countOf(running + waiting)} (${Math.round(deferMs / 1000)} s at most)`)
      const timer = this.#clock.after(POLL_MS, () => void this.#whenQuiet(since, deferMs, true))
      this.#waiting = { timer, dueAt: since }
      return
    }
    if (isBusy) this.#log.warn(`restart proceeds with ${countOf(running + waiting)} active`)
    this.#waiting = undefined
    this.#isRestarting = true
    this.#lastAt = this.#clock.monotonic()
    await this.#restart()
    this.#lastAt = this.#clock.monotonic()
    this.#isRestarting = false
  }
}

function countOf(runs: number): string {
  return runs === 1 ? '1 run' : `${runs} runs`
}
