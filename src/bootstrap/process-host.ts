import type { GatewayRunOptions } from '../adapters/cli-commander/cli-deps.js'
import type { OpenLog } from '../adapters/log-pino/open-pino-log.js'
import { PrometheusMetrics } from '../adapters/metrics-prometheus/prometheus-metrics.js'
import { FileRestartSentinel } from '../adapters/restart-sentinel-file/file-restart-sentinel.js'
import { NodeSystemInfo } from '../adapters/system-info-node/node-system-info.js'
import type { Farewell } from '../application/gateway.js'
import type { Clock } from '../application/ports/clock.js'
import type { ConfigHistory } from '../application/ports/config-history.js'
import type { ConfigReading, ConfigSource } from '../application/ports/config-source.js'
import type { RuntimeState } from '../application/ports/runtime-record.js'
import type { Listener } from '../application/ports/transport.js'
import type { ConfigHealth } from '../application/reload/config-health.js'
import type { ConfigReload, RunningInstance } from '../application/reload/config-reload.js'
import type { InstanceHost, RestartOutcome } from '../application/reload/instance-host.js'
import { LiveConfig } from '../application/reload/live-config.js'
import type { SharedSecret } from '../domain/access/shared-secret.js'
import { messageOf } from '../domain/failure.js'
import { buildInstance, type Instance } from './instance.js'
import { type JudgedConfig, judgeConfig } from './judge-config.js'
import { keepLastGood } from './last-good.js'
import type { Listening } from './listen-for.js'
import { ListeningPlace, type Move } from './listening-place.js'
import { adjustLog, secretTexts } from './open-log.js'
import { RefusalNote } from './refusal-note.js'
import { withoutSupervision } from './service-notices.js'
import { StartStopped } from './start-stopped.js'
import { tokens } from './tokens.js'
import { VERSION } from './version.js'

/** How long running agents may take before a restart puts them back in line, and what clients are told to expect. */
const RESTART_GRACE_MS = 500
const RESTART_EXPECTED_MS = 1_500

/** What all instances of a process share. */
export interface ProcessWorld {
  readonly options: GatewayRunOptions
  readonly source: ConfigSource
  readonly history: ConfigHistory
  readonly open: OpenLog
  readonly clock: Clock
  /** A token that could not be written to the file; counts where nothing else says one. */
  readonly processToken: string | undefined
  /** Lets clients of this machine in whatever the mode. */
  readonly localPass: string
  /** Who may begin a connection with a PROXY protocol header. */
  readonly mayProxy: (address: string) => boolean
  /** Null until the first instance runs. */
  readonly reload: () => ConfigReload | null
  /** Told before and after the instance changes. */
  readonly stateChanged: (state: RuntimeState) => Promise<void>
  /**
   * Ends this process so that its supervisor starts a fresh one, if there is a supervisor.
   * @param isNeeded false = only if the program on disk is another one
   */
  readonly handOver: (isNeeded: boolean) => boolean
}

/**
 * Holds the running instance of a process and the listener under it. A restart keeps the port and replaces everything
 * else; when the new instance does not start, the one before is built again.
 */
export class ProcessHost implements InstanceHost {
  readonly #world: ProcessWorld
  readonly #note: RefusalNote
  /** Of the process: a restart does not begin to count anew. */
  readonly #metrics = new PrometheusMetrics()
  readonly #place: ListeningPlace
  #judged: JudgedConfig
  #running: Instance | undefined
  #state: RuntimeState = 'starting'
  /** Settles when the last good configuration is kept; one write at a time. */
  #keeping: Promise<void> = Promise.resolve()

  constructor(world: ProcessWorld, listening: Listening, judged: JudgedConfig) {
    this.#world = world
    this.#note = new RefusalNote(world.options.environment.configPath)
    const { options, mayProxy, clock, open } = world
    this.#place = new ListeningPlace(
      { options, mayProxy, clock, log: open.log.child('gateway') },
      listening,
      judged.plan.endpoints,
    )
    this.#judged = judged
  }

  /** Starts the first instance. */
  async start(): Promise<void> {
    this.#running = await this.#startInstance(this.#judged, this.#place.current.listener)
    this.#state = 'running'
    this.#keepLastGood(this.#judged.reading)
  }

  get listening(): Listening {
    return this.#place.current
  }

  get judged(): JudgedConfig {
    return this.#judged
  }

  /** When the configuration came into force, in Unix milliseconds. */
  get loadedAt(): number {
    return this.#running?.parts.get(tokens.live).current.loadedAt ?? this.#world.clock.now()
  }

  get parts(): Instance['parts'] {
    return this.#use().parts
  }

  get instance(): RunningInstance {
    const { parts } = this.#use()
    return {
      live: parts.get(tokens.live),
      hotReload: parts.get(tokens.hotReload),
      healthChanged: () => parts.get(tokens.healthNews).wanted(),
    }
  }

  /** Whether the running configuration trusts a proxy at this address. */
  trustsProxy(address: string): boolean {
    return this.#running?.parts.get(tokens.accessRules).current.proxies.isProxy(address) ?? false
  }

  get load(): { readonly running: number; readonly waiting: number } {
    return this.#use().parts.get(tokens.desk).load
  }

  /** What clients must show under a configuration, flags and environment considered. */
  secretOf(judged: JudgedConfig): SharedSecret {
    const { secret } = judged.plan
    const { processToken, localPass } = this.#world
    const token = secret.token ?? processToken
    return { ...secret, ...(token === undefined ? {} : { token }), ...(secret.mode === 'none' ? {} : { localPass }) }
  }

  async preflight(next: ConfigReading): Promise<string | null> {
    try {
      const judged = judgeConfig(this.#world.options, next)
      await this.#place.tryOut(judged)
      return null
    } catch (thrown) {
      return sentenceOf(thrown)
    }
  }

  adopted(reading: ConfigReading): void {
    this.#judged = { ...this.#inForce(), reading }
    this.#keepLastGood(reading)
    void this.#stateChanged('running')
  }

  refused(reason: string | null): void {
    const note = this.#note
    const done = reason === null ? note.remove() : note.write(reason, new Date(this.#world.clock.now()))
    done.catch((thrown) => {
      const error = messageOf(thrown)
      this.#world.open.log.child('gateway/reload').warn(`${note.path} could not be kept up to date`, { error })
    })
  }

  async restart(next: ConfigReading, reason: string): Promise<RestartOutcome> {
    if (this.#world.handOver(false)) return ending()
    const before = this.#inForce()
    let judged: JudgedConfig
    let move: Move
    try {
      judged = judgeConfig(this.#world.options, next)
      move = await this.#place.prepare(judged)
    } catch (thrown) {
      return { kind: 'rolled-back', reason: sentenceOf(thrown) }
    }
    await this.#stateChanged('restarting')
    await this.#endInstance(reason)
    try {
      this.#running = await this.#startInstance(judged, await move.enter())
    } catch (thrown) {
      try {
        this.#running = await this.#startInstance(before, await move.undo())
      } catch (again) {
        if (this.#world.handOver(true)) return ending()
        throw again
      }
      await this.#stateChanged('running')
      return { kind: 'rolled-back', reason: sentenceOf(thrown) }
    }
    await move.settle()
    this.#judged = judged
    this.#keepLastGood(next)
    await this.#stateChanged('running')
    return { kind: 'restarted' }
  }

  /** Takes a certificate into use that has changed on disk. Never rejects. */
  async renewTls(): Promise<void> {
    if (await this.#place.renewTls()) await this.#stateChanged(this.#state)
  }

  /** Ends the running instance; the listener stays. */
  async stop(farewell: Farewell): Promise<void> {
    this.#state = 'stopping'
    await this.#running?.gateway.stop(farewell)
    await this.#keeping
  }

  #use(): Instance {
    if (this.#running === undefined) throw new Error('no instance is running')
    return this.#running
  }

  async #startInstance(judged: JudgedConfig, listener: Listener): Promise<Instance> {
    const { open, options } = this.#world
    const secret = this.secretOf(judged)
    open.addSecrets(secretTexts(judged.reading.resolved, secret))
    adjustLog(open, options, judged.config)
    const instance = buildInstance([(bindings) => this.#surround(bindings, judged, secret, listener)])
    await instance.gateway.start()
    return instance
  }

  /** What runs now, with every hot change since the start: what a restart that fails comes back to. */
  #inForce(): JudgedConfig {
    const { config, secret, hash, snapshotHash } = this.#use().parts.get(tokens.live).current
    const { reading, plan } = this.#judged
    return { reading: { ...reading, hash, snapshotHash }, config, plan: { ...plan, secret } }
  }

  /** An instance that does not end in order has ended all the same. */
  async #endInstance(reason: string): Promise<void> {
    const farewell = { reason, restartExpectedMs: RESTART_EXPECTED_MS, runGraceMs: RESTART_GRACE_MS }
    try {
      await this.#use().gateway.stop({ ...farewell, ending: 'restart' })
    } catch (thrown) {
      this.#world.open.log.child('gateway').error('the gateway did not stop cleanly', { err: thrown })
    }
  }

  /** The record is for people and other commands; the gateway runs without it. */
  async #stateChanged(state: RuntimeState): Promise<void> {
    this.#state = state
    try {
      await this.#world.stateChanged(state)
    } catch (thrown) {
      const error = messageOf(thrown)
      this.#world.open.log.child('gateway').warn('the runtime record could not be written', { error })
    }
  }

  #keepLastGood(reading: ConfigReading): void {
    const { open, history } = this.#world
    this.#keeping = this.#keeping
      .then(() => keepLastGood(history, reading))
      .catch((thrown) => {
        open.log.child('gateway/reload').warn('the last good config could not be kept', { error: messageOf(thrown) })
      })
  }

  #surround(
    bindings: Parameters<Parameters<typeof buildInstance>[0][number]>[0],
    { config, reading, plan }: JudgedConfig,
    secret: SharedSecret,
    listener: Listener,
  ): void {
    const { open, clock, options, source, reload } = this.#world
    const { stateDir, configPath, variables } = options.environment
    const { hash, snapshotHash } = reading
    const loadedAt = clock.now()
    bindings.constant(tokens.clock, clock)
    bindings.constant(tokens.metrics, this.#metrics)
    bindings.constant(tokens.environment, withoutSupervision({ ...reading.variables, ...variables }))
    bindings.constant(tokens.log, open.log)
    bindings.constant(tokens.logReader, open.reader)
    bindings.constant(tokens.adjustLog, (next) => adjustLog(open, options, next))
    bindings.constant(tokens.listener, listener)
    bindings.constant(tokens.configSource, source)
    bindings.constant(tokens.isServedByTailscale, plan.tailscale.mode === 'serve')
    bindings.constant(tokens.configReload, reload)
    bindings.constant(tokens.configHistory, this.#world.history)
    bindings.factory(tokens.restartSentinel, () => new FileRestartSentinel(stateDir), [])
    bindings.constant(tokens.live, new LiveConfig({ config, secret, hash, snapshotHash, loadedAt }))
    bindings.constant(tokens.configHealth, () => reload()?.health ?? freshHealth(hash, snapshotHash, loadedAt))
    bindings.constant(tokens.system, new NodeSystemInfo({ version: VERSION, stateDir, configPath }))
  }
}

function freshHealth(hash: string, snapshotHash: string, loadedAt: number): ConfigHealth {
  return { hash, snapshotHash, loadedAt, pendingRestart: [], lastError: null, lastErrors: {} }
}

/** The process ends; whoever asked for a restart does not hear of it. */
function ending(): Promise<RestartOutcome> {
  return new Promise(() => undefined)
}

function sentenceOf(thrown: unknown): string {
  return thrown instanceof StartStopped ? thrown.lines[0]! : messageOf(thrown)
}
