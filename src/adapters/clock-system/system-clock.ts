import type { Clock, Timer } from '../../application/ports/clock.js'

/** Longest delay Node's own timers can count; a longer one would fire at once. */
const LONGEST_NATIVE_DELAY_MS = 2_147_483_647

/** The clock of the machine. Timers never keep the process alive and never fire before their time. */
export class SystemClock implements Clock {
  now(): number {
    return Date.now()
  }

  monotonic(): number {
    return performance.now()
  }

  after(delayMs: number, action: () => void): Timer {
    return new SystemTimer(atLeastZero(delayMs), null, action)
  }

  every(periodMs: number, action: () => void): Timer {
    const period = Math.max(1, atLeastZero(periodMs))
    return new SystemTimer(period, period, action)
  }
}

class SystemTimer implements Timer {
  readonly #action: () => void
  readonly #periodMs: number | null
  #dueAt: number
  #native: NodeJS.Timeout | null = null

  constructor(delayMs: number, periodMs: number | null, action: () => void) {
    this.#action = action
    this.#periodMs = periodMs
    this.#dueAt = performance.now() + delayMs
    this.#arm(delayMs)
  }

  cancel(): void {
    if (this.#native === null) return
    clearTimeout(this.#native)
    this.#native = null
  }

  #arm(delayMs: number): void {
    this.#native = setTimeout(() => this.#wake(), Math.min(Math.ceil(delayMs), LONGEST_NATIVE_DELAY_MS))
    this.#native.unref()
  }

  /** Native timers count whole milliseconds from a cached time, so they may wake a fraction too early. */
  #wake(): void {
    const remaining = this.#dueAt - performance.now()
    if (remaining > 0) {
      this.#arm(remaining)
      return
    }
    this.#native = null
    if (this.#periodMs !== null) this.#armNext(this.#periodMs)
    this.#action()
  }

  /** Keeps to the beat; beats that were slept through are skipped, not caught up. */
  #armNext(periodMs: number): void {
    const late = performance.now() - this.#dueAt
    this.#dueAt += periodMs * (1 + Math.floor(late / periodMs))
    this.#arm(this.#dueAt - performance.now())
  }
}

/** Also for what is no number at all. */
function atLeastZero(milliseconds: number): number {
  if (milliseconds > 0) return milliseconds
  return 0
}
