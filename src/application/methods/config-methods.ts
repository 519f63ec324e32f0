import type { GatewayConfig } from '../../domain/config/config.js'
import { jsonSchema } from '../../domain/config/json-schema.js'
import { WriteBudget } from '../../domain/config/write-budget.js'
import { messageOf } from '../../domain/failure.js'
import {
  type ConfigSetParams,
  type ConfigWriteParams,
  configSetParams,
  configWriteParams,
} from '../../domain/protocol/methods/config.js'
import { noParams } from '../../domain/protocol/methods/gateway-state.js'
import { RawJson } from '../../domain/protocol/raw-json.js'
import { invalidRequest, unavailable } from '../../domain/protocol/refusal.js'
import type { ReloadPlan } from '../../domain/reload/plan-reload.js'
import { formatReloadAction } from '../../domain/reload/reload-action.js'
import { canonicalKey, type KeySpace } from '../../domain/session/session-key.js'
import { actorOf } from '../access/actor-of.js'
import { patchEdits } from '../config/patch-edits.js'
import { refusingWrite } from '../config/refusing-write.js'
import type { ConfigView } from '../config-view.js'
import type { Call } from '../connection/call.js'
import { type MethodRow, method, patient } from '../method-table.js'
import type { AuditTrail } from '../ports/audit-trail.js'
import type { Clock } from '../ports/clock.js'
import type { ConfigReading, ConfigSource, ConfigWritten } from '../ports/config-source.js'
import type { RestartSentinel } from '../ports/restart-sentinel.js'
import type { SystemInfo } from '../ports/system-info.js'
import type { ConfigReload } from '../reload/config-reload.js'
import type { ScheduledRestart } from '../reload/restart-schedule.js'

export interface ConfigMethodParts {
  readonly source: ConfigSource
  readonly configView: Pick<ConfigView, 'expire'>
  /** Null where nobody follows the file: a gateway inside a program. */
  readonly reload: Pick<ConfigReload, 'now' | 'planFor' | 'restartNow'> | null
  readonly sentinel: RestartSentinel
  readonly keySpace: KeySpace
  readonly parseJson5: (text: string) => unknown
  readonly clock: Clock
  readonly system: SystemInfo
  readonly trail: Pick<AuditTrail, 'record'>
}

const BUDGET = { calls: 3, windowMs: 60_000 } as const
const RESTART_DELAY_MS = 2_000

/** Changing the configuration from afar. Every answer is sent after the write is durable and before any restart. */
export function configMethods(parts: ConfigMethodParts): readonly MethodRow[] {
  const budget = new WriteBudget(BUDGET)
  const write = (params: ConfigWriteParams, call: Call) => writeConfig(parts, budget, params, call)
  let schema: RawJson | undefined
  return [
    method('config.schema', noParams, () => {
      schema ??= new RawJson(JSON.stringify(schemaAnswer(parts)))
      return schema
    }),
    patient(method('config.set', configSetParams, (params, call) => setConfig(parts, params, call))),
    patient(method('config.apply', configWriteParams, write)),
    patient(method('config.patch', configWriteParams, write)),
  ]
}

function schemaAnswer({ system, clock }: ConfigMethodParts): object {
  const generatedAt = new Date(clock.now()).toISOString()
  return { schema: jsonSchema(), uiHints: {}, version: system.version, generatedAt }
}

async function setConfig(parts: ConfigMethodParts, params: ConfigSetParams, call: Call): Promise<object> {
  const before = await readable(parts.source)
  requireHash(before, params.baseHash)
  const written = await refusingWrite(parts.source.replace(params.raw, optionsOf(params, call)))
  parts.configView.expire()
  recordWrite(parts, call, written)
  return { ok: true, path: written.path, config: written.redactedConfig, hash: written.hash }
}

async function writeConfig(
  parts: ConfigMethodParts,
  budget: WriteBudget,
  params: ConfigWriteParams,
  call: Call,
): Promise<object> {
  const caller = callerOf(call)
  requireBudget(budget, caller, call.method, parts.clock.now())
  const before = await readable(parts.source)
  requireHash(before, params.baseHash)
  const draft = await refusingWrite(writing(parts, before, params, call, true))
  const plan = planOf(parts, draft)
  if (params.restart === 'never' && plan !== null && plan.restart.length > 0) {
    throw invalidRequest(`this change needs a restart (${plan.restart.join(', ')}); nothing was written`)
  }
  const note = noteOf(parts, params, call.method)
  const willRestart = params.restart === 'always' || (plan !== null && plan.restart.length > 0)
  requireBudget(budget, caller, call.method, parts.clock.now())
  budget.spend(caller, parts.clock.now())
  const written = await refusingWrite(writing(parts, before, params, call, false))
  parts.configView.expire()
  recordWrite(parts, call, written)
  if (willRestart && parts.reload !== null) await parts.sentinel.leave(note)
  const restart = await follow(parts, params)
  if (willRestart && parts.reload !== null && restart === null) await parts.sentinel.take()
  return {
    ok: true,
    path: written.path,
    config: written.redactedConfig,
    hash: written.hash,
    changed: written.changed,
    reload: reloadOf(plan),
    restart: restart === null ? null : restartOf(restart, parts, call.method),
    sentinel: { path: parts.sentinel.path, payload: { ...note, status: 'ok', doctorHint: null, stats: {} } },
  }
}

/** Of a change of everything the record keeps the beginning. */
const RECORDED_PATHS = 50

function recordWrite({ trail }: ConfigMethodParts, call: Call, { changed }: ConfigWritten): void {
  trail.record('config-written', {
    ...actorOf(call.client.identity),
    subject: call.method,
    details: { changed: changed.slice(0, RECORDED_PATHS) },
  })
}

function writing(
  parts: ConfigMethodParts,
  before: ConfigReading,
  params: ConfigWriteParams,
  call: Call,
  dryRun: boolean,
): Promise<ConfigWritten> {
  const options = { ...optionsOf(params, call), dryRun }
  if (call.method === 'config.apply') return parts.source.replace(params.raw, options)
  return parts.source.edit(patchEdits(before.resolved ?? {}, patchIn(parts, params.raw)), options)
}

/** The patch without values that are only shown: a placeholder keeps what is stored. */
function patchIn(parts: ConfigMethodParts, raw: string): Readonly<Record<string, unknown>> {
  let patch: unknown
  try {
    patch = parts.parseJson5(raw)
  } catch (thrown) {
    throw invalidRequest(messageOf(thrown))
  }
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) {
    throw invalidRequest('config.patch raw must be an object')
  }
  return patch as Readonly<Record<string, unknown>>
}

/** Lets the running gateway take over what was written; null when no restart follows. */
async function follow(parts: ConfigMethodParts, params: ConfigWriteParams): Promise<ScheduledRestart | null> {
  const { reload } = parts
  if (reload === null) return null
  const delayMs = params.restartDelayMs ?? RESTART_DELAY_MS
  const outcome = await reload.now(delayMs)
  if (outcome.kind === 'planned' && outcome.restart !== null) return outcome.restart
  return params.restart === 'always' ? reload.restartNow(delayMs) : null
}

function planOf(parts: ConfigMethodParts, { config }: { readonly config: GatewayConfig | null }): ReloadPlan | null {
  return config === null || parts.reload === null ? null : parts.reload.planFor(config)
}

function reloadOf(plan: ReloadPlan | null): object {
  if (plan === null) return { mode: 'off', hot: [], restart: [], actions: [] }
  const applied = plan.changed.filter(({ fate }) => fate === 'applied').map(({ path }) => path)
  return {
    mode: plan.mode,
    hot: applied,
    restart: plan.restart,
    actions: plan.hot.map(({ action }) => formatReloadAction(action)),
  }
}

function restartOf(restart: ScheduledRestart, { system }: ConfigMethodParts, reason: string): object {
  return { ok: true, pid: system.pid, signal: 'SIGUSR1', reason, mode: 'emit', ...restart }
}

function noteOf({ clock, keySpace }: ConfigMethodParts, params: ConfigWriteParams, method: string) {
  return {
    kind: method === 'config.apply' ? ('config-apply' as const) : ('config-patch' as const),
    ts: clock.now(),
    sessionKey: params.sessionKey === undefined ? null : canonicalKey(params.sessionKey, keySpace),
    message: params.note ?? null,
  }
}

function optionsOf(params: { readonly baseHash?: string | undefined }, call: Call) {
  const { deviceId, remoteIp, connId } = call.client.identity
  return {
    origin: { source: 'rpc' as const, actor: deviceId ?? remoteIp ?? connId },
    ...(params.baseHash === undefined ? {} : { baseHash: params.baseHash }),
  }
}

function callerOf({ client: { identity } }: Call): string {
  const { deviceId, remoteIp, connId } = identity
  return deviceId === undefined && remoteIp === undefined ? connId : `${deviceId ?? ''}|${remoteIp ?? ''}`
}

async function readable(source: ConfigSource): Promise<ConfigReading> {
  return refusingWrite(source.read())
}

function requireHash(reading: ConfigReading, baseHash: string | undefined): void {
  if (!reading.exists) return
  if (baseHash === undefined) throw invalidRequest('config base hash required; re-run config.get and retry')
  if (baseHash !== reading.hash) throw invalidRequest('config changed since last load; re-run config.get and retry')
}

function requireBudget(budget: WriteBudget, caller: string, method: string, now: number): void {
  const waitMs = budget.waitMs(caller, now)
  if (waitMs === 0) return
  throw unavailable(`rate limit exceeded for ${method}; retry after ${Math.ceil(waitMs / 1000)}s`, {
    retryable: true,
    retryAfterMs: waitMs,
    details: { method, limit: '3 per 60s' },
  })
}
