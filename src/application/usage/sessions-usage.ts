import type { SessionsUsageParams } from '../../domain/protocol/methods/usage.js'
import type { SessionEntry } from '../../domain/session/session-entry.js'
import { agentOfKey, type KeySpace } from '../../domain/session/session-key.js'
import { type UsageDays, usageDays } from '../../domain/usage/usage-days.js'
import type {
  GroupedLatency,
  GroupedTool,
  GroupedUsage,
  UsageDimension,
  UsageQuery,
} from '../../domain/usage/usage-query.js'
import { NO_USAGE } from '../../domain/usage/usage-sum.js'
import {
  latencyByDay,
  latencyView,
  messagesView,
  modelsByDay,
  modelsView,
  sumOfGroups,
  sumsBy,
  sumsByDay,
  toolsView,
  totalsView,
} from '../../domain/usage/usage-view.js'
import type { Clock } from '../ports/clock.js'
import type { SessionStore } from '../ports/session-store.js'
import { archiveName } from '../sessions/archive-name.js'
import { requiredKey } from '../sessions/required-key.js'

const DEFAULT_SESSIONS = 50
/** More rows than this no view can show, and they would not fit into a frame. */
const MOST_SESSIONS = 1_000

/** What of an entry a row shows under the name it has there. */
const SHOWN = [
  'label',
  'channel',
  'chatType',
  'origin',
  'modelOverride',
  'providerOverride',
] as const satisfies readonly (keyof SessionEntry)[]

/** All that is known about the usage of one session. */
interface SessionFacts {
  readonly key: string
  readonly sum: GroupedUsage | undefined
  readonly groups: readonly GroupedUsage[]
  readonly tools: readonly GroupedTool[]
  readonly latency: GroupedLatency | undefined
  readonly latencies: readonly GroupedLatency[]
}

/**
 * `sessions.usage`: what the calls of some days took, by session and altogether. Rows are the sessions that called last;
 * totals and aggregates count every call, also of sessions that have no row.
 */
export class SessionsUsage {
  readonly #store: SessionStore
  readonly #space: KeySpace
  readonly #clock: Clock
  readonly #zone: () => string

  /** @param zone IANA name of the gateway's time zone */
  constructor(store: SessionStore, space: KeySpace, clock: Clock, zone: () => string) {
    this.#store = store
    this.#space = space
    this.#clock = clock
    this.#zone = zone
  }

  async report(params: SessionsUsageParams): Promise<object> {
    const updatedAt = this.#clock.now()
    const days = usageDays(params, updatedAt, this.#zone())
    const sessionKey = params.key === undefined ? undefined : requiredKey(params.key, this.#space)
    const query: UsageQuery = { ...rangeOf(days), ...(sessionKey === undefined ? {} : { sessionKey }) }
    const limit = Math.min(params.limit ?? DEFAULT_SESSIONS, MOST_SESSIONS)
    const sessions = await this.#rows(query, limit)
    const groups = await this.#store.usage(query, ['day', 'model', 'agent', 'channel'])
    const { startDate, endDate } = days
    return {
      updatedAt,
      startDate,
      endDate,
      sessions,
      totals: totalsView(sumOfGroups(groups)),
      aggregates: await this.#aggregates(query, groups),
    }
  }

  async #aggregates(query: UsageQuery, groups: readonly GroupedUsage[]): Promise<object> {
    const store = this.#store
    const [latency] = await store.latencies(query, [])
    const providers = sumsBy(groups, ({ provider }) => provider)
    const agents = sumsBy(groups, ({ agentId }) => agentId)
    const channels = sumsBy(groups, ({ channel }) => channel)
    return {
      messages: messagesView(sumOfGroups(groups)),
      tools: toolsView(await store.toolUses(query, [])),
      byModel: modelsView(groups),
      byProvider: providers.map(({ name, sum }) => ({ provider: name, count: sum.calls, totals: totalsView(sum) })),
      byAgent: agents.map(({ name, sum }) => ({ agentId: name, totals: totalsView(sum) })),
      byChannel: channels.map(({ name, sum }) => ({ channel: name, totals: totalsView(sum) })),
      ...(latency === undefined ? {} : { latency: latencyView(latency) }),
      dailyLatency: latencyByDay(await store.latencies(query, ['day'])),
      modelDaily: modelsByDay(groups),
      daily: sumsByDay(groups).map(({ date, sum }) => ({
        date,
        tokens: sum.total,
        cost: sum.totalCost,
        messages: sum.user + sum.assistant,
        toolCalls: sum.toolCalls,
        errors: sum.errors,
      })),
    }
  }

  async #rows(query: UsageQuery, limit: number): Promise<readonly object[]> {
    const newest: UsageQuery = { ...query, newestSessions: limit }
    const by: readonly UsageDimension[] = ['session']
    const store = this.#store
    const sums = await store.usage(newest, by)
    const groups = bySession(await store.usage(newest, ['session', 'day', 'model']))
    const tools = bySession(await store.toolUses(newest, by))
    const latency = bySession(await store.latencies(newest, by))
    const latencies = bySession(await store.latencies(newest, ['session', 'day']))
    const rows: object[] = []
    const { sessionKey: asked } = query
    const keys = sums.map(({ sessionKey = '' }) => sessionKey)
    for (const key of keys.length === 0 && asked !== undefined ? [asked] : keys) {
      const facts: SessionFacts = {
        key,
        sum: sums.find(({ sessionKey }) => sessionKey === key),
        groups: groups.get(key) ?? [],
        tools: tools.get(key) ?? [],
        latency: latency.get(key)?.[0],
        latencies: latencies.get(key) ?? [],
      }
      const row = this.#row(facts, await store.session(key))
      if (row !== null) rows.push(row)
    }
    return rows
  }

  /** Null: there is no such session, and there never was within these days. */
  #row(facts: SessionFacts, entry: SessionEntry | null): object | null {
    const { key, sum } = facts
    const sessionId = entry?.sessionId ?? sum?.sessionId
    if (sessionId === undefined) return null
    const row: Record<string, unknown> = { key }
    for (const field of SHOWN) if (entry?.[field] !== undefined) row[field] = entry[field]
    return {
      ...row,
      sessionId,
      updatedAt: Math.max(entry?.updatedAt ?? 0, sum?.lastAt ?? 0),
      agentId: entry?.agentId ?? agentOfKey(key, this.#space),
      ...(entry?.lastProvider === undefined ? {} : { modelProvider: entry.lastProvider }),
      ...(entry?.lastModel === undefined ? {} : { model: entry.lastModel }),
      usage: { sessionId, sessionFile: archiveName(this.#store.location, sessionId), ...usageOf(facts) },
      contextWeight: null,
    }
  }
}

function usageOf({ sum, groups, tools, latency, latencies }: SessionFacts): object {
  const days = sumsByDay(groups)
  const total = sum ?? NO_USAGE
  return {
    ...totalsView(total),
    ...(sum === undefined
      ? {}
      : { firstActivity: sum.firstAt, lastActivity: sum.lastAt, durationMs: sum.lastAt - sum.firstAt }),
    activityDates: days.map(({ date }) => date),
    dailyBreakdown: days.map(({ date, sum }) => ({ date, tokens: sum.total, cost: sum.totalCost })),
    dailyMessageCounts: days.map(({ date, sum }) => ({ date, ...messagesView(sum) })),
    dailyLatency: latencyByDay(latencies),
    dailyModelUsage: modelsByDay(groups),
    messageCounts: messagesView(total),
    toolUsage: toolsView(tools),
    modelUsage: modelsView(groups),
    ...(latency === undefined ? {} : { latency: latencyView(latency) }),
  }
}

function rangeOf({ from, until, offsets }: UsageDays): UsageQuery {
  return { from, until, offsets }
}

function bySession<Group extends { readonly sessionKey?: string }>(groups: readonly Group[]): Map<string, Group[]> {
  const sorted = new Map<string, Group[]>()
  for (const group of groups) {
    const key = group.sessionKey ?? ''
    const others = sorted.get(key)
    if (others === undefined) sorted.set(key, [group])
    else others.push(group)
  }
  return sorted
}
