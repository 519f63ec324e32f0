/** What a clock on the wall shows; months count from 1. */
export interface WallTime {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly hour: number
}

/** Clocks of one time zone. */
export interface WallClock {
  /** What they show at a moment, in Unix milliseconds. */
  at(moment: number): WallTime & { readonly minute: number; readonly second: number }
  /** The first moment at which they show this hour or, where they skip it, something later. */
  firstMomentOf(time: WallTime): number
}

const DAY_MS = 24 * 60 * 60 * 1000
const clocks = new Map<string, WallClock>()

/** @param zone IANA name; throws RangeError for a zone that nobody knows */
export function wallClock(zone: string): WallClock {
  const known = clocks.get(zone)
  if (known !== undefined) return known
  const made = makeClock(zone)
  clocks.set(zone, made)
  return made
}

function makeClock(zone: string): WallClock {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    calendar: 'iso8601',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  })
  const at = (moment: number) => {
    const shown: Record<string, number> = {}
    for (const { type, value } of format.formatToParts(moment)) shown[type] = Number(value)
    const { year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0 } = shown
    return { year, month, day, hour, minute, second }
  }
  /** Milliseconds of what the wall shows, as if it were UTC. */
  const shownAt = (moment: number) => {
    const { year, month, day, hour, minute, second } = at(moment)
    return Date.UTC(year, month - 1, day, hour, minute, second)
  }
  return {
    at,
    firstMomentOf: ({ year, month, day, hour }) => {
      const wanted = Date.UTC(year, month - 1, day, hour)
      // Offsets change by hours at most, so those of the days around are the only ones that can hold.
      const offsets = [wanted - DAY_MS, wanted + DAY_MS].map(
        (moment) => shownAt(moment) - Math.floor(moment / 1000) * 1000,
      )
      const candidates = offsets.map((offset) => wanted - offset).sort((one, other) => one - other)
      const exact = candidates.find((moment) => shownAt(moment) === wanted)
      return (
        exact ?? firstAtOrAfter(candidates[0] ?? wanted, candidates[1] ?? wanted, (moment) => shownAt(moment) >= wanted)
      )
    },
  }
}

/** The first second between two moments for which something holds that stays true; it holds at the second one. */
function firstAtOrAfter(before: number, after: number, holds: (moment: number) => boolean): number {
  let low = Math.floor(before / 1000) - 1
  let high = Math.ceil(after / 1000)
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (holds(middle * 1000)) high = middle
    else low = middle
  }
  return high * 1000
}
