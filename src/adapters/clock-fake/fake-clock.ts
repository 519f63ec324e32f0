import type { Clock, Timer } from '../../application/ports/clock.js'

interface FakeTimer extends Timer {
  dueAt: number
  readonly order: number
  readonly periodMs: number | null
  readonly action: () => void
}

/** A clock that stands still until it is told to advance. */
export class FakeClock implements Clock {
  readonly #startedAt: number
  #now: number
  #nextOrder = 0
  readonly #pending = new Set<FakeTimer>()

  /** @param startedAt Unix milliseconds at which the clock stands first */
  constructor(startedAt = Date.UTC(2026, 0, 1)) {
    this.#startedAt = startedAt
    this.#now = startedAt
  }

  now(): number {
    return this.#now
  }

  monotonic(): number {
    return this.#now - this.#startedAt
  }

  after(delayMs: number, action: () => void): Timer {
    return this.#set(delayMs, null, action)
  }

  every(periodMs: number, action: () => void): Timer {
    const period = Math.max(1, periodMs)
    return this.#set(period, period, action)
  }

  /** How many timers are still going to fire; zero after a clean stop. */
  get pendingTimers(): number {
    return this.#pending.size
  }

  /**
   * Moves time forward, firing what falls due in order of due time, then of setting. Everything that was already
   * promised (microtasks, and what they start) runs before the first, between any two and after the last timer.
   */
  async advance(milliseconds: number): Promise<void> {
    const target = this.#now + Math.max(0, milliseconds)
    await settled()
    for (let next = this.#nextDue(target); next !== undefined; next = this.#nextDue(target)) {
      this.#now = Math.max(this.#now, next.dueAt)
      this.#fire(next)
      await settled()
    }
    this.#now = target
  }

  #set(delayMs: number, periodMs: number | null, action: () => void): Timer {
    const timer: FakeTimer = {
      dueAt: this.#now + Math.max(0, delayMs),
      order: this.#nextOrder++,
      periodMs,
      action,
      cancel: () => {
        this.#pending.delete(timer)
      },
    }
    this.#pending.add(timer)
    return timer
  }

  #fire(timer: FakeTimer): void {
    if (timer.periodMs === null) this.#pending.delete(timer)
    else timer.dueAt += timer.periodMs
    timer.action()
  }

  #nextDue(target: number): FakeTimer | undefined {
    let next: FakeTimer | undefined
    for (const timer of this.#pending) {
      if (timer.dueAt > target) continue
      if (next === undefined || timer.dueAt < next.dueAt) next = timer
      else if (timer.dueAt === next.dueAt && timer.order < next.order) next = timer
    }
    return next
  }
}

/** Resolves when no microtask is left: Node drains them all before it runs an immediate. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
