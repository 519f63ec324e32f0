import type { GatewayConfig } from '../../domain/config/config.js'
import { WriteBudget } from '../../domain/config/write-budget.js'
import type { ConfigFollowing } from '../../domain/protocol/methods/config.js'
import { invalidRequest, unavailable } from '../../domain/protocol/refusal.js'
import type { ReloadPlan } from '../../domain/reload/plan-reload.js'
import { formatReloadAction } from '../../domain/reload/reload-action.js'
import { canonicalKey, type KeySpace } from '../../domain/session/session-key.js'
import { actorOf } from '../access/actor-of.js'
import type { ConfigView } from '../config-view.js'
import type { Call } from '../connection/call.js'
import type { AuditTrail } from '../ports/audit-trail.js'
import type { Clock } from '../ports/clock.js'
import type { ConfigReading, ConfigSource, ConfigWriteOptions, ConfigWritten } from '../ports/config-source.js'
import type { RestartSentinel } from '../ports/restart-sentinel.js'
import type { SystemInfo } from '../ports/system-info.js'
import type { ConfigReload } from '../reload/config-reload.js'
import type { ScheduledRestart } from '../reload/restart-schedule.js'
import { refusingWrite } from './refusing-write.js'
import { type WantedConfig, writeWanted } from './wanted-config.js'

export interface ConfigWritesParts {
  readonly source: ConfigSource
  readonly configView: Pick<ConfigView, 'expire'>
  /** Null where nobody follows the file: a gateway inside a program. */
  readonly reload: Pick<ConfigReload, 'now' | 'planFor' | 'restartNow'> | null
  readonly sentinel: RestartSentinel
  readonly keySpace: KeySpace
  readonly clock: Clock
  readonly system: SystemInfo
  readonly trail: Pick<AuditTrail, 'record'>
}

const BUDGET = { calls: 3, windowMs: 60_000 } as const
const RESTART_DELAY_MS = 2_000
/** Of a change of everything the record keeps the beginning. */
const RECORDED_PATHS = 50

/**
 * Changes of the configuration from afar: guarded by the hash of what the client has seen, tried before they are
 * written, recorded, and followed by the running gateway. What is told is durable.
 */
export class ConfigWrites {
  readonly #parts: ConfigWritesParts
  readonly #budget = new WriteBudget(BUDGET)

  constructor(parts: ConfigWritesParts) {
    this.#parts = parts
  }

  /** Writes and leaves the rest to whoever watches the file; costs nothing of the budget. */
  async set(wanted: WantedConfig, baseHash: string | undefined, call: Call): Promise<object> {
    const { source } = this.#parts
    const before = await this.guarded(baseHash)
    const written = await refusingWrite(writeWanted(source, before, wanted, optionsOf(baseHash, call)))
    this.#written(written, call)
    return { ok: true, path: written.path, config: written.redactedConfig, hash: written.hash }
  }

  /** Writes and lets the running gateway take it over, with a restart where one is needed and allowed. */
  async apply(wanted: WantedConfig, following: ConfigFollowing, call: Call): Promise<object> {
    const { source, reload, sentinel } = this.#parts
    const caller = callerOf(call)
    this.#requireBudget(caller, call.method)
    const before = await this.guarded(following.baseHash)
    const options = optionsOf(following.baseHash, call)
    const draft = await refusingWrite(writeWanted(source, before, wanted, { ...options, dryRun: true }))
    const plan = this.planOf(draft)
    const needsRestart = plan !== null && plan.restart.length > 0
    if (following.restart === 'never' && needsRestart) {
      throw invalidRequest(`this change needs a restart (${plan.restart.join(', ')}); nothing was written`)
    }
    const note = this.#noteOf(following, call.method)
    const leavesNote = reload !== null && (following.restart === 'always' || needsRestart)
    this.#requireBudget(caller, call.method)
    this.#budget.spend(caller, this.#parts.clock.now())
    const written = await refusingWrite(writeWanted(source, before, wanted, options))
    this.#written(written, call)
    if (leavesNote) await sentinel.leave(note)
    const restart = await this.#follow(following)
    if (leavesNote && restart === null) await sentinel.take()
    return {
      ok: true,
      path: written.path,
      config: written.redactedConfig,
      hash: written.hash,
      changed: written.changed,
      reload: reloadOf(plan),
      restart: restart === null ? null : restartOf(restart, this.#parts.system.pid, call.method),
      sentinel: { path: sentinel.path, payload: { ...note, status: 'ok', doctorHint: null, stats: {} } },
    }
  }

  /**
   * What the files say now.
   * @throws Refusal when it is not what the client has seen
   */
  async guarded(baseHash: string | undefined): Promise<ConfigReading> {
    const reading = await refusingWrite(this.#parts.source.read())
    if (!reading.exists) return reading
    if (baseHash === undefined) throw invalidRequest('config base hash required; re-run config.get and retry')
    if (baseHash !== reading.hash) throw invalidRequest('config changed since last load; re-run config.get and retry')
    return reading
  }

  /** What the running gateway would do about a configuration; null where nobody follows the file. */
  planOf({ config }: { readonly config: GatewayConfig | null }): ReloadPlan | null {
    const { reload } = this.#parts
    return config === null || reload === null ? null : reload.planFor(config)
  }

  #written({ changed }: ConfigWritten, call: Call): void {
    const { configView, trail } = this.#parts
    configView.expire()
    trail.record('config-written', {
      ...actorOf(call.client.identity),
      subject: call.method,
      details: { changed: changed.slice(0, RECORDED_PATHS) },
    })
  }

  /** Lets the running gateway take over what was written; null when no restart follows. */
  async #follow({ restart, restartDelayMs }: ConfigFollowing): Promise<ScheduledRestart | null> {
    const { reload } = this.#parts
    if (reload === null) return null
    const delayMs = restartDelayMs ?? RESTART_DELAY_MS
    const outcome = await reload.now(delayMs)
    if (outcome.kind === 'planned' && outcome.restart !== null) return outcome.restart
    return restart === 'always' ? reload.restartNow(delayMs) : null
  }

  #noteOf({ sessionKey, note }: ConfigFollowing, method: string) {
    const { clock, keySpace } = this.#parts
    return {
      kind: NOTE_KINDS[method] ?? ('config-patch' as const),
      ts: clock.now(),
      sessionKey: sessionKey === undefined ? null : canonicalKey(sessionKey, keySpace),
      message: note ?? null,
    }
  }

  #requireBudget(caller: string, method: string): void {
    const waitMs = this.#budget.waitMs(caller, this.#parts.clock.now())
    if (waitMs === 0) return
    throw unavailable(`rate limit exceeded for ${method}; retry after ${Math.ceil(waitMs / 1000)}s`, {
      retryable: true,
      retryAfterMs: waitMs,
      details: { method, limit: '3 per 60s' },
    })
  }
}

/** Whatever replaces the file as a whole. */
const NOTE_KINDS: Readonly<Record<string, 'config-apply'>> = {
  'config.apply': 'config-apply',
  'config.rollback': 'config-apply',
}

/**
 * A plan for clients: `hot` are the values that are taken over at once, `restart` those that bring one about, `pending`
 * those that wait for one by hand.
 */
export function reloadOf(plan: ReloadPlan | null): object {
  if (plan === null) return { mode: 'off', hot: [], restart: [], pending: [], actions: [] }
  const applied = plan.changed.filter(({ fate }) => fate === 'applied').map(({ path }) => path)
  return {
    mode: plan.mode,
    hot: applied,
    restart: plan.restart,
    pending: [...plan.pending, ...plan.ignored],
    actions: plan.hot.map(({ action }) => formatReloadAction(action)),
  }
}

function restartOf(restart: ScheduledRestart, pid: number, reason: string): object {
  return { ok: true, pid, signal: 'SIGUSR1', reason, mode: 'emit', ...restart }
}

function optionsOf(baseHash: string | undefined, call: Call): ConfigWriteOptions {
  const { deviceId, remoteIp, connId } = call.client.identity
  return {
    origin: { source: 'rpc', actor: deviceId ?? remoteIp ?? connId },
    ...(baseHash === undefined ? {} : { baseHash }),
  }
}

function callerOf({ client: { identity } }: Call): string {
  const { deviceId, remoteIp, connId } = identity
  return deviceId === undefined && remoteIp === undefined ? connId : `${deviceId ?? ''}|${remoteIp ?? ''}`
}
