import type { Clock, Timer } from '../../src/application/ports/clock.js'

/** Real time that knows which of its timers are still to fire. */
export class CountedClock implements Clock {
  readonly #waiting = new Set<NodeJS.Timeout>()
  #started = 0

  /** Timers that neither fired nor were cancelled. */
  get waiting(): number {
    return this.#waiting.size
  }

  /** Timers ever started. */
  get started(): number {
    return this.#started
  }

  now(): number {
    return Date.now()
  }

  monotonic(): number {
    return performance.now()
  }

  after(delayMs: number, action: () => void): Timer {
    const timer = setTimeout(() => {
      this.#waiting.delete(timer)
      action()
    }, delayMs)
    return this.#keep(timer)
  }

  every(periodMs: number, action: () => void): Timer {
    return this.#keep(setInterval(action, periodMs))
  }

  #keep(timer: NodeJS.Timeout): Timer {
    this.#started += 1
    this.#waiting.add(timer.unref())
    return {
      cancel: () => {
        this.#waiting.delete(timer)
        clearTimeout(timer)
      },
    }
  }
}
