import { mkdir } from 'node:fs/promises'
import { performance } from 'node:perf_hooks'
import type { GatewayRunOptions } from '../adapters/cli-commander/cli-deps.js'
import { SystemClock } from '../adapters/clock-system/system-clock.js'
import { NodeIds } from '../adapters/ids-node/node-ids.js'
import { FileInstanceLock } from '../adapters/instance-lock-file/file-instance-lock.js'
import { type OpenLog, openPinoLog } from '../adapters/log-pino/open-pino-log.js'
import { NodeSystemInfo } from '../adapters/system-info-node/node-system-info.js'
import type { Clock } from '../application/ports/clock.js'
import type { ConfigReading } from '../application/ports/config-source.js'
import { type HeldLock, LockFailure } from '../application/ports/instance-lock.js'
import type { RuntimeState } from '../application/ports/runtime-record.js'
import type { Listener } from '../application/ports/transport.js'
import type { SharedSecret } from '../domain/access/shared-secret.js'
import { gatewayConfigSchema } from '../domain/config/config.js'
import { secretsIn } from '../domain/config/redact.js'
import { Failure, messageOf } from '../domain/failure.js'
import { announceStart } from './announce-start.js'
import { type ChosenTransport, chooseTransport, type EngineChoice } from './choose-transport.js'
import { completeConfig, removeProcessToken } from './complete-config.js'
import { FatalError, listenForFatalErrors } from './fatal-errors.js'
import { forPeople } from './for-people.js'
import { buildInstance, type Instance } from './instance.js'
import { listenOrRefuse } from './listen-or-refuse.js'
import { listenUrls, socketsFor } from './listen-urls.js'
import { type CheckedStart, checkStart } from './start-checks.js'
import { EXIT, StartStopped } from './start-stopped.js'
import { listenForSignals } from './stop-signals.js'
import { tokens } from './tokens.js'
import { VERSION } from './version.js'

/** How long running agents may take after a request to stop, and how long the stop may take in all. */
const RUN_GRACE_MS = 2_500
const STOP_MS = 5_000

/**
 * `mayros gateway`: the first lifetime. Owns paths, lock, log, signals and the listener, and runs one instance in them.
 * Resolves with the exit code when the gateway has ended.
 */
export async function runGateway(options: GatewayRunOptions): Promise<number> {
  const clock = new SystemClock()
  const say = (line: string) => process.stderr.write(`${line}\n`)
  try {
    const checked = await checkStart(options, clock, say)
    return await new GatewayProcess(options, checked, clock).run()
  } catch (thrown) {
    if (!(thrown instanceof StartStopped)) throw thrown
    for (const line of thrown.lines) say(line)
    return thrown.exitCode
  }
}

class GatewayProcess {
  readonly #options: GatewayRunOptions
  readonly #checked: CheckedStart
  readonly #clock: Clock
  readonly #instanceId = new NodeIds().uuid()
  #reading: ConfigReading
  #secret: SharedSecret

  constructor(options: GatewayRunOptions, checked: CheckedStart, clock: Clock) {
    this.#options = options
    this.#checked = checked
    this.#clock = clock
    this.#reading = checked.reading
    this.#secret = checked.plan.secret
  }

  async run(): Promise<number> {
    const { stateDir } = this.#options.environment
    const held = await this.#lock()
    let listener: Listener | undefined
    let open: OpenLog | undefined
    try {
      await mkdir(stateDir, { recursive: true, mode: 0o700 })
      const chosen = await this.#chooseTransport()
      listener = await listenOrRefuse(chosen.transport, socketsFor(this.#checked.plan.endpoints))
      open = this.#openLog()
      const instance = await this.#startInstance(listener, open, chosen)
      return await this.#serve(instance, listener, open)
    } catch (thrown) {
      throw startFailure(thrown)
    } finally {
      await listener?.stop()
      await this.#checked.records.remove()
      await removeProcessToken(stateDir)
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

  #chooseTransport(): Promise<ChosenTransport> {
    const asked = this.#options.environment.variables.MAYROS_ENGINE
    const choice: EngineChoice = asked === 'ws' || asked === 'uws' ? asked : 'auto'
    return chooseTransport(choice, this.#checked.plan.endpoints, {})
  }

  #openLog(): OpenLog {
    const { logging } = this.#checked.config
    const { environment, verbose, json, color, logLevel } = this.#options
    const level = (logLevel ?? logging.level) as typeof logging.level
    const { token, password } = this.#secret
    const secrets = [...secretsIn(gatewayConfigSchema(), this.#checked.config), token, password]
    return openPinoLog({
      stateDir: environment.stateDir,
      file: logging.file,
      level,
      maxFileBytes: logging.maxFileBytes,
      instance: this.#instanceId,
      patterns: logging.redactPatterns,
      secrets: secrets.filter((secret) => secret !== undefined),
      console: {
        level: verbose ? 'debug' : ((logLevel ?? logging.consoleLevel) as typeof logging.level),
        style: json ? 'json' : logging.consoleStyle,
        coloured: color,
      },
    })
  }

  async #startInstance(listener: Listener, open: OpenLog, chosen: ChosenTransport): Promise<Instance> {
    const { environment } = this.#options
    const { source, records, plan } = this.#checked
    const log = open.log.child('gateway')
    log.info(`mayros ${VERSION}, config ${forPeople(environment.configPath, environment.home)}`)
    for (const warning of [...plan.warnings, ...environment.notes]) log.warn(warning)
    await records.write(this.#record('starting', listener, open))
    await this.#completeConfig(open)
    const config = this.#reading.config ?? this.#checked.config
    const loadedAt = this.#clock.now()
    const instance = buildInstance([
      (bindings) => {
        bindings.constant(tokens.clock, this.#clock)
        bindings.constant(tokens.environment, environment.variables)
        bindings.constant(tokens.log, open.log)
        bindings.constant(tokens.logReader, open.reader)
        bindings.constant(tokens.listener, listener)
        bindings.constant(tokens.configSource, source)
        bindings.constant(tokens.configInUse, { config, hash: this.#reading.hash, loadedAt })
        bindings.constant(tokens.sharedSecret, this.#secret)
        bindings.constant(
          tokens.system,
          new NodeSystemInfo({ version: VERSION, stateDir: environment.stateDir, configPath: environment.configPath }),
        )
      },
    ])
    await instance.gateway.start()
    await records.write(this.#record('running', listener, open))
    this.#announce(instance, listener, open, chosen)
    return instance
  }

  /**
   * A token gateway without a token makes itself one; the guard has seen to it that only this machine can reach it.
   * Profile dev gets a file that works.
   */
  async #completeConfig(open: OpenLog): Promise<void> {
    const { environment } = this.#options
    const { mode, token } = this.#secret
    const completed = await completeConfig(
      {
        isFreshDev: environment.profile === 'dev' && !this.#reading.exists,
        needsToken: mode === 'token' && token === undefined,
      },
      this.#checked.source,
      this.#reading,
      { stateDir: environment.stateDir, shownConfigPath: forPeople(environment.configPath, environment.home) },
    )
    this.#reading = completed.reading
    if (completed.token !== undefined) {
      this.#secret = { ...this.#secret, token: completed.token }
      open.addSecrets([completed.token])
    }
    const log = open.log.child('gateway')
    for (const { text, isWarning } of completed.notes) isWarning ? log.warn(text) : log.info(text)
  }

  #announce(instance: Instance, listener: Listener, open: OpenLog, chosen: ChosenTransport): void {
    const agents = instance.parts.get(tokens.agents)
    const agentId = agents.defaultAgent.id
    const facts = {
      options: this.#options,
      chosen,
      urls: listenUrls(listener.endpoints),
      logFile: open.file,
      authMode: this.#secret.mode,
      agentId,
      model: agents.modelOf(agentId),
    }
    announceStart(facts, open.log.child('gateway'))
  }

  /** Waits for the end, then ends in order. */
  async #serve(instance: Instance, listener: Listener, open: OpenLog): Promise<number> {
    const log = open.log.child('gateway')
    const signals = listenForSignals({
      hangUp: () => open.reopen(),
      restartAsked: () => log.warn('SIGUSR1 ignored: restarting in process is not available yet'),
    })
    const crashed = listenForFatalErrors()
    try {
      const ending = await Promise.race([signals.asked, crashed.happened])
      if (ending instanceof FatalError) log.fatal('uncaught error, stopping', { err: ending.cause })
      else log.info(`${ending} received, stopping`)
      await this.#checked.records.write(this.#record('stopping', listener, open))
      const isClean = await this.#stop(instance, open, ending instanceof FatalError)
      return isClean && !(ending instanceof FatalError) ? 0 : EXIT.failed
    } finally {
      crashed.release()
      signals.release()
    }
  }

  /** False when it took too long. */
  async #stop(instance: Instance, open: OpenLog, isCrash: boolean): Promise<boolean> {
    const log = open.log.child('gateway')
    let isOver = false
    const stopped = instance.gateway
      .stop({ reason: 'gateway stopping', restartExpectedMs: null, runGraceMs: isCrash ? 0 : RUN_GRACE_MS })
      .then(
        () => {
          isOver = true
        },
        (thrown) => log.error('the gateway did not stop cleanly', { err: thrown }),
      )
    const tooLong = new Promise<void>((resolve) => {
      this.#clock.after(STOP_MS, resolve)
    })
    await Promise.race([stopped, tooLong])
    log.info(isOver ? 'stopped' : 'gave up waiting for a clean stop')
    return isOver
  }

  #record(state: RuntimeState, listener: Listener, open: OpenLog) {
    const { environment } = this.#options
    const { plan } = this.#checked
    return {
      instanceId: this.#instanceId,
      version: VERSION,
      state,
      startedAtMs: Math.round(performance.timeOrigin),
      profile: environment.profile,
      urls: listenUrls(listener.endpoints),
      port: listener.endpoints[0]?.port ?? plan.port,
      bind: plan.bind,
      authMode: this.#secret.mode,
      tlsFingerprint: null,
      configPath: environment.configPath,
      configHash: this.#reading.hash,
      configLoadedAtMs: this.#clock.now(),
      logFile: open.file,
      supervisor: 'foreground' as const,
      unit: null,
    }
  }
}

/** Turns what went wrong while starting into lines and an exit code; anything unforeseen keeps its stack. */
function startFailure(thrown: unknown): unknown {
  if (thrown instanceof StartStopped || !(thrown instanceof Failure)) return thrown
  return new StartStopped(EXIT.failed, [`the gateway did not start: ${messageOf(thrown)}`])
}
