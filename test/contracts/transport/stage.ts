import type {
  Connection,
  Endpoint,
  Listener,
  Transport,
  TransportOptions,
} from '../../../src/application/ports/transport.js'
import { type Reactions, RecordedEvents } from './recorded-events.js'
import type { ContractClient, ContractRequest, TransportHarness } from './transport-harness.js'
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

export const LOOPBACK: Endpoint = { host: '127.0.0.1', port: 0 }

/** Builds what a guarantee needs and takes it down afterwards. */
export class Stage {
  readonly harness: TransportHarness
  readonly #listeners: Listener[] = []
  readonly #clients: ContractClient[] = []
  readonly #leaving = new AbortController()

  constructor(harness: TransportHarness) {
    this.harness = harness
  }

  /** Listens on one free loopback port and serves. */
  async serve(reactions: Reactions = {}, options: TransportOptions = {}): Promise<Scene> {
    const events = new RecordedEvents(reactions)
    const listener = await this.listen([LOOPBACK], options)
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

  async connect(endpoint: Endpoint, options?: Parameters<TransportHarness['connect']>[1]): Promise<ContractClient> {
    const client = await within('the WebSocket to open', this.harness.connect(endpoint, options))
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

  request(endpoint: Endpoint, request: ContractRequest & { readonly tls?: boolean } = {}): Promise<Response> {
    const signal = request.signal ? AbortSignal.any([request.signal, this.#leaving.signal]) : this.#leaving.signal
    return within('response headers', this.harness.request(endpoint, { ...request, signal }))
  }

  async clear(): Promise<void> {
    this.#leaving.abort()
    for (const client of this.#clients) client.terminate()
    await Promise.all(this.#listeners.map((listener) => within('stop', listener.stop())))
  }
}

/** The only endpoint of a listener that has one. */
export function first(listener: Listener): Endpoint {
  return listener.endpoints[0]!
}

/** Proves one guarantee, or throws. */
export type Proof = (stage: Stage) => Promise<void>
