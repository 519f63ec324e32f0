import type { Clock, Timer } from '../../src/application/ports/clock.js'

interface Waiting {
  at: number
  readonly action: () => void
  readonly periodMs: number | null
}

/** A clock that moves only when told. */
export class ManualClock implements Clock {
  #now: number
  readonly #waiting = new Set<Waiting>()

  constructor(now = 1_700_000_000_000) {
    this.#now = now
  }

  now(): number {
    return this.#now
  }

  monotonic(): number {
    return this.#now
  }

  after(delayMs: number, action: () => void): Timer {
    return this.#add({ at: this.#now + delayMs, action, periodMs: null })
  }

  every(periodMs: number, action: () => void): Timer {
    return this.#add({ at: this.#now + periodMs, action, periodMs })
  }

  /** Moves on to the next timer again and again until `until` has settled; lets pending promises run in between. */
  async runUntil<T>(until: Promise<T>): Promise<T> {
    let settled = false
    const mark = () => {
      settled = true
    }
    until.then(mark, mark)
    for (;;) {
      await new Promise<void>((resolve) => setImmediate(resolve))
      if (settled) return until
      this.#step()
    }
  }

  #step(): void {
    const [next] = [...this.#waiting].sort((a, b) => a.at - b.at)
    if (next === undefined) return
    this.#now = Math.max(this.#now, next.at)
    if (next.periodMs === null) this.#waiting.delete(next)
    else next.at += next.periodMs
    next.action()
  }

  #add(waiting: Waiting): Timer {
    this.#waiting.add(waiting)
    return { cancel: () => void this.#waiting.delete(waiting) }
  }
}
