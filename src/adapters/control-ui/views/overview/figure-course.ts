import type { GatewayFigures } from './gateway-figures.js'

/** Five minutes, when somebody looks every two seconds. */
const MOST_READINGS = 150
/** After a longer pause the readings before it say nothing about now. */
const LONGEST_PAUSE_MS = 60_000

/** How figures went while the overview was shown. */
export class FigureCourse {
  readonly #readings: GatewayFigures[] = []

  get latest(): GatewayFigures | null {
    return this.#readings.at(-1) ?? null
  }

  add(figures: GatewayFigures): void {
    const { latest } = this
    const isRestarted = latest !== null && figures.requests < latest.requests
    const isLongAgo = latest !== null && figures.ts - latest.ts > LONGEST_PAUSE_MS
    if (isRestarted || isLongAgo) this.#readings.length = 0
    this.#readings.push(figures)
    if (this.#readings.length > MOST_READINGS) this.#readings.shift()
  }

  /** Milliseconds, oldest first. */
  get loopDelays(): readonly number[] {
    return this.#readings.flatMap(({ eventLoop }) => (eventLoop === null ? [] : [eventLoop.p99Ms]))
  }

  /** Requests per second between readings, oldest first. */
  get requestRates(): readonly number[] {
    return this.#readings.slice(1).map(({ ts, requests }, index) => {
      const before = this.#readings[index] as GatewayFigures
      return ts > before.ts ? (1_000 * (requests - before.requests)) / (ts - before.ts) : 0
    })
  }
}
