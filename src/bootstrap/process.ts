import { mkdir } from 'node:fs/promises'
import { performance } from 'node:perf_hooks'
import type { GatewayRunOptions } from '../adapters/cli-commander/cli-deps.js'
import { SystemClock } from '../adapters/clock-system/system-clock.js'
import { NodeIds } from '../adapters/ids-node/node-ids.js'
import { FileInstanceLock } from '../adapters/instance-lock-file/file-instance-lock.js'
import type { OpenLog } from '../adapters/log-pino/open-pino-log.js'
import type { Clock } from '../application/ports/clock.js'
import { type HeldLock, LockFailure } from '../application/ports/instance-lock.js'
import type { Log } from '../application/ports/log.js'
import type { RuntimeState } from '../application/ports/runtime-record.js'
import type { ServiceNotices } from '../application/ports/service-notices.js'
import { ConfigReload } from '../application/reload/config-reload.js'
import { environmentSwitches, switchNotes } from '../domain/config/environment-switches.js'
import { Failure, messageOf } from '../domain/failure.js'
import { type Supervision, supervisionOf } from '../domain/service/supervision.js'
import { announceStart } from './announce-start.js'
import { BeaconPublisher } from './beacon-publisher.js'
import { beaconWish } from './beacon-wish.js'
import { type CompletedConfig, completeConfig } from './complete-config.js'
import { FatalError, listenForFatalErrors } from './fatal-errors.js'
import { forPeople } from './for-people.js'
import { readInterfaceAddresses } from './host-addresses.js'
import { newerOnDisk } from './installed-version.js'
import { type JudgedConfig, judgeConfig } from './judge-config.js'
import { type Listening, listenFor } from './listen-for.js'
import { listenUrls } from './listen-urls.js'
import { openLog, secretTexts } from './open-log.js'
import { ProcessHost } from './process-host.js'
import { removeProcessPass, writeProcessPass } from './process-pass.js'
import { takeRestartRequest } from './restart-request.js'
import { serviceNotices } from './service-notices.js'
import { sharedPlaces, workspacesOf } from './shared-places.js'
import { type CheckedStart, checkStart } from './start-checks.js'
import { EXIT, StartStopped } from './start-stopped.js'
import { listenForSignals, type StopSignal } from './stop-signals.js'
import { TailscalePublisher } from './tailscale-publication.js'
import { tlsChoiceOf } from './tls-choice.js'
import { openTls, tellTls } from './tls-material.js'
import { tokens } from './tokens.js'
import { VERSION } from './version.js'

/** How long running agents may take after a request to stop, and how long the stop may take in all. */
const RUN_GRACE_MS = 2_500
const STOP_MS = 5_000
/** When clients may expect a gateway back whose supervisor starts a fresh process, in milliseconds. */
const FRESH_PROCESS_MS = 6_000
/** Restarts keep apart and wait for running work; one that has not come by then will not come. */
const LONGEST_RESTART_WAIT_MS = 65_000
/** How often the files of the certificate are looked at, besides every SIGHUP. */
const TLS_CHECK_MS = 12 * 60 * 60 * 1000

/**
 * `mayros gateway`: the first lifetime. Owns paths, lock, log, signals and the listener, and runs one instance in them
 * at a time. Resolves with the exit code when the gateway has ended.
 */
export async function runGateway(options: GatewayRunOptions): Promise<number> {
  const clock = new SystemClock()
  const say = (line: string) => process.stderr.write(`${line}\n`)
  try {
    const checked = await checkStart(options, clock, say)
    return await new GatewayProcess(checked, clock).run()
  } catch (thrown) {
    if (!(thrown instanceof StartStopped)) throw thrown
    for (const line of thrown.lines) say(line)
    return staysDown(thrown.exitCode, supervisionOf(options.environment.variables, process.pid))
  }
}

/** launchd cannot tell exit codes apart, only success: what must not be tried again is one for it. */
function staysDown(exitCode: number, { kind }: Supervision): number {
  return kind === 'launchd' && exitCode === EXIT.configuration ? 0 : exitCode
}

class GatewayProcess {
  readonly #options: GatewayRunOptions
  readonly #checked: CheckedStart
  readonly #clock: Clock
  readonly #mayProxy = (address: string) => this.#host?.trustsProxy(address) ?? false
  #instanceId = new NodeIds().uuid()
  #host: ProcessHost | undefined
  #reload: ConfigReload | undefined
  #publisher: TailscalePublisher | undefined
  #beacons: BeaconPublisher | undefined
  readonly #supervision: Supervision
  #notices: ServiceNotices | null = null
  /** When an operator asked for the restart that has not come yet; monotonic milliseconds. */
  #restartAskedAt = Number.NEGATIVE_INFINITY
  /** Ends the wait for the end: a fresh process is to follow this one. */
  #leave: () => void = () => undefined
  readonly #left = new Promise<'hand-over'>((resolve) => {
    this.#leave = () => resolve('hand-over')
  })

  constructor(checked: CheckedStart, clock: Clock) {
    const { options } = checked
    this.#options = options
    this.#checked = checked
    this.#clock = clock
    this.#supervision = supervisionOf(options.environment.variables, process.pid)
  }

  async run(): Promise<number> {
    const { stateDir } = this.#options.environment
    const { judged, records } = this.#checked
    const held = await this.#lock()
    let open: OpenLog | undefined
    try {
      await mkdir(stateDir, { recursive: true, mode: 0o700 })
      const listening = await this.#listen()
      try {
        open = openLog(this.#options, judged, judged.plan.secret, this.#instanceId)
        const pass = await writeProcessPass(stateDir)
        open.addSecrets([pass])
        this.#notices = serviceNotices(this.#supervision, open.log.child('gateway'))
        return await this.#startAndServe(listening, open, pass)
      } finally {
        await (this.#host?.listening ?? listening).listener.stop()
      }
    } catch (thrown) {
      throw startFailure(thrown)
    } finally {
      await records.remove()
      await removeProcessPass(stateDir)
      open?.close()
      await held.release()
    }
  }

  async #lock(): Promise<HeldLock> {
    const { stateDir } = this.#options.environment
    try {
      return await new FileInstanceLock(stateDir, this.#checked.records, this.#clock).acquire()
    } catch (thrown) {
      if (!(thrown instanceof LockFailure)) throw thrown
      const isHeld = thrown.code === 'lock-held'
      throw new StartStopped(isHeld ? EXIT.failed : EXIT.configuration, [
        isHeld
          ? `another gateway instance is already listening with this state directory: ${thrown.message}`
          : thrown.message,
      ])
    }
  }

  async #listen(): Promise<Listening> {
    const { config, plan } = this.#checked.judged
    const choice = tlsChoiceOf(config, this.#options.environment.stateDir)
    const tls = await openTls(choice, plan.endpoints, this.#clock.now())
    return listenFor({ options: this.#options, mayProxy: this.#mayProxy }, plan.endpoints, tls)
  }

  async #start(listening: Listening, open: OpenLog, localPass: string): Promise<void> {
    const { environment } = this.#options
    const { source, history, judged } = this.#checked
    const log = open.log.child('gateway')
    log.info(`mayros ${VERSION}, config ${forPeople(environment.configPath, environment.home)}`)
    for (const warning of [...judged.plan.warnings, ...environment.notes]) log.warn(warning)
    for (const { text, isWarning } of [...this.#checked.notes, ...switchNotes(environment.variables)]) {
      log[isWarning ? 'warn' : 'info'](text)
    }
    if (listening.tls !== null) tellTls(listening.tls, log)
    const completed = await this.#completeConfig(open, localPass)
    const world = {
      options: this.#options,
      source,
      history,
      open,
      clock: this.#clock,
      processToken: completed.token,
      localPass,
      mayProxy: this.#mayProxy,
      reload: () => this.#reload ?? null,
      stateChanged: (state: RuntimeState) => this.#stateChanged(state, open),
      handOver: (isNeeded: boolean) => this.#handOver(isNeeded, open),
    }
    const host = new ProcessHost(world, listening, this.#withReading(judged, completed))
    this.#host = host
    await this.#stateChanged('starting', open)
    await host.start()
    this.#reload = new ConfigReload({
      source,
      host,
      secretOf: (config, reading) => {
        const secret = host.secretOf(judgeConfig(this.#options, { ...reading, config }))
        open.addSecrets(secretTexts(reading.resolved, secret))
        return secret
      },
      clock: this.#clock,
      log: open.log.child('gateway/reload'),
      hasFile: completed.reading.exists,
      ...cooldownFrom(environment.variables),
    })
    this.#reload.start()
    this.#publisher = new TailscalePublisher(() => host.parts.get(tokens.tailnet), log)
    this.#beacons = new BeaconPublisher({
      beacons: () => host.parts.get(tokens.beacons),
      hostAddresses: readInterfaceAddresses,
      clock: this.#clock,
      log,
    })
    if (this.#options.lastGood === true) void this.#reload.now()
    await this.#stateChanged('running', open)
    this.#announce(host, open)
    void this.#warnOfSharing(host, open)
  }

  /** A token gateway without a token makes itself one; the guard has seen to it that only this machine can reach it. */
  async #completeConfig(open: OpenLog, processPass: string): Promise<CompletedConfig> {
    const { environment } = this.#options
    const { source, judged } = this.#checked
    const { mode, token } = judged.plan.secret
    const missing = {
      isFreshDev: environment.profile === 'dev' && !judged.reading.exists,
      needsToken: mode === 'token' && token === undefined,
    }
    const shownConfigPath = forPeople(environment.configPath, environment.home)
    const completed = await completeConfig(missing, source, judged.reading, {
      processPass,
      shownConfigPath,
    })
    if (completed.token !== undefined) open.addSecrets([completed.token])
    const log = open.log.child('gateway')
    for (const { text, isWarning } of completed.notes) log[isWarning ? 'warn' : 'info'](text)
    return completed
  }

  /** What the start was judged by, with what was written into the file since. */
  #withReading(judged: JudgedConfig, { reading, token }: CompletedConfig): JudgedConfig {
    const secret = token === undefined ? judged.plan.secret : { ...judged.plan.secret, token }
    return { reading, config: reading.config ?? judged.config, plan: { ...judged.plan, secret } }
  }

  /** Other gateways of this user are no reason not to start, but two with one workspace write into each other's files. */
  async #warnOfSharing(host: ProcessHost, open: OpenLog): Promise<void> {
    const log = open.log.child('gateway')
    const { environment } = this.#options
    try {
      for (const text of await sharedPlaces(environment, workspacesOf(host, environment))) log.warn(text)
    } catch (thrown) {
      log.debug('cannot look for other gateways', { error: messageOf(thrown) })
    }
  }

  #announce(host: ProcessHost, open: OpenLog): void {
    const agents = host.parts.get(tokens.agents)
    const agentId = agents.defaultAgent.id
    const facts = {
      options: this.#options,
      chosen: host.listening.chosen,
      urls: listenUrls(host.listening.listener.endpoints, host.listening.tls !== null),
      logFile: open.file,
      authMode: host.judged.plan.secret.mode,
      agentId,
      model: agents.modelOf(agentId),
    }
    announceStart(facts, open.log.child('gateway'))
  }

  /** Who asks it to stop while it starts is heard as well: clients may be served before the start is over. */
  async #startAndServe(listening: Listening, open: OpenLog, localPass: string): Promise<number> {
    const signals = listenForSignals({
      hangUp: () => this.#hangUp(open),
      restartAsked: () => this.#restartAsked(open),
    })
    try {
      await this.#start(listening, open, localPass)
      return await this.#serve(open, signals.asked)
    } finally {
      signals.release()
    }
  }

  /** Waits for the end, then ends in order. */
  async #serve(open: OpenLog, asked: Promise<StopSignal>): Promise<number> {
    const log = open.log.child('gateway')
    const crashed = listenForFatalErrors()
    const renewal = this.#clock.every(TLS_CHECK_MS, () => void this.#host?.renewTls())
    const pulse = this.#clock.every(this.#notices?.aliveEveryMs ?? TLS_CHECK_MS, () => this.#notices?.alive())
    try {
      const ending = await Promise.race([asked, crashed.happened, this.#left])
      if (ending instanceof FatalError) log.fatal('uncaught error, stopping', { err: ending.cause })
      else if (ending === 'hand-over') log.info('stopping, a fresh process follows')
      else log.info(`${ending} received, stopping`)
      this.#reload?.stop()
      await this.#stateChanged('stopping', open)
      const isClean = await this.#stop(open, ending)
      if (ending === 'hand-over') return EXIT.startAgain
      return isClean && !(ending instanceof FatalError) ? 0 : EXIT.failed
    } finally {
      renewal.cancel()
      pulse.cancel()
      crashed.release()
    }
  }

  /** SIGHUP: the log may have been moved, the certificate renewed, and the file is looked at now. */
  #hangUp(open: OpenLog): void {
    open.reopen()
    open.log.child('gateway').info('SIGHUP received, looking at the config')
    void this.#host?.renewTls()
    void this.#reload?.now()
  }

  /** SIGUSR1: a restart in process, for the operator of this machine, or for everybody when the configuration says so. */
  #restartAsked(open: OpenLog): void {
    void this.#restartIfAllowed(open.log.child('gateway')).catch((thrown) => {
      this.#restartAskedAt = Number.NEGATIVE_INFINITY
      open.log.child('gateway').error('restart failed', { error: messageOf(thrown) })
    })
  }

  /** Whoever asks while a restart waits or is under way gets that one. */
  async #restartIfAllowed(log: Log): Promise<void> {
    const { stateDir } = this.#options.environment
    const requestedFor = await takeRestartRequest(stateDir)
    const now = this.#clock.monotonic()
    if (now - this.#restartAskedAt < LONGEST_RESTART_WAIT_MS)
      return log.info('SIGUSR1 received, the restart is on its way')
    if (requestedFor === null && this.#host?.instance.live.current.config.commands.restart !== true) {
      return log.warn('SIGUSR1 ignored: commands.restart is false')
    }
    if (requestedFor !== null && requestedFor !== this.#instanceId)
      return log.info('SIGUSR1 received, restarted already')
    log.info('SIGUSR1 received, restarting')
    this.#restartAskedAt = now
    if ((await this.#reload?.restartNow(0)) == null) this.#restartAskedAt = Number.NEGATIVE_INFINITY
  }

  /**
   * A restart for which this process is not good enough: the program on disk was replaced, or nothing starts in it any
   * more. Without a supervisor the old program goes on, because nobody would bring it back.
   */
  #handOver(isNeeded: boolean, open: OpenLog): boolean {
    const version = newerOnDisk()
    if (!isNeeded && version === null) return false
    if (environmentSwitches(this.#options.environment.variables).noRespawn) return false
    const log = open.log.child('gateway')
    if (this.#supervision.kind === 'foreground') {
      if (version !== null) log.warn(`version ${version} is installed, this is ${VERSION}: restart by hand to run it`)
      return false
    }
    this.#leave()
    return true
  }

  /** False when it took too long. */
  async #stop(open: OpenLog, ending: StopSignal | FatalError | 'hand-over'): Promise<boolean> {
    const log = open.log.child('gateway')
    let isOver = false
    const runGraceMs = ending instanceof FatalError ? 0 : RUN_GRACE_MS
    const stopped = this.#host
      ?.stop(
        ending === 'hand-over'
          ? { reason: 'gateway restarting', restartExpectedMs: FRESH_PROCESS_MS, runGraceMs, ending: 'restart' }
          : { reason: 'gateway stopping', restartExpectedMs: null, runGraceMs, ending: 'shutdown' },
      )
      .then(
        () => {
          isOver = true
        },
        (thrown) => log.error('the gateway did not stop cleanly', { err: thrown }),
      )
    const tooLong = new Promise<void>((resolve) => {
      this.#clock.after(STOP_MS, resolve)
    })
    await Promise.race([Promise.all([stopped, this.#publisher?.stop(), this.#beacons?.stop()]), tooLong])
    log.info(isOver ? 'stopped' : 'gave up waiting for a clean stop')
    return isOver
  }

  async #stateChanged(state: RuntimeState, open: OpenLog): Promise<void> {
    if (state === 'restarting') this.#instanceId = new NodeIds().uuid()
    const host = this.#host
    if (host === undefined) return
    const { environment } = this.#options
    const { judged, listening } = host
    const { tls, listener } = listening
    const { endpoints } = listener
    if (state === 'running') this.#publisher?.follow(judged.plan.tailscale, endpoints[0]?.port ?? judged.plan.port)
    if (state === 'running') this.#beacons?.follow(beaconWish(environment, judged, listening))
    await this.#checked.records.write({
      instanceId: this.#instanceId,
      version: VERSION,
      state,
      startedAtMs: Math.round(performance.timeOrigin),
      profile: environment.profile,
      urls: listenUrls(endpoints, tls !== null),
      port: endpoints[0]?.port ?? judged.plan.port,
      bind: judged.plan.bind,
      authMode: judged.plan.secret.mode,
      tlsFingerprint: tls?.fingerprint ?? null,
      configPath: environment.configPath,
      configHash: judged.reading.hash,
      configLoadedAtMs: host.loadedAt,
      logFile: open.file,
      supervisor: this.#supervision.kind,
      unit: this.#supervision.name,
      workspaces: workspacesOf(host, environment),
    })
    if (state === 'running') this.#restartAskedAt = Number.NEGATIVE_INFINITY
    if (state === 'running') this.#notices?.ready(listenUrls(endpoints, tls !== null).join(', '))
    else if (state === 'restarting') this.#notices?.reloading()
    else if (state === 'stopping') this.#notices?.stopping()
  }
}

/** How long restarts keep apart can be said by `MAYROS_RESTART_COOLDOWN_MS`, for tests. */
function cooldownFrom(variables: Readonly<Record<string, string | undefined>>): { readonly cooldownMs?: number } {
  const said = Number(variables.MAYROS_RESTART_COOLDOWN_MS || Number.NaN)
  return said >= 0 ? { cooldownMs: said } : {}
}

/** Turns what went wrong while starting into lines and an exit code; anything unforeseen keeps its stack. */
function startFailure(thrown: unknown): unknown {
  if (thrown instanceof StartStopped || !(thrown instanceof Failure)) return thrown
  return new StartStopped(EXIT.failed, [`the gateway did not start: ${messageOf(thrown)}`])
}
