import type { AgentDirectory } from '../../domain/config/agent-directory.js'
import { ModelCatalog } from '../../domain/model/catalog.js'
import { parseNodeLine } from '../../domain/presence-row.js'
import {
  type LogsTailParams,
  logsTailParams,
  noParams,
  type WakeParams,
  wakeParams,
} from '../../domain/protocol/methods/gateway-state.js'
import { RawJson } from '../../domain/protocol/raw-json.js'
import { invalidRequest, unavailable } from '../../domain/protocol/refusal.js'
import { type KeySpace, MAIN_KEY, mainSessionKey } from '../../domain/session/session-key.js'
import type { ConfigView } from '../config-view.js'
import type { HealthBoard } from '../health/health-board.js'
import type { HealthNews } from '../health/health-news.js'
import type { Heartbeats } from '../heartbeat/heartbeats.js'
import type { SystemEvents } from '../heartbeat/system-events.js'
import { lenientMethod, type MethodRow, method } from '../method-table.js'
import { listedModels } from '../models/listed-models.js'
import type { AgentRunner } from '../ports/agent-runner.js'
import type { LogReader } from '../ports/log-reader.js'
import type { PresenceBoard } from '../presence/presence-board.js'
import type { PresenceNews } from '../presence/presence-news.js'
import type { LiveConfig } from '../reload/live-config.js'

export interface StateMethodParts {
  readonly health: HealthBoard
  readonly healthNews: HealthNews
  readonly presence: PresenceBoard
  readonly presenceNews: PresenceNews
  readonly heartbeats: Heartbeats
  readonly systemEvents: SystemEvents
  readonly agents: AgentDirectory
  readonly keySpace: KeySpace
  readonly runner: AgentRunner
  readonly logReader: LogReader
  readonly configView: ConfigView
  readonly live: LiveConfig
}

/** What the gateway knows about itself. */
export function stateMethods(parts: StateMethodParts): readonly MethodRow[] {
  const mainKey = () => mainSessionKey(parts.keySpace.defaultAgentId, parts.keySpace)
  const agents = jsonPerSnapshot(parts.live, () => agentsList(parts))
  const models = jsonPerSnapshot(parts.live, () => modelsList(parts))
  return [
    lenientMethod('health', () => {
      parts.healthNews.wanted()
      return parts.health.snapshot
    }),
    method('logs.tail', logsTailParams, (params) => tailLogs(parts.logReader, params)),
    method('config.get', noParams, () => parts.configView.read()),
    method('models.list', noParams, () => models()),
    method('agents.list', noParams, () => agents()),
    lenientMethod('last-heartbeat', () => parts.heartbeats.last),
    lenientMethod('set-heartbeats', ({ enabled }) => {
      if (typeof enabled !== 'boolean')
        throw invalidRequest('invalid set-heartbeats params: enabled (boolean) required')
      parts.heartbeats.enable(enabled)
      return { ok: true, enabled }
    }),
    method('wake', wakeParams, (params) => wake(parts, mainKey(), params)),
    lenientMethod('system-presence', () => parts.presence.rows()),
    lenientMethod('system-event', (params) => systemEvent(parts, mainKey(), params)),
  ]
}

/** Serialises an answer that changes only with the configuration, when it is first asked for. */
function jsonPerSnapshot(live: LiveConfig, build: () => unknown): () => RawJson {
  let kept: { readonly version: number; readonly json: RawJson } | undefined
  return () => {
    if (kept?.version !== live.version) kept = { version: live.version, json: new RawJson(JSON.stringify(build())) }
    return kept.json
  }
}

/** What may be chosen, in the shape that clients know. */
function modelsList({ live, runner }: StateMethodParts): object {
  return { models: listedModels(new ModelCatalog({ config: live.config, known: runner.models() })) }
}

function agentsList({ agents, keySpace }: StateMethodParts): object {
  return {
    defaultId: agents.defaultAgent.id,
    mainKey: MAIN_KEY,
    scope: keySpace.scope,
    agents: agents.agents.map(({ id, name, identity }) => ({
      id,
      ...(name === undefined ? {} : { name }),
      ...(identity === undefined ? {} : { identity }),
    })),
  }
}

function tailLogs(logReader: LogReader, params: LogsTailParams): Promise<unknown> {
  return logReader.tail({
    limit: params.limit ?? 500,
    maxBytes: params.maxBytes ?? 250_000,
    ...(params.cursor === undefined ? {} : { cursor: params.cursor }),
  })
}

async function wake(parts: StateMethodParts, mainKey: string, params: WakeParams): Promise<object> {
  const text = params.text.trim()
  if (text === '') return { ok: false }
  if (!(await parts.systemEvents.queue(mainKey, text))) throw notKept()
  if (params.mode === 'now') void parts.heartbeats.beat()
  return { ok: true }
}

const PRESENCE_TEXTS = [
  'deviceId',
  'instanceId',
  'host',
  'ip',
  'mode',
  'version',
  'platform',
  'deviceFamily',
  'modelIdentifier',
  'reason',
] as const

async function systemEvent(
  parts: StateMethodParts,
  mainKey: string,
  params: Readonly<Record<string, unknown>>,
): Promise<object> {
  const text = typeof params.text === 'string' ? params.text.trim() : ''
  if (text === '') throw invalidRequest('text required')
  const facts: Record<string, unknown> = { ...parseNodeLine(text) }
  for (const field of PRESENCE_TEXTS) {
    const value = params[field]
    if (typeof value === 'string' && value.trim() !== '') facts[field] = value.trim()
  }
  if (Number.isFinite(params.lastInputSeconds)) facts.lastInputSeconds = params.lastInputSeconds
  if (isTexts(params.roles)) facts.roles = params.roles
  if (isTexts(params.scopes)) facts.scopes = params.scopes
  const key = [facts.deviceId, facts.instanceId, facts.host, facts.ip].find((value) => typeof value === 'string')
  const isChanged = parts.presence.told(typeof key === 'string' ? key : text.slice(0, 64), { ...facts, text })
  parts.presenceNews.changed()
  const isKept = !isNews(text, facts.reason, isChanged) || (await parts.systemEvents.queue(mainKey, text))
  if (!isKept) throw notKept()
  return { ok: true }
}

function notKept(): Error {
  return unavailable('the event could not be saved, and a restart would lose it', { retryable: true })
}

/** Beacons that say what is known already are no news for the model. */
function isNews(text: string, reason: unknown, isChanged: boolean): boolean {
  if (typeof reason === 'string' && (reason.startsWith('periodic') || reason === 'heartbeat')) return false
  return !text.startsWith('Node:') || isChanged
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string')
}
