import { invalidRequest } from '../protocol/refusal.js'
import { wallClock } from '../session/wall-clock.js'
import { type DayOffset, UTC } from './usage-query.js'

/** What callers say about the days they want to see. */
export interface AskedDays {
  readonly startDate?: string | undefined
  readonly endDate?: string | undefined
  /** How many, up to `endDate`, where there is no `startDate`. */
  readonly days?: number | undefined
  /** On whose clock: UTC's (default), this gateway's, or one at `utcOffset`. */
  readonly mode?: string | undefined
  /** `UTC+2`, `UTC-3:30` */
  readonly utcOffset?: string | undefined
}

/** Whole days on a clock. */
export interface UsageDays {
  /** `YYYY-MM-DD`, both inclusive. */
  readonly startDate: string
  readonly endDate: string
  /** How many. */
  readonly days: number
  /** Unix ms; the end is exclusive. */
  readonly from: number
  readonly until: number
  readonly offsets: readonly DayOffset[]
}

const DAY_MS = 24 * 60 * 60 * 1000
const MINUTE_MS = 60 * 1000
const DEFAULT_DAYS = 30
/** Beyond this the clock of a place is taken to have stood as it does at the end. */
const MOST_CHANGES_LOOKED_FOR = 800

/**
 * The days a caller asks for; without a word the last 30.
 * @param zone IANA name of the gateway's time zone
 * Throws a Refusal for what is no date, no offset, or an end before its start.
 */
export function usageDays(asked: AskedDays, now: number, zone: string): UsageDays {
  const clock = clockFor(asked, zone)
  const last = asked.endDate === undefined ? clock.dayAt(now) : dayOf(asked.endDate, 'endDate')
  const length = Math.max(1, Math.floor(asked.days ?? DEFAULT_DAYS))
  const first = asked.startDate === undefined ? last - length + 1 : dayOf(asked.startDate, 'startDate')
  if (first > last) throw invalidRequest('startDate must not be after endDate')
  const from = clock.startOf(first)
  const until = clock.startOf(last + 1)
  return {
    startDate: dateOf(first),
    endDate: dateOf(last),
    days: last - first + 1,
    from,
    until,
    offsets: clock.offsets(from, until),
  }
}

/** `YYYY-MM-DD` of a day, counted from 1 January 1970. */
export function dateOf(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10)
}

/** A clock as far as days go. */
interface DayClock {
  dayAt(moment: number): number
  startOf(day: number): number
  offsets(from: number, until: number): readonly DayOffset[]
}

function clockFor({ mode, utcOffset }: AskedDays, zone: string): DayClock {
  if (mode === 'gateway') return clockOfZone(zone)
  return clockAt(mode === 'specific' && utcOffset !== undefined ? offsetOf(utcOffset) : 0)
}

function clockAt(offsetMs: number): DayClock {
  return {
    dayAt: (moment) => Math.floor((moment + offsetMs) / DAY_MS),
    startOf: (day) => day * DAY_MS - offsetMs,
    offsets: () => (offsetMs === 0 ? UTC : [{ until: null, offsetMs }]),
  }
}

function clockOfZone(zone: string): DayClock {
  const clock = wallClock(zone)
  const offsetAt = (moment: number) => {
    const { year, month, day, hour, minute, second } = clock.at(moment)
    return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(moment / 1000) * 1000
  }
  return {
    dayAt: (moment) => Math.floor((moment + offsetAt(moment)) / DAY_MS),
    startOf: (day) => {
      const date = new Date(day * DAY_MS)
      const [year, month] = [date.getUTCFullYear(), date.getUTCMonth() + 1]
      return clock.firstMomentOf({ year, month, day: date.getUTCDate(), hour: 0 })
    },
    offsets: (from, until) => offsetsBetween(offsetAt, from, until),
  }
}

/** Looks once a day, since no clock is changed twice within one, and finds the minute of each change. */
function offsetsBetween(offsetAt: (moment: number) => number, from: number, until: number): readonly DayOffset[] {
  const offsets: DayOffset[] = []
  const begin = Math.max(from, until - MOST_CHANGES_LOOKED_FOR * DAY_MS)
  let offsetMs = offsetAt(begin)
  for (let before = begin; before < until; before += DAY_MS) {
    const after = Math.min(before + DAY_MS, until)
    const next = offsetAt(after)
    if (next === offsetMs) continue
    offsets.push({ until: changeBetween(offsetAt, before, after), offsetMs })
    offsetMs = next
  }
  return [...offsets, { until: null, offsetMs }]
}

function changeBetween(offsetAt: (moment: number) => number, before: number, after: number): number {
  const offsetMs = offsetAt(before)
  let low = Math.floor(before / MINUTE_MS)
  let high = Math.ceil(after / MINUTE_MS)
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (offsetAt(middle * MINUTE_MS) === offsetMs) low = middle
    else high = middle
  }
  return high * MINUTE_MS
}

function dayOf(date: string, name: string): number {
  const moment = /^\d{4}-\d{2}-\d{2}$/.test(date) ? Date.parse(`${date}T00:00:00Z`) : Number.NaN
  // Dates such as 2026-02-31 are read as others.
  if (Number.isNaN(moment) || dateOf(moment / DAY_MS) !== date) {
    throw invalidRequest(`${name} must be a date such as 2026-01-31, not ${JSON.stringify(date.slice(0, 40))}`)
  }
  return moment / DAY_MS
}

function offsetOf(text: string): number {
  const [, sign, hours, minutes = '0'] = /^UTC([+-])(\d{1,2})(?::([0-5]\d))?$/.exec(text.trim()) ?? []
  if (sign === undefined || Number(hours) > 14) {
    throw invalidRequest(`utcOffset must be like UTC+2 or UTC-3:30, not ${JSON.stringify(text.slice(0, 40))}`)
  }
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * MINUTE_MS
}
