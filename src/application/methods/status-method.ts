import { covers } from '../../domain/access/scopes.js'
import type { AgentDirectory } from '../../domain/config/agent-directory.js'
import type { SessionEntry } from '../../domain/session/session-entry.js'
import { kindOfKey } from '../../domain/session/session-key.js'
import type { Call } from '../connection/call.js'
import type { Heartbeats } from '../heartbeat/heartbeats.js'
import type { SystemEvents } from '../heartbeat/system-events.js'
import { lenientMethod, type MethodRow } from '../method-table.js'
import type { Channel } from '../ports/channel.js'
import type { Clock } from '../ports/clock.js'
import type { SessionStore } from '../ports/session-store.js'

export interface StatusMethodParts {
  readonly store: SessionStore
  readonly agents: AgentDirectory
  readonly channels: readonly Channel[]
  readonly systemEvents: SystemEvents
  readonly heartbeats: Pick<Heartbeats, 'settingsOf'>
  readonly clock: Clock
  /** Context window of the default model, in tokens. */
  readonly contextTokens: () => number
}

const RECENT = 10
const HIDDEN = '[redacted]'

/** The overview for people: agents, channels, sessions. Paths, models and rows are for admins only. */
export function statusMethod(parts: StatusMethodParts): MethodRow {
  return lenientMethod('status', (_params, call) => report(parts, call))
}

async function report(parts: StatusMethodParts, call: Call): Promise<object> {
  const { store, agents, channels, systemEvents, heartbeats } = parts
  const isAdmin = covers(call.client.identity.scopes, 'operator.admin')
  const [count, entries] = await Promise.all([store.count(), store.list({ limit: RECENT })])
  const now = parts.clock.now()
  const recent = isAdmin ? entries.map((entry) => rowOf(parts, entry, now)) : []
  const path = isAdmin ? store.location : HIDDEN
  const { model } = agents.modelOf(agents.defaultAgent.id)
  return {
    heartbeat: {
      defaultAgentId: agents.defaultAgent.id,
      agents: agents.agents.map(({ id }) => {
        const { every, everyMs } = heartbeats.settingsOf(id)
        return { agentId: id, enabled: everyMs > 0, every, everyMs: everyMs === 0 ? null : everyMs }
      }),
    },
    channelSummary: channels.map((channel) => summaryOf(channel)),
    queuedSystemEvents: systemEvents.all,
    sessions: {
      paths: isAdmin ? [store.location] : [],
      count,
      defaults: isAdmin ? { model, contextTokens: parts.contextTokens() } : { model: null, contextTokens: null },
      recent,
      byAgent: agents.agents.map(({ id }) => {
        const own = recent.filter((row) => row.agentId === id)
        return { agentId: id, path, count: agents.agents.length === 1 ? count : own.length, recent: own }
      }),
    },
  }
}

function summaryOf(channel: Channel): string {
  const { accountId, connected, lastError } = channel.status()
  const state = connected ? 'connected' : (lastError ?? 'not connected')
  return `${channel.label} ${accountId}: ${state}`
}

function rowOf(parts: StatusMethodParts, entry: SessionEntry, now: number) {
  const contextTokens = entry.contextTokens ?? parts.contextTokens()
  const total = entry.totalTokens
  const flags = [
    ...(entry.abortedLastRun === true ? ['aborted'] : []),
    ...(entry.systemSent === true ? ['system'] : []),
  ]
  return {
    agentId: entry.agentId,
    key: entry.key,
    kind: kindOfKey(entry.key, entry.chatType),
    sessionId: entry.sessionId,
    updatedAt: entry.updatedAt,
    age: now - entry.updatedAt,
    ...definedOf(entry, [
      'thinkingLevel',
      'verboseLevel',
      'reasoningLevel',
      'elevatedLevel',
      'systemSent',
      'abortedLastRun',
      'inputTokens',
      'outputTokens',
    ]),
    totalTokens: total ?? null,
    totalTokensFresh: total !== undefined,
    remainingTokens: total === undefined ? null : Math.max(0, contextTokens - total),
    percentUsed: total === undefined ? null : Math.min(100, Math.round((100 * total) / contextTokens)),
    model: entry.modelOverride ?? parts.agents.modelOf(entry.agentId).model,
    contextTokens,
    flags,
  }
}

function definedOf(entry: SessionEntry, fields: readonly (keyof SessionEntry)[]): object {
  return Object.fromEntries(fields.filter((field) => entry[field] !== undefined).map((field) => [field, entry[field]]))
}
