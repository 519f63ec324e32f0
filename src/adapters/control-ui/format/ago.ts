import { times } from '../strings/en/times.js'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** A time from now by its largest unit: `3 min ago`, `in 2 h`, `yesterday`, `in 5 days`; below a minute `just now`. */
export function agoWords(deltaMs: number): string {
  const distanceMs = Math.abs(deltaMs)
  if (distanceMs < MINUTE_MS) return times.now
  if (Math.trunc(distanceMs / DAY_MS) === 1) return deltaMs < 0 ? times.yesterday : times.tomorrow
  const length = lengthWords(distanceMs)
  return deltaMs < 0 ? times.ago(length) : times.ahead(length)
}

function lengthWords(distanceMs: number): string {
  if (distanceMs >= DAY_MS) return times.days(Math.trunc(distanceMs / DAY_MS))
  if (distanceMs >= HOUR_MS) return times.hours(Math.trunc(distanceMs / HOUR_MS))
  return times.minutes(Math.trunc(distanceMs / MINUTE_MS))
}
