import type {
  GroupedLatency,
  GroupedTool,
  GroupedUsage,
  UsageDimension,
  UsageGroup,
  UsagePoint,
  UsageQuery,
} from '../../domain/usage/usage-query.js'
import type { UsageRecord } from '../../domain/usage/usage-record.js'
import { NO_USAGE, type UsageSum, usageTogether } from '../../domain/usage/usage-sum.js'

const DAY_MS = 24 * 60 * 60 * 1000

/** Calls that belong together, in the order of their ends. */
interface Group {
  readonly about: UsageGroup
  readonly records: [UsageRecord, ...UsageRecord[]]
}

/** One sum for each group, the one with the newest call first. */
export function sumsOf(
  all: readonly UsageRecord[],
  query: UsageQuery,
  by: readonly UsageDimension[],
): readonly GroupedUsage[] {
  return groupsOf(all, query, by).map(({ about, records }) => {
    const { sessionId, at: lastAt } = records.at(-1) ?? records[0]
    const newest = by.includes('session') ? { sessionId } : {}
    return { ...about, ...newest, ...sumOf(records), firstAt: records[0].at, lastAt }
  })
}

/** Tools by group, the most wanted first. */
export function toolsOf(
  all: readonly UsageRecord[],
  query: UsageQuery,
  by: readonly UsageDimension[],
): readonly GroupedTool[] {
  const uses = groupsOf(all, query, by).flatMap(({ about, records }) => {
    const counts = new Map<string, number>()
    for (const { tools } of records) {
      for (const [name, count] of Object.entries(tools)) counts.set(name, (counts.get(name) ?? 0) + count)
    }
    return [...counts].map(([name, count]) => ({ ...about, name, count }))
  })
  return uses.sort((one, other) => other.count - one.count || (one.name < other.name ? -1 : 1))
}

/** How long the answers of each group took. */
export function latenciesOf(
  all: readonly UsageRecord[],
  query: UsageQuery,
  by: readonly UsageDimension[],
): readonly GroupedLatency[] {
  return groupsOf(all, query, by).flatMap(({ about, records }) => {
    const times = records.flatMap(({ latencyMs }) => latencyMs ?? []).sort((one, other) => one - other)
    const [minMs] = times
    if (minMs === undefined) return []
    const count = times.length
    const avgMs = times.reduce((sum, time) => sum + time, 0) / count
    const p95Ms = times[Math.ceil(count * 0.95) - 1] ?? minMs
    return [{ ...about, count, avgMs, p95Ms, minMs, maxMs: times.at(-1) ?? minMs }]
  })
}

/** Answered calls as at most `most` sums of neighbours; where they do not come out even the first ones have one more. */
export function pointsOf(all: readonly UsageRecord[], query: UsageQuery, most: number): readonly UsagePoint[] {
  const records = matching(all, query).filter(({ isAnswered }) => isAnswered)
  const tiles = Math.min(most, records.length)
  const size = Math.floor(records.length / tiles)
  const larger = records.length % tiles
  const points: UsagePoint[] = []
  for (let tile = 0, start = 0; tile < tiles; tile++) {
    const end = start + size + (tile < larger ? 1 : 0)
    const part = records.slice(start, end)
    points.push({ ...sumOf(part), at: part.at(-1)?.at ?? 0 })
    start = end
  }
  return points
}

/** The group with the newest call first. */
function groupsOf(all: readonly UsageRecord[], query: UsageQuery, by: readonly UsageDimension[]): readonly Group[] {
  const groups = new Map<string, Group>()
  for (const record of matching(all, query)) {
    if (record.sessionKey === null && by.includes('session')) continue
    const about = aboutOf(record, query, by)
    const name = JSON.stringify(about)
    const group = groups.get(name)
    // Whoever was met last stands last.
    groups.delete(name)
    group?.records.push(record)
    groups.set(name, group ?? { about, records: [record] })
  }
  return [...groups.values()].reverse()
}

/** In the order of their ends. */
function matching(all: readonly UsageRecord[], query: UsageQuery): readonly UsageRecord[] {
  const { from, until, sessionKey, sessionId, newestSessions } = query
  const found = all.filter(
    (record) =>
      record.at >= from &&
      record.at < until &&
      (sessionKey === undefined || record.sessionKey === sessionKey) &&
      (sessionId === undefined || record.sessionId === sessionId),
  )
  found.sort((one, other) => one.at - other.at)
  if (newestSessions === undefined) return found
  const keys = new Set<string>()
  for (let at = found.length - 1; at >= 0 && keys.size < newestSessions; at--) {
    const key = found[at]?.sessionKey
    if (typeof key === 'string') keys.add(key)
  }
  return found.filter((record) => record.sessionKey !== null && keys.has(record.sessionKey))
}

function aboutOf(record: UsageRecord, query: UsageQuery, by: readonly UsageDimension[]): UsageGroup {
  const about: Record<string, unknown> = {}
  for (const dimension of by) {
    if (dimension === 'session') about.sessionKey = record.sessionKey
    else if (dimension === 'day') about.day = dayOf(record.at, query)
    else if (dimension === 'agent') about.agentId = record.agentId
    else if (dimension === 'channel') about.channel = record.channel ?? null
    else Object.assign(about, { provider: record.provider, model: record.model })
  }
  return about
}

function dayOf(at: number, { offsets }: UsageQuery): number {
  const offset = offsets.find(({ until }) => until !== null && at < until) ?? offsets.at(-1)
  return Math.floor((at + (offset?.offsetMs ?? 0)) / DAY_MS)
}

function sumOf(records: readonly UsageRecord[]): UsageSum {
  return records.map(asSum).reduce(usageTogether, NO_USAGE)
}

function asSum({ tokens, cost, messages, isAnswered }: UsageRecord): UsageSum {
  return {
    ...NO_USAGE,
    ...tokens,
    ...messages,
    calls: isAnswered ? 1 : 0,
    inputCost: cost?.input ?? 0,
    outputCost: cost?.output ?? 0,
    cacheReadCost: cost?.cacheRead ?? 0,
    cacheWriteCost: cost?.cacheWrite ?? 0,
    totalCost: cost?.total ?? 0,
    missingCosts: isAnswered && cost === null ? 1 : 0,
  }
}
