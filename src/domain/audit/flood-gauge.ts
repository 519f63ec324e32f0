/** Of one kind, this many are kept one by one in a minute. */
export const KEPT_PER_MINUTE = 20
export const FLOOD_WINDOW_MS = 60_000
/** Kinds that are told apart in a minute; all further ones are counted together by event. */
const MOST_KINDS = 5_000

/** What makes two occurrences one kind. */
export interface FloodKind {
  readonly event: string
  readonly address?: string
  readonly reason?: string
}

interface Tally<Kind> {
  readonly kind: Kind
  count: number
}

/** How many occurrences of a kind were not kept. */
export interface FloodSum<Kind> {
  readonly kind: Kind
  readonly suppressed: number
}

/**
 * Tells which occurrences of a minute are kept, and counts the others. Its memory is bounded however many addresses
 * take part: beyond 5000 kinds, those of one event are one kind, of which nothing is kept but the sum.
 */
export class FloodGauge<Kind extends FloodKind> {
  readonly #seen = new Map<string, Tally<Kind>>()
  readonly #rest = new Map<string, Tally<Kind>>()

  /** Counts one. True: keep it. @param plain the kind without address and reason */
  admits(kind: Kind, plain: Kind): boolean {
    const key = JSON.stringify([kind.event, kind.address ?? null, kind.reason ?? null])
    if (this.#seen.size >= MOST_KINDS && !this.#seen.has(key)) {
      counted(this.#rest, plain.event, plain)
      return false
    }
    return counted(this.#seen, key, kind) <= KEPT_PER_MINUTE
  }

  /** Ends the minute and tells what was not kept in it. */
  end(): readonly FloodSum<Kind>[] {
    const sums: FloodSum<Kind>[] = []
    for (const { kind, count } of this.#seen.values()) {
      if (count > KEPT_PER_MINUTE) sums.push({ kind, suppressed: count - KEPT_PER_MINUTE })
    }
    for (const { kind, count } of this.#rest.values()) sums.push({ kind, suppressed: count })
    this.#seen.clear()
    this.#rest.clear()
    return sums
  }
}

/** How often this happened, this time included. */
function counted<Kind>(tallies: Map<string, Tally<Kind>>, key: string, kind: Kind): number {
  const tally = tallies.get(key) ?? { kind, count: 0 }
  tally.count += 1
  tallies.set(key, tally)
  return tally.count
}
