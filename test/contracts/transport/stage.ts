import assert from 'node:assert/strict'
import {
  type Connection,
  type Endpoint,
  formatEndpoint,
  type Listener,
  type SendStatus,
  type Transport,
  type TransportOptions,
  type TransportSupport,
} from '../../../src/application/ports/transport.js'
import { type Reactions, RecordedEvents } from './recorded-events.js'
import type { SeededRandom } from './seeded-random.js'
import type {
  ContractClient,
  ContractPlace,
  ContractRequest,
  RawClient,
  RawOptions,
  TransportHarness,
} from './transport-harness.js'
import { until, within } from './until.js'

/** A listener with somebody to answer. */
export interface Scene {
  readonly listener: Listener
  readonly endpoint: Endpoint
  readonly events: RecordedEvents
}

/** Both ends of one WebSocket. */
export interface Pair {
  readonly client: ContractClient
  readonly connection: Connection
}

/** Builds what a guarantee needs and takes it down afterwards. */
export class Stage {
  readonly harness: TransportHarness
  readonly random: SeededRandom
  readonly #listeners: Listener[] = []
  readonly #clients: ContractClient[] = []
  readonly #raws: RawClient[] = []
  readonly #leaving = new AbortController()

  /** `random` decides what a proof leaves to chance. */
  constructor(harness: TransportHarness, random: SeededRandom) {
    this.harness = harness
    this.random = random
  }

  /** What the transport says of itself. */
  get supports(): TransportSupport {
    return this.harness.create().supports
  }

  get place(): ContractPlace {
    return this.harness.place ?? loopback(this.harness)
  }

  /** Listens on one free address and serves. */
  async serve(reactions: Reactions = {}, options: TransportOptions = {}): Promise<Scene> {
    const events = new RecordedEvents(reactions)
    const listener = await this.listen([await this.place.free()], options)
    listener.serve(events)
    return { listener, endpoint: first(listener), events }
  }

  async listen(at: readonly Endpoint[], options?: TransportOptions): Promise<Listener> {
    return this.listenWith(this.harness.create(options), at)
  }

  async listenWith(transport: Transport, at: readonly Endpoint[]): Promise<Listener> {
    const listener = await transport.listen(at)
    this.#listeners.push(listener)
    return listener
  }

  connect(endpoint: Endpoint, options?: Parameters<TransportHarness['connect']>[1]): Promise<ContractClient> {
    return ownedByProof(this.#connect(endpoint, options))
  }

  async #connect(endpoint: Endpoint, options?: Parameters<TransportHarness['connect']>[1]): Promise<ContractClient> {
    const client = await within('the WebSocket to open', this.harness.connect(endpoint, this.#encrypted(options)))
    this.#clients.push(client)
    return client
  }

  /** Connects and waits for the other end. One at a time. */
  async pair(scene: Scene, path = '/'): Promise<Pair> {
    const before = scene.events.opens.length
    const client = await this.connect(scene.endpoint, { path })
    await until('opened', () => scene.events.opens.length > before)
    return { client, connection: scene.events.opens[before]! }
  }

  /** A client that speaks bytes. */
  async raw(endpoint: Endpoint, options: Pick<RawOptions, 'preface'> = {}): Promise<RawClient> {
    const { raw } = this.harness
    if (!raw) throw new Error('this guarantee is about bytes: the harness needs `raw`, or has to skip it with a reason')
    const client = await within('a raw connection', raw(endpoint, this.#encrypted<RawOptions>(options)))
    this.#raws.push(client)
    return client
  }

  /**
   * Asserts that a message to a quick client is under way. Encryption may keep it a moment, which is then told truly.
   */
  assertTaken(status: SendStatus, what?: string): void {
    if (this.harness.isSecure) assert.notEqual(status, 'dropped', what)
    else assert.equal(status, 'sent', what)
  }

  /** A path for a Unix domain socket. */
  async freePath(): Promise<string> {
    const { freePath } = this.harness
    if (!freePath) throw new Error('the transport says it supports Unix domain sockets; the harness needs `freePath`')
    return freePath()
  }

  request(endpoint: Endpoint, request: ContractRequest & { readonly tls?: boolean } = {}): Promise<Response> {
    const signal = request.signal ? AbortSignal.any([request.signal, this.#leaving.signal]) : this.#leaving.signal
    const response = this.harness.request(endpoint, this.#encrypted({ ...request, signal }))
    return ownedByProof(within('response headers', response))
  }

  async clear(): Promise<void> {
    this.#leaving.abort()
    for (const client of this.#clients) client.terminate()
    for (const client of this.#raws) client.destroy()
    await Promise.all(this.#listeners.map((listener) => within('stop', listener.stop())))
  }

  #encrypted<Options extends { readonly tls?: boolean }>(options: Options = {} as Options): Options {
    return this.harness.isSecure && options.tls === undefined ? { ...options, tls: true } : options
  }
}

function loopback(harness: TransportHarness): ContractPlace {
  return {
    free: async () => ({ host: '127.0.0.1', port: 0 }),
    fixed: async () => ({ host: '127.0.0.1', port: await harness.freePort() }),
    peerAddress: '127.0.0.1',
    hostHeader: formatEndpoint,
  }
}

/** The port of a listener whose first endpoint has one. */
export function portOf(listener: Listener): number {
  const { port } = first(listener)
  if (port === undefined) throw new Error('this listener listens on a path')
  return port
}

/** The only endpoint of a listener that has one. */
export function first(listener: Listener): Endpoint {
  return listener.endpoints[0]!
}

/** Proves one guarantee, or throws. */
export type Proof = (stage: Stage) => Promise<void>

/** A proof that has failed does not wait for what it began; clearing the stage ends that, which is no news to anybody. */
function ownedByProof<T>(work: Promise<T>): Promise<T> {
  work.catch((thrown: unknown) => thrown)
  return work
}
