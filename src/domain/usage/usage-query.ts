import type { UsageSum } from './usage-sum.js'

/** A clock's distance from UTC up to a moment. */
export interface DayOffset {
  /** Unix ms, exclusive; null = from there on for ever. */
  readonly until: number | null
  readonly offsetMs: number
}

/** Clocks that show UTC. */
export const UTC: readonly DayOffset[] = [{ until: null, offsetMs: 0 }]

/** Which calls count. Filters narrow together. */
export interface UsageQuery {
  /** Unix ms, inclusive. */
  readonly from: number
  /** Unix ms, exclusive. */
  readonly until: number
  readonly sessionKey?: string
  readonly sessionId?: string
  /** Only calls of the so many sessions that called last within that time. */
  readonly newestSessions?: number
  /** By which clock days are told apart, in the order of time; the last one counts for ever. */
  readonly offsets: readonly DayOffset[]
}

/** What sums are told apart by. */
export type UsageDimension = 'session' | 'day' | 'model' | 'agent' | 'channel'

/** What a sum is about: present as far as it was asked for. */
export interface UsageGroup {
  readonly sessionKey?: string
  /** The transcript that the newest of the calls belongs to. */
  readonly sessionId?: string
  /** Days since 1 January 1970 on the clock of the query. */
  readonly day?: number
  readonly provider?: string
  readonly model?: string
  readonly agentId?: string
  /** Null: the call came through no channel. */
  readonly channel?: string | null
}

/** What the calls of a group came to. */
export interface GroupedUsage extends UsageGroup, UsageSum {
  /** When the first and the last of them ended (Unix ms). */
  readonly firstAt: number
  readonly lastAt: number
}

/** How often a tool was asked for. */
export interface GroupedTool extends UsageGroup {
  readonly name: string
  readonly count: number
}

/** How long answers took, in milliseconds. */
export interface Latency {
  readonly count: number
  readonly avgMs: number
  /** As long as this or shorter were nineteen of twenty. */
  readonly p95Ms: number
  readonly minMs: number
  readonly maxMs: number
}

export interface GroupedLatency extends UsageGroup, Latency {}

/** What calls that follow each other came to. */
export interface UsagePoint extends UsageSum {
  /** When the last of them ended (Unix ms). */
  readonly at: number
}
