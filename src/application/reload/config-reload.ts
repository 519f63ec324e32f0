import type { SharedSecret } from '../../domain/access/shared-secret.js'
import type { GatewayConfig } from '../../domain/config/config.js'
import { formatProblem } from '../../domain/config/problem.js'
import { messageOf } from '../../domain/failure.js'
import { applyPlan } from '../../domain/reload/apply-plan.js'
import type { PlannedAction } from '../../domain/reload/plan-actions.js'
import { planReload, type ReloadPlan } from '../../domain/reload/plan-reload.js'
import { formatReloadAction } from '../../domain/reload/reload-action.js'
import { readSettled } from '../config/settled-reading.js'
import type { Clock, Timer } from '../ports/clock.js'
import type { ConfigReading, ConfigSource } from '../ports/config-source.js'
import type { Log } from '../ports/log.js'
import type { ConfigHealth } from './config-health.js'
import type { ConfigInUse } from './config-in-use.js'
import type { HotReload } from './hot-reload.js'
import type { InstanceHost } from './instance-host.js'
import { RESTART_COOLDOWN_MS, RestartSchedule, type ScheduledRestart } from './restart-schedule.js'

/** However often the file changes, it is looked at after this time, in milliseconds. */
const LONGEST_DEBOUNCE_MS = 2_000

/** The instance that runs now. */
export interface RunningInstance {
  readonly live: { readonly current: ConfigInUse }
  readonly hotReload: Pick<HotReload, 'apply'>
  /** Has the health snapshot told anew. */
  readonly healthChanged: () => void
}

export interface ConfigReloadParts {
  readonly source: ConfigSource
  readonly host: InstanceHost & { readonly instance: RunningInstance }
  /**
   * What clients must show under a configuration, flags and environment considered; from then on nothing secret in the
   * reading appears in the log. Throws when a gateway may not run like that here.
   */
  readonly secretOf: (config: GatewayConfig, reading: ConfigReading) => SharedSecret
  readonly clock: Clock
  readonly log: Log
  /** Whether the configuration came from a file, whose absence would be news. */
  readonly hasFile: boolean
  /** Time between two restarts, in milliseconds; default `RESTART_COOLDOWN_MS`. */
  readonly cooldownMs?: number
}

/** What a look at the file led to. */
export type ReloadOutcome =
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'kept'; readonly reason: string }
  | { readonly kind: 'planned'; readonly plan: ReloadPlan; readonly restart: ScheduledRestart | null }

/**
 * Follows the configuration file while the gateway runs: what can be taken over at once is, what needs a restart gets
 * one, and whatever cannot be used leaves the running configuration untouched and says why in one line.
 */
export class ConfigReload {
  readonly #parts: ConfigReloadParts
  readonly #schedule: RestartSchedule
  #unwatch: () => void = () => undefined
  #debounce: { readonly timer: Timer; readonly since: number } | undefined
  #working: Promise<ReloadOutcome> | undefined
  #isDirty = false
  /** The longest delay of a restart that those who wait for the next look ask for. */
  #dirtyDelayMs: number | undefined
  #awaitingRestart: ConfigReading | undefined
  /** Somebody asked for the restart that waits, whatever the file says by then. */
  #isRestartWanted = false
  /** Settles when the restart under way is over. */
  #restarting: Promise<void> | undefined
  #scheduled: ScheduledRestart | null = null
  /** There was a file; its absence would be news. */
  #hasFile: boolean
  /** A file that could not be started is not tried again until it changes. */
  #refusedHash: string | undefined
  /** What was looked at last and needs no second look. */
  #settledHash: string | undefined
  #lastError: string | null = null
  #lastErrors: Readonly<Record<string, string>> = {}
  /** Actions that are tried once more with the next reload. */
  #failedActions: readonly PlannedAction[] = []
  #pending: readonly string[] = []
  #lastSaid = ''
  #saidToWait: readonly string[] = []

  constructor(parts: ConfigReloadParts) {
    this.#parts = parts
    this.#hasFile = parts.hasFile
    this.#schedule = new RestartSchedule(
      parts.host,
      () => this.#restart(),
      parts.clock,
      parts.log,
      parts.cooldownMs ?? RESTART_COOLDOWN_MS,
    )
  }

  start(): void {
    this.#unwatch = this.#parts.source.watch(() => this.#touched())
  }

  stop(): void {
    this.#unwatch()
    this.#debounce?.timer.cancel()
    this.#debounce = undefined
    this.#schedule.cancel()
  }

  get health(): ConfigHealth {
    const { hash, snapshotHash, loadedAt } = this.#parts.host.instance.live.current
    return {
      hash,
      snapshotHash,
      loadedAt,
      pendingRestart: this.#pending,
      lastError: this.#lastError,
      lastErrors: this.#lastErrors,
    }
  }

  /**
   * Looks at the file now. Several calls at once are one look, and one more for what changed meanwhile.
   * @param restartDelayMs a restart, if one is needed, does not come before this time has passed
   */
  async now(restartDelayMs = 0): Promise<ReloadOutcome> {
    if (this.#working !== undefined) {
      this.#isDirty = true
      this.#dirtyDelayMs = Math.max(this.#dirtyDelayMs ?? 0, restartDelayMs)
      return this.#working.then(() => this.#working ?? this.now(restartDelayMs))
    }
    this.#debounce?.timer.cancel()
    this.#debounce = undefined
    this.#working = this.#look(restartDelayMs).finally(() => {
      this.#working = undefined
      if (this.#isDirty) {
        const delayMs = this.#dirtyDelayMs
        this.#isDirty = false
        this.#dirtyDelayMs = undefined
        void this.now(delayMs)
      }
    })
    return this.#working
  }

  /** Asks for a restart with the file as it stands, whatever changed; null when the gateway could not start with it. */
  async restartNow(delayMs: number): Promise<ScheduledRestart | null> {
    const { source, host } = this.#parts
    const reading = await source.read()
    await this.#restarting
    const refusal = await host.preflight(reading)
    if (refusal !== null) {
      this.#refuse(reading, refusal)
      return null
    }
    this.#awaitingRestart = reading
    this.#isRestartWanted = true
    return this.#schedule.request(delayMs, deferOf(host.instance.live.current.config))
  }

  /** What a configuration would do to the running gateway. */
  planFor(next: GatewayConfig): ReloadPlan {
    return planReload(this.#parts.host.instance.live.current.config, next)
  }

  #touched(): void {
    const { clock, host } = this.#parts
    const now = clock.monotonic()
    const since = this.#debounce?.since ?? now
    this.#debounce?.timer.cancel()
    const quietMs = host.instance.live.current.config.gateway.reload.debounceMs
    const waitMs = Math.max(0, Math.min(quietMs, since + LONGEST_DEBOUNCE_MS - now))
    const timer = clock.after(waitMs, () => {
      this.#debounce = undefined
      void this.now()
    })
    this.#debounce = { timer, since }
  }

  async #look(restartDelayMs: number): Promise<ReloadOutcome> {
    const { source, clock, log } = this.#parts
    try {
      const found = await readSettled(source, clock, this.#hasFile)
      if (found.kind === 'read') this.#hasFile ||= found.reading.exists
      if (found.kind === 'gone') return this.#keep(`${found.reason}; keeping the running config`, [])
      await this.#restarting
      const { reading } = found
      if (reading.config !== null) return await this.#consider(reading, reading.config, restartDelayMs)
      const problems = reading.problems.map(formatProblem)
      return this.#keep('skipped, file invalid; keeping the running config', problems)
    } catch (thrown) {
      log.error('config reload failed', { err: thrown })
      return this.#keep(`failed (${messageOf(thrown)}); keeping the running config`, [])
    }
  }

  #keep(reason: string, problems: readonly string[]): ReloadOutcome {
    this.#settledHash = undefined
    this.#refusedHash = undefined
    const sentence = [reason, ...problems].join('\n')
    if (sentence !== this.#lastSaid) this.#parts.log.warn(`config reload: ${reason}`, { problems })
    this.#lastSaid = sentence
    this.#lastError = problems[0] === undefined ? reason : `${reason}: ${problems[0]}`
    this.#parts.host.instance.healthChanged()
    return { kind: 'kept', reason: sentence }
  }

  #refuse(reading: ConfigReading, refusal: string): ReloadOutcome {
    const outcome = this.#keep(`restart refused, ${refusal}; keeping the running config`, [])
    this.#refusedHash = reading.snapshotHash
    this.#parts.host.refused(refusal)
    return outcome
  }

  async #consider(reading: ConfigReading, next: GatewayConfig, restartDelayMs: number): Promise<ReloadOutcome> {
    const { host, log } = this.#parts
    const { current } = host.instance.live
    if (reading.snapshotHash === this.#refusedHash) return { kind: 'kept', reason: this.#lastError ?? '' }
    if (reading.snapshotHash === this.#settledHash) return { kind: 'unchanged' }
    const plan = planReload(current.config, next)
    this.#lastSaid = ''
    if (plan.kind === 'restart') return this.#planRestart(reading, plan, restartDelayMs)
    this.#dropRestart(reading)
    if (plan.kind === 'nothing') {
      if (this.#lastError !== null) log.info('config reload: file is valid again')
      this.#settle(plan, reading)
      return { kind: 'unchanged' }
    }
    return this.#applyHot(reading, next, plan)
  }

  /** The file needs the restart no more that waits for it. One that somebody asked for happens with this file. */
  #dropRestart(reading: ConfigReading): void {
    if (this.#awaitingRestart === undefined) return
    this.#awaitingRestart = this.#isRestartWanted ? reading : undefined
    if (this.#isRestartWanted) return
    this.#scheduled = null
    this.#schedule.cancel()
    this.#parts.log.info('config reload: the restart is not needed any more')
  }

  #applyHot(reading: ConfigReading, next: GatewayConfig, plan: ReloadPlan): ReloadOutcome {
    const { host, log, clock, secretOf } = this.#parts
    const { instance } = host
    const applied = plan.changed.filter(({ fate }) => fate === 'applied').map(({ path }) => path)
    if (applied.length > 0) {
      const config = applyPlan(instance.live.current.config, next, plan)
      const { hash, snapshotHash } = reading
      let secret: SharedSecret
      try {
        secret = secretOf(config, reading)
      } catch (thrown) {
        return this.#keep(`refused, ${messageOf(thrown)}; keeping the running config`, [])
      }
      const inUse = { config, secret, hash, snapshotHash, loadedAt: clock.now() }
      const actions = this.#withFailedBefore(plan.hot)
      this.#lastErrors = instance.hotReload.apply(inUse, actions, applied)
      this.#failedActions = actions.filter(({ action }) => Object.hasOwn(this.#lastErrors, formatReloadAction(action)))
      if (plan.pending.length === 0 && plan.ignored.length === 0) host.adopted(reading)
    }
    for (const line of [...appliedLines(plan), ...this.#newlyWaiting(plan)]) log.info(`config reload: ${line}`)
    this.#settle(plan, reading)
    return { kind: 'planned', plan, restart: null }
  }

  /** What waits is told once, however often the rest of the file changes. */
  #newlyWaiting(plan: ReloadPlan): readonly string[] {
    const lines = waitingLines(plan)
    const before = this.#saidToWait
    this.#saidToWait = lines
    return lines.filter((line) => !before.includes(line))
  }

  #withFailedBefore(actions: readonly PlannedAction[]): readonly PlannedAction[] {
    const names = new Set(actions.map(({ action }) => formatReloadAction(action)))
    return [...this.#failedActions.filter(({ action }) => !names.has(formatReloadAction(action))), ...actions]
  }

  async #planRestart(reading: ConfigReading, plan: ReloadPlan, delayMs: number): Promise<ReloadOutcome> {
    const { host, log } = this.#parts
    const isKnown = this.#awaitingRestart?.snapshotHash === reading.snapshotHash
    if (isKnown && this.#scheduled !== null && this.#schedule.isPending) {
      return { kind: 'planned', plan, restart: { ...this.#scheduled, coalesced: true } }
    }
    const refusal = await host.preflight(reading)
    if (refusal !== null) return this.#refuse(reading, refusal)
    this.#lastError = null
    this.#settledHash = undefined
    this.#refusedHash = undefined
    log.info(`config reload: restarting (${plan.restart.join(', ')})`)
    this.#awaitingRestart = reading
    const restart = this.#schedule.request(delayMs, deferOf(host.instance.live.current.config))
    this.#scheduled = restart
    if (restart.delayMs > 0) log.info(`the restart follows in ${Math.ceil(restart.delayMs / 1000)} s`)
    return { kind: 'planned', plan, restart }
  }

  async #restart(): Promise<void> {
    const reading = this.#awaitingRestart
    this.#awaitingRestart = undefined
    this.#isRestartWanted = false
    if (reading === undefined) return
    this.#restarting = this.#restartWith(reading).finally(() => {
      this.#restarting = undefined
    })
    await this.#restarting
    void this.now()
  }

  async #restartWith(reading: ConfigReading): Promise<void> {
    const { host, log } = this.#parts
    const startedAt = this.#parts.clock.monotonic()
    const outcome = await host.restart(reading, 'gateway restarting')
    if (outcome.kind === 'restarted') {
      log.info(`restarted in process in ${Math.round(this.#parts.clock.monotonic() - startedAt)} ms`)
      this.#failedActions = []
      this.#lastErrors = {}
      this.#settle(null, reading)
    } else {
      this.#settledHash = undefined
      this.#refusedHash = reading.snapshotHash
      this.#lastError = `the gateway did not start with the new config (${outcome.reason}); running on the last good one`
      log.error(`config reload: ${this.#lastError}`)
      host.refused(outcome.reason)
      host.instance.healthChanged()
    }
  }

  /** The file is understood; what waits is what the plan says. */
  #settle(plan: ReloadPlan | null, reading: ConfigReading): void {
    this.#parts.host.refused(null)
    this.#lastError = null
    this.#refusedHash = undefined
    this.#settledHash = reading.snapshotHash
    this.#pending = plan?.pending ?? []
    if (plan === null || plan.kind === 'nothing') this.#saidToWait = []
    this.#parts.host.instance.healthChanged()
  }
}

function deferOf(config: GatewayConfig): number {
  return config.gateway.reload.deferMs
}

/** What a plan that needs no restart does. */
function appliedLines(plan: ReloadPlan): readonly string[] {
  const applied = plan.changed.filter(({ fate }) => fate === 'applied').map(({ path }) => path)
  const actions = plan.hot.map(({ action }) => formatReloadAction(action)).join(', ')
  return applied.length === 0 ? [] : [`applied (${applied.join(', ')}${actions === '' ? '' : `: ${actions}`})`]
}

/** What it leaves alone, a line each. */
function waitingLines(plan: ReloadPlan): readonly string[] {
  return [
    ...(plan.pending.length === 0
      ? []
      : [`restart needed (${plan.pending.join(', ')}), mode is ${plan.mode}; waiting for a manual restart`]),
    ...(plan.ignored.length === 0 ? [] : [`off, change not applied (${plan.ignored.join(', ')})`]),
  ]
}
