import type { GatewayConfig } from '../config/config.js'
import { parseAgentKey } from './session-key.js'
import { wallClock } from './wall-clock.js'

/** When a conversation counts as over. */
export interface ResetPolicy {
  readonly mode: 'daily' | 'idle'
  /** Hour of the gateway's day at which conversations end, 0-23; with `daily`. */
  readonly atHour: number
  /** Longest silence in minutes; absent = any. */
  readonly idleMinutes?: number
}

export type ResetType = 'direct' | 'group' | 'thread'

type SessionSettings = Pick<GatewayConfig['session'], 'reset' | 'resetByType' | 'resetByChannel'>

/** Silence that ends a conversation in mode `idle` when nobody says how long. */
const IDLE_MINUTES = 60
const DAILY_HOUR = 4
const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS

/** Which settings a canonical key falls under. */
export function resetTypeOf(key: string): ResetType {
  // What comes before the second colon is the agent, whatever it is called.
  const rest = `:${parseAgentKey(key)?.rest ?? ''}`
  if (/:(?:thread|topic):/.test(rest)) return 'thread'
  return /:(?:group|channel):/.test(rest) ? 'group' : 'direct'
}

/** What holds for a conversation: its channel's own settings alone, else those of its type over the general ones. */
export function resetPolicyFor(session: SessionSettings, type: ResetType, channel: string | undefined): ResetPolicy {
  const ofChannel = channel === undefined ? undefined : session.resetByChannel?.[channel]
  const ofType = session.resetByType?.[type]
  const general = session.reset
  const mode = ofChannel === undefined ? (ofType?.mode ?? general.mode) : (ofChannel.mode ?? 'daily')
  const atHour = ofChannel === undefined ? (ofType?.atHour ?? general.atHour) : (ofChannel.atHour ?? DAILY_HOUR)
  const said = ofChannel === undefined ? (ofType?.idleMinutes ?? general.idleMinutes) : ofChannel.idleMinutes
  const idleMinutes = said ?? (mode === 'idle' ? IDLE_MINUTES : undefined)
  return { mode, atHour, ...(idleMinutes === undefined ? {} : { idleMinutes }) }
}

/**
 * Whether a conversation that was last touched then is over now.
 * @param updatedAt Unix milliseconds, as is `now`
 * @param zone IANA name of the gateway's time zone
 */
export function isOver(updatedAt: number, policy: ResetPolicy, now: number, zone: string): boolean {
  if (policy.idleMinutes !== undefined && now - updatedAt > policy.idleMinutes * MINUTE_MS) return true
  return policy.mode === 'daily' && updatedAt < latestHour(now, policy.atHour, zone)
}

/**
 * The latest moment, not after `now`, at which it was this hour in the zone: on a day that skips the hour the moment its
 * clocks go on, on a day that has it twice the first of both.
 */
export function latestHour(now: number, hour: number, zone: string): number {
  const clock = wallClock(zone)
  for (let back = 0; ; back++) {
    const { year, month, day } = clock.at(now - back * DAY_MS)
    const moment = clock.firstMomentOf({ year, month, day, hour })
    if (moment <= now) return moment
  }
}
