import { FakeClock } from '../../src/adapters/clock-fake/fake-clock.js'
import { SequenceIds } from '../../src/adapters/ids-sequence/sequence-ids.js'
import { MemoryLog } from '../../src/adapters/log-memory/memory-log.js'
import { MemorySessionStore } from '../../src/adapters/store-memory/memory-session-store.js'
import { type MemoryCall, MemoryTransport } from '../../src/adapters/transport-memory/memory-transport.js'
import type { AgentRunner } from '../../src/application/ports/agent-runner.js'
import type { SessionStore } from '../../src/application/ports/session-store.js'
import { createGateway, type GatewayHandle, type Module, tokens } from '../../src/bootstrap/index.js'
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
  #stopping: Promise<void> | undefined

  constructor(options: StageOptions = {}) {
    this.clock = options.clock ?? new FakeClock()
    this.store = options.store ?? new LastingStore()
    const inMemory: Module = (bindings) => {
      bindings.constant(tokens.clock, this.clock)
      bindings.constant(tokens.ids, new SequenceIds())
      bindings.constant(tokens.agentRunner, options.runner ?? this.runner)
      bindings.constant(tokens.sessionStore, this.store)
      bindings.constant(tokens.log, this.log)
      bindings.constant(tokens.logReader, this.log)
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

  /** Lets everything happen that needs no time. */
  settle(): Promise<void> {
    return this.clock.advance(0)
  }

  /** Stops the gateway while time goes on, then holds every frame any client saw against the closed shapes. */
  async close(graceMs = 0): Promise<void> {
    this.#stopping ??= this.gateway.stop(graceMs)
    await this.clock.advance(graceMs + 20_000)
    await this.#stopping
    for (const client of this.clients) {
      requireSoundFrames(client)
      if (!this.slow.has(client)) requireNoGap(client)
    }
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
