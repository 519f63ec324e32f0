const FIRST_MS = 500
const GROWTH = 1.7
const LONGEST_MS = 15_000

/** Pauses between attempts: growing, with a spread so that many pages do not come back in one moment. */
export class RetryPace {
  #nextMs = FIRST_MS

  /** How long to wait before the next attempt, in milliseconds. */
  nextMs(): number {
    const pauseMs = this.#nextMs
    this.#nextMs = Math.min(pauseMs * GROWTH, LONGEST_MS)
    return Math.round(pauseMs * (0.75 + Math.random() * 0.5))
  }

  /** The gateway is there. */
  reset(): void {
    this.#nextMs = FIRST_MS
  }
}
