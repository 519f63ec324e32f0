import { randomBytes } from 'node:crypto'
import { MemoryAuditTrail } from '../adapters/audit-memory/memory-audit-trail.js'
import { Json5ConfigSource } from '../adapters/config-json5/json5-config-source.js'
import { MemoryConfigSource } from '../adapters/config-memory/memory-config-source.js'
import { MemoryDocument } from '../adapters/document-memory/memory-document.js'
import { MemoryHookTransforms } from '../adapters/hook-transforms-memory/memory-hook-transforms.js'
import { MemoryLog } from '../adapters/log-memory/memory-log.js'
import { MemorySessionStore } from '../adapters/store-memory/memory-session-store.js'
import { NodeSystemInfo } from '../adapters/system-info-node/node-system-info.js'
import { MemoryWorkspaceFiles } from '../adapters/workspace-files-memory/memory-workspace-files.js'
import type { ConfigReading, ConfigSource } from '../application/ports/config-source.js'
import { ConfigFailure } from '../application/ports/config-source.js'
import { type Endpoint, formatEndpoint, type Listener, type Transport } from '../application/ports/transport.js'
import { LiveConfig } from '../application/reload/live-config.js'
import type { SharedSecret } from '../domain/access/shared-secret.js'
import { formatProblem } from '../domain/config/problem.js'
import type { Module } from './bindings.js'
import { chooseTransport, type EngineChoice } from './choose-transport.js'
import { buildInstance, type Instance } from './instance.js'
import type { Token } from './token.js'
import { tokens } from './tokens.js'
import { VERSION } from './version.js'

export interface CreateGatewayOptions {
  /** The configuration as a value, or the absolute path of a JSON5 file. Default: empty. */
  readonly config?: object | string
  /** Absolute directory for everything durable. Without it conversations live in memory. */
  readonly stateDir?: string
  /** Where to listen. Default: 127.0.0.1 and a free port. */
  readonly endpoints?: readonly Endpoint[]
  /** Shared token of clients. Default: the configured one, else a random one; see `GatewayHandle.token`. */
  readonly token?: string
  /** Replaces the network engine. */
  readonly transport?: Transport
  /** Which engine to use when `transport` is not given. Default `auto`. */
  readonly engine?: EngineChoice
  /** Bindings of your own: adapters, channels, methods. They replace the standard ones. */
  readonly modules?: readonly Module[]
}

/** A gateway inside a program. */
export interface GatewayHandle {
  /** Resolves when clients are being served. Rejects with ListenFailure, ConfigFailure or StoreFailure. */
  start(): Promise<void>
  /** Tells clients, ends runs after `graceMs` (default 1000), closes everything. Safe to call twice. */
  stop(graceMs?: number): Promise<void>
  /** Where it listens, with the real ports. Empty before `start`. */
  readonly endpoints: readonly Endpoint[]
  /** `ws://127.0.0.1:18789`. Empty before `start`. */
  readonly url: string
  /** The shared token clients must show. Empty before `start`, and when another mode is configured. */
  readonly token: string
  /** A part of the running instance. Throws before `start`. */
  get<T>(token: Token<T>): T
}

/** Makes a gateway to embed in a program or a test; `start` brings it to life. It can be started again after `stop`. */
export function createGateway(options: CreateGatewayOptions = {}): GatewayHandle {
  return new EmbeddedGateway(options)
}

interface Running {
  readonly listener: Listener
  readonly instance: Instance
  readonly token: string
}

class EmbeddedGateway implements GatewayHandle {
  readonly #options: CreateGatewayOptions
  #running: Running | undefined

  constructor(options: CreateGatewayOptions) {
    this.#options = options
  }

  async start(): Promise<void> {
    if (this.#running !== undefined) return
    const source = sourceOf(this.#options)
    const reading = await source.read()
    const config = configOf(reading)
    const token = this.#options.token ?? config.gateway.auth.token ?? randomBytes(32).toString('base64url')
    const endpoints = this.#options.endpoints ?? [{ host: '127.0.0.1', port: 0 }]
    const transport =
      this.#options.transport ?? (await chooseTransport(this.#options.engine ?? 'auto', endpoints, {})).transport
    const listener = await transport.listen(endpoints)
    try {
      const instance = buildInstance([
        this.#surroundings(source, reading, config, token, listener),
        ...(this.#options.modules ?? []),
      ])
      await instance.gateway.start()
      this.#running = { listener, instance, token }
    } catch (thrown) {
      await listener.stop()
      throw thrown
    }
  }

  async stop(graceMs = 1_000): Promise<void> {
    const running = this.#running
    if (running === undefined) return
    this.#running = undefined
    await running.instance.gateway.stop({
      reason: 'gateway stopping',
      restartExpectedMs: null,
      runGraceMs: graceMs,
      ending: 'shutdown',
    })
    await running.listener.stop()
  }

  get endpoints(): readonly Endpoint[] {
    return this.#running?.listener.endpoints ?? []
  }

  get url(): string {
    const first = this.endpoints[0]
    if (first === undefined) return ''
    return first.path === undefined ? `ws://${formatEndpoint(first)}` : `ws+unix:${first.path}`
  }

  get token(): string {
    return this.#running?.token ?? ''
  }

  get<T>(token: Token<T>): T {
    if (this.#running === undefined) throw new Error('the gateway is not running')
    return this.#running.instance.parts.get(token)
  }

  #surroundings(
    source: ConfigSource,
    reading: ConfigReading,
    config: NonNullable<ConfigReading['config']>,
    token: string,
    listener: Listener,
  ): Module {
    const { stateDir } = this.#options
    const { mode, password } = config.gateway.auth
    const isPasswordOnly = password !== undefined && this.#options.token === undefined
    return (bindings) => {
      const log = new MemoryLog()
      bindings.constant(tokens.log, log)
      bindings.constant(tokens.logReader, log)
      bindings.constant(tokens.listener, listener)
      bindings.constant(tokens.configSource, source)
      const secret = {
        mode: mode ?? (isPasswordOnly ? 'password' : 'token'),
        token,
        ...(password === undefined ? {} : { password }),
      } as const satisfies SharedSecret
      const { hash, snapshotHash } = reading
      bindings.constant(tokens.live, new LiveConfig({ config, secret, hash, snapshotHash, loadedAt: Date.now() }))
      bindings.constant(
        tokens.system,
        new NodeSystemInfo({ version: VERSION, stateDir: stateDir ?? 'memory', configPath: reading.path }),
      )
      if (stateDir === undefined) {
        bindings.factory(tokens.workspaceFiles, (clock) => new MemoryWorkspaceFiles(() => clock.now()), [tokens.clock])
        bindings.factory(tokens.sessionStore, () => new MemorySessionStore(), [])
        bindings.factory(tokens.deviceDocument, () => new MemoryDocument(), [])
        bindings.factory(tokens.lockDocument, () => new MemoryDocument(), [])
        bindings.factory(tokens.senderDocument, () => new MemoryDocument(), [])
        bindings.factory(tokens.approvalsDocument, () => new MemoryDocument(), [])
        bindings.factory(tokens.cooldownDocument, () => new MemoryDocument(), [])
        bindings.factory(tokens.eventsDocument, () => new MemoryDocument(), [])
        bindings.factory(tokens.cronJobsDocument, () => new MemoryDocument(), [])
        bindings.factory(tokens.cronRunsDocument, () => new MemoryDocument(), [])
        // Without a directory of its own there is no place where files and commands of agents would belong.
        bindings.factory(tokens.toolboxes, (...toolboxes) => toolboxes, [tokens.gatewayToolbox, tokens.cronToolbox])
        bindings.factory(tokens.trail, (clock) => new MemoryAuditTrail(clock), [tokens.clock])
        if (config.hooks.transformsDir === undefined) {
          bindings.factory(tokens.hookTransforms, () => new MemoryHookTransforms(), [])
        }
      }
    }
  }
}

function sourceOf({ config }: CreateGatewayOptions): ConfigSource {
  return typeof config === 'string'
    ? new Json5ConfigSource({ path: config, home: process.env.HOME ?? '/', variables: process.env })
    : new MemoryConfigSource(config ?? {}, { variables: process.env })
}

function configOf(reading: ConfigReading): NonNullable<ConfigReading['config']> {
  if (reading.config !== null) return reading.config
  throw new ConfigFailure('config-invalid', reading.problems.map(formatProblem).join('\n'), {
    details: { problems: reading.problems },
  })
}
