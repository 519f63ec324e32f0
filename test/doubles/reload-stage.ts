import { FakeClock } from '../../src/adapters/clock-fake/fake-clock.js'
import type { MemoryConfigSource } from '../../src/adapters/config-memory/memory-config-source.js'
import type { ConfigReading } from '../../src/application/ports/config-source.js'
import { ConfigReload, type RunningInstance } from '../../src/application/reload/config-reload.js'
import type { InstanceHost, RestartOutcome } from '../../src/application/reload/instance-host.js'
import { type Module, tokens } from '../../src/bootstrap/index.js'
import type { SharedSecret } from '../../src/domain/access/shared-secret.js'
import type { GatewayConfig } from '../../src/domain/config/config.js'
import { GatewayStage, TOKEN } from './gateway-stage.js'

/** Whoever holds the instance, in the hands of a test: a restart only puts the new snapshot in place. */
class StagedHost implements InstanceHost {
  /** Why the file was refused; null = it was not. */
  note: string | null = null
  readonly restarts: ConfigReading[] = []
  readonly adoptions: ConfigReading[] = []
  readonly preflights: ConfigReading[] = []
  /** What the next preflights say. */
  refusal: string | null = null
  /** What the next restarts come to. */
  outcome: RestartOutcome = { kind: 'restarted' }
  /** A restart lasts until this settles. */
  until: Promise<void> = Promise.resolve()
  load = { running: 0, waiting: 0 }
  readonly #stage: GatewayStage
  readonly #secretOf: (config: GatewayConfig) => SharedSecret

  constructor(stage: GatewayStage, secretOf: (config: GatewayConfig) => SharedSecret) {
    this.#stage = stage
    this.#secretOf = secretOf
  }

  get instance(): RunningInstance {
    const { gateway } = this.#stage
    return {
      live: gateway.get(tokens.live),
      hotReload: gateway.get(tokens.hotReload),
      healthChanged: () => gateway.get(tokens.healthNews).wanted(),
    }
  }

  async preflight(next: ConfigReading): Promise<string | null> {
    this.preflights.push(next)
    return next.config === null ? 'the file is not valid' : this.refusal
  }

  async restart(next: ConfigReading): Promise<RestartOutcome> {
    this.restarts.push(next)
    await this.until
    const { config, hash, snapshotHash } = next
    if (this.outcome.kind === 'restarted' && config !== null) {
      const secret = this.#secretOf(config)
      this.#stage.gateway
        .get(tokens.live)
        .replace({ config, secret, hash, snapshotHash, loadedAt: this.#stage.clock.now() })
    }
    return this.outcome
  }

  adopted(reading: ConfigReading): void {
    this.adoptions.push(reading)
  }

  refused(reason: string | null): void {
    this.note = reason
  }
}

interface ReloadStageOptions {
  readonly config?: object | null
  readonly modules?: readonly Module[]
}

/** A gateway of memory adapters that follows its configuration, on a clock that stands still. */
export class ReloadStage {
  readonly stage: GatewayStage
  readonly host: StagedHost
  readonly reload: ConfigReload
  readonly source: MemoryConfigSource
  /** Thrown by whoever says which secret a configuration asks for. */
  secretRefusal: string | null = null

  static async open(options: ReloadStageOptions = {}): Promise<ReloadStage> {
    let reload: ConfigReload | null = null
    const following: Module = (bindings) => {
      bindings.constant(tokens.configReload, () => reload)
      bindings.factory(
        tokens.configHealth,
        (live) => () => {
          const { hash, loadedAt } = live.current
          return reload?.health ?? { hash, loadedAt, pendingRestart: [], lastError: null, lastErrors: {} }
        },
        [tokens.live],
      )
    }
    const config = options.config ?? {}
    const stage = await GatewayStage.open({
      clock: new FakeClock(),
      config,
      modules: [following, ...(options.modules ?? [])],
    })
    const staged = new ReloadStage(stage)
    reload = staged.reload
    staged.reload.start()
    return staged
  }

  private constructor(stage: GatewayStage) {
    this.stage = stage
    this.source = stage.gateway.get(tokens.configSource) as MemoryConfigSource
    this.host = new StagedHost(stage, secretOf)
    this.reload = new ConfigReload({
      source: this.source,
      host: this.host,
      secretOf: (config) => {
        if (this.secretRefusal !== null) throw new Error(this.secretRefusal)
        return secretOf(config)
      },
      clock: stage.clock,
      log: stage.log.child('gateway/reload'),
      hasFile: true,
    })
  }

  get live() {
    return this.stage.gateway.get(tokens.live)
  }

  /** Saves the file as an operator does and lets the gateway notice. */
  async save(content: object | string | null, patienceMs = 1_000): Promise<void> {
    this.source.put(content)
    await this.stage.clock.advance(patienceMs)
  }

  /** What the reload said, `level message`. */
  get said(): readonly string[] {
    return this.stage.log.lines
      .filter(({ subsystem }) => subsystem === 'gateway/reload')
      .map(({ level, message }) => `${level} ${message}`)
  }

  async close(): Promise<void> {
    this.reload.stop()
    await this.stage.close()
  }
}

function secretOf({ gateway: { auth } }: GatewayConfig): SharedSecret {
  const mode = auth.mode ?? 'token'
  const password = auth.password
  return { mode, token: auth.token ?? TOKEN, ...(password === undefined ? {} : { password }) }
}
