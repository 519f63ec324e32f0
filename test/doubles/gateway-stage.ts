import { MemoryAuditTrail } from '../../src/adapters/audit-memory/memory-audit-trail.js'
import { FakeClock } from '../../src/adapters/clock-fake/fake-clock.js'
import { SequenceIds } from '../../src/adapters/ids-sequence/sequence-ids.js'
import { MemoryLog } from '../../src/adapters/log-memory/memory-log.js'
import { MemorySessionStore } from '../../src/adapters/store-memory/memory-session-store.js'
import { type MemoryCall, MemoryTransport } from '../../src/adapters/transport-memory/memory-transport.js'
import type { AgentRunner } from '../../src/application/ports/agent-runner.js'
import type { AuditEntry } from '../../src/application/ports/audit-trail.js'
import type { SessionStore } from '../../src/application/ports/session-store.js'
import { LiveConfig } from '../../src/application/reload/live-config.js'
import { createGateway, type GatewayHandle, type Module, tokens } from '../../src/bootstrap/index.js'
import type { Role } from '../../src/domain/access/scopes.js'
import type { SharedSecret } from '../../src/domain/access/shared-secret.js'
import { gatewayConfigSchema } from '../../src/domain/config/config.js'
import type { TestDevice } from './device.js'
import { problemsOfFrame } from './frame-shapes.js'
import { type Frame, MemoryProtocolClient } from './memory-protocol-client.js'
import { PuppetRunner } from './puppet-runner.js'

export const TOKEN = 'a-token'

/** A store whose contents outlive `close`, as a database file does. */
export class LastingStore extends MemorySessionStore {
  override async close(): Promise<void> {
    await Promise.resolve()
  }
}

interface StageOptions {
  readonly config?: object
  /** What clients have to show, when it is not the token of the stage. */
  readonly secret?: SharedSecret
  /** More texts that must not be seen in the log or in the record. */
  readonly secrets?: readonly string[]
  readonly modules?: readonly Module[]
  readonly runner?: AgentRunner
  readonly store?: SessionStore
  readonly clock?: FakeClock
}

type ConnectOptions = Parameters<MemoryProtocolClient['connect']>[0]

/** A gateway of memory adapters on a clock that stands still, and the clients a test lets in. */
export class GatewayStage {
  readonly clock: FakeClock
  readonly transport = new MemoryTransport()
  readonly runner = new PuppetRunner()
  readonly log = new MemoryLog()
  readonly store: SessionStore
  readonly clients: MemoryProtocolClient[] = []
  readonly gateway: GatewayHandle
  /** Clients that read so slowly that they lose events; gaps are right for them. */
  readonly slow = new Set<MemoryProtocolClient>()
  readonly #trails: MemoryAuditTrail[] = []
  readonly #secrets: Set<string>
  #stopping: Promise<void> | undefined

  constructor(options: StageOptions = {}) {
    this.clock = options.clock ?? new FakeClock()
    this.store = options.store ?? new LastingStore()
    const { token, password, localPass } = options.secret ?? {}
    this.#secrets = new Set([TOKEN, token, password, localPass, ...(options.secrets ?? [])].filter(isText))
    const inMemory: Module = (bindings) => {
      bindings.constant(tokens.clock, this.clock)
      bindings.constant(tokens.ids, new SequenceIds())
      bindings.constant(tokens.agentRunner, options.runner ?? this.runner)
      bindings.constant(tokens.sessionStore, this.store)
      bindings.constant(tokens.log, this.log)
      bindings.constant(tokens.logReader, this.log)
      bindings.factory(tokens.trail, () => this.#newTrail(), [])
      if (options.secret !== undefined) bindings.constant(tokens.live, liveWith(options.secret, options.config))
    }
    this.gateway = createGateway({
      token: TOKEN,
      transport: this.transport,
      modules: [inMemory, ...(options.modules ?? [])],
      ...(options.config === undefined ? {} : { config: options.config }),
    })
  }

  static async open(options: StageOptions = {}): Promise<GatewayStage> {
    const stage = new GatewayStage(options)
    await stage.gateway.start()
    return stage
  }

  get endpoint() {
    return this.gateway.endpoints[0]!
  }

  /** Everything that was recorded, oldest first. */
  get record(): readonly AuditEntry[] {
    return this.#trails.flatMap((trail) => trail.entries)
  }

  /** From now on this must not be seen in the log or in the record either. */
  keepSecret(...secrets: readonly string[]): void {
    for (const secret of secrets) this.#secrets.add(secret)
  }

  /** A socket that has not said anything yet. */
  async knock(call: MemoryCall = {}): Promise<MemoryProtocolClient> {
    const client = await MemoryProtocolClient.open(this.transport, this.endpoint, call)
    this.clients.push(client)
    return client
  }

  /** A client that was let in. */
  async join(options: ConnectOptions = {}, call: MemoryCall = {}): Promise<MemoryProtocolClient> {
    const client = await this.knock(call)
    const hello = await client.connect({ token: TOKEN, ...options })
    if (hello.ok !== true) throw new Error(`not let in: ${JSON.stringify(hello.error)}`)
    await this.settle()
    return client
  }

  /** The answer to a `connect` that may be refused, and how the socket ended. */
  async refused(options: ConnectOptions = {}, call: MemoryCall = {}) {
    const client = await this.knock(call)
    const response = await client.connect(options)
    return { response, closure: await client.raw.closed }
  }

  /** A device that somebody let in before; returns its token. */
  async pair(device: TestDevice, scopes: readonly string[], role: Role = 'operator'): Promise<string> {
    const client = { id: 'test', mode: 'test' }
    const claim = { deviceId: device.id, publicKey: device.publicKey, role, scopes, client }
    const devices = this.gateway.get(tokens.devices)
    const known = devices.find(device.id)
    if (known !== undefined && !known.roles.includes(role)) {
      const { requestId } = await devices.request(claim, { isSilent: false })
      await devices.approve(requestId, new Set(['operator.admin']))
    }
    const { deviceToken } = await devices.approveSilently(claim)
    this.keepSecret(deviceToken)
    return deviceToken
  }

  /** Lets everything happen that needs no time. */
  settle(): Promise<void> {
    return this.clock.advance(0)
  }

  /**
   * Stops the gateway while time goes on, then holds every frame any client saw against the closed shapes, and every
   * line that was logged or recorded against the secrets.
   */
  async close(graceMs = 0): Promise<void> {
    this.#stopping ??= this.gateway.stop(graceMs)
    await this.clock.advance(graceMs + 20_000)
    await this.#stopping
    for (const client of this.clients) {
      requireSoundFrames(client)
      if (!this.slow.has(client)) requireNoGap(client)
    }
    requireNoSecret('log', this.log.lines, this.#secrets)
    requireNoSecret('record', this.record, this.#secrets)
  }

  #newTrail(): MemoryAuditTrail {
    const trail = new MemoryAuditTrail(this.clock)
    this.#trails.push(trail)
    return trail
  }
}

function liveWith(secret: SharedSecret, settings: object = {}): LiveConfig {
  const config = gatewayConfigSchema().parse(settings)
  return new LiveConfig({ config, secret, hash: '', snapshotHash: '', loadedAt: 0 })
}

function isText(value: string | undefined): value is string {
  return value !== undefined && value !== ''
}

/** Fails with the first of these in which one of the secrets can be read. */
export function requireNoSecret(what: string, said: readonly unknown[], secrets: Iterable<string>): void {
  const everything = JSON.stringify(said)
  for (const secret of secrets) {
    if (!everything.includes(JSON.stringify(secret).slice(1, -1))) continue
    const place = said.find((one) => JSON.stringify(one).includes(JSON.stringify(secret).slice(1, -1)))
    throw new Error(`a secret in the ${what}: ${JSON.stringify(place).slice(0, 500)}`)
  }
}

function requireSoundFrames(client: MemoryProtocolClient): void {
  for (const message of client.raw.messages) {
    const problems = problemsOfFrame(String(message))
    if (problems.length > 0) throw new Error(`${problems.join(', ')}: ${String(message).slice(0, 300)}`)
  }
}

function requireNoGap(client: MemoryProtocolClient): void {
  const sequence = sequenceOf(client.frames)
  sequence.forEach((seq, index) => {
    if (index > 0 && seq !== (sequence[index - 1] ?? 0) + 1) throw new Error(`gap in ${sequence.join(' ')}`)
  })
}

/** Sequence numbers in the order they came. */
export function sequenceOf(frames: readonly Frame[]): readonly number[] {
  return frames.flatMap((frame) => (frame.seq === undefined ? [] : [frame.seq]))
}
