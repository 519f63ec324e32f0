import { Attendance } from '../../application/connection/attendance.js'
import type {
  Admission,
  Endpoint,
  HttpEvents,
  Listener,
  Peer,
  TransportEvents,
  TransportSupport,
} from '../../application/ports/transport.js'
import { Failure } from '../../domain/failure.js'
import type { Closure } from '../../domain/protocol/close-codes.js'
import { MemoryClient } from './memory-client.js'
import { MemoryConnection, type MemoryHome } from './memory-connection.js'
import { tellFailed } from './memory-failed.js'
import { MemoryExchange } from './memory-http.js'
import type { MemoryNetwork } from './memory-network.js'
import { MemoryRefusal } from './memory-refusal.js'
import { MemoryTopics } from './memory-topics.js'

/** A client that knocked and has not been let in yet. */
interface Caller {
  readonly peer: Peer
  enter(client: MemoryClient): void
  refuse(reason: Failure): void
}

/** A listener without a socket. */
export class MemoryListener implements Listener, MemoryHome {
  readonly endpoints: readonly Endpoint[]
  readonly supports: TransportSupport
  readonly topics = new MemoryTopics()
  readonly #network: MemoryNetwork
  readonly #connections = new Attendance<MemoryConnection>()
  readonly #exchanges = new Attendance<MemoryExchange>()
  readonly #callers = new Set<Caller>()
  readonly #meanwhile: HttpEvents | undefined
  #events: TransportEvents | null = null
  #hasStopped = false
  #connectionCount = 0

  constructor(
    endpoints: readonly Endpoint[],
    supports: TransportSupport,
    network: MemoryNetwork,
    meanwhile: HttpEvents | undefined,
  ) {
    this.#meanwhile = meanwhile
    this.endpoints = endpoints
    this.supports = supports
    this.#network = network
  }

  serve(events: TransportEvents): void {
    if (this.#hasStopped) return
    this.#events = events
    for (const caller of this.#callers) queueMicrotask(() => this.#receive(caller))
  }

  suspend(): void {
    this.#events = null
  }

  publish(topic: string, data: string | Uint8Array): void {
    const owned = typeof data === 'string' ? data : data.slice()
    for (const connection of this.topics.members(topic)) connection.sendOwned(owned)
  }

  async drain(closure: Closure, deadline: AbortSignal): Promise<void> {
    this.suspend()
    for (const connection of this.#connections) connection.close(closure)
    await this.#farewell(deadline)
  }

  async stop(): Promise<void> {
    this.#hasStopped = true
    this.suspend()
    this.#network.release(this.endpoints)
    for (const caller of this.#callers) caller.refuse(connectionLost())
    this.#callers.clear()
    await this.#farewell(AbortSignal.abort())
  }

  /** A client knocks. Waits while nobody serves; `signal` is the client giving up. */
  call(peer: Peer, signal: AbortSignal | undefined): Promise<MemoryClient> {
    return new Promise((resolve, reject) => {
      const caller = { peer, enter: resolve, refuse: reject }
      const giveUp = () => {
        this.#callers.delete(caller)
        reject(signal?.reason)
      }
      if (signal?.aborted) return giveUp()
      signal?.addEventListener('abort', giveUp, { once: true })
      this.#callers.add(caller)
      queueMicrotask(() => this.#receive(caller))
    })
  }

  /** A client asks over HTTP. */
  async answer(request: Request, peer: Peer): Promise<Response> {
    const events = this.#events ?? this.#meanwhile
    if (!events) return new Response('Service Unavailable', { status: 503, headers: { 'retry-after': '1' } })
    const exchange = new MemoryExchange(() => this.#exchanges.delete(exchange))
    this.#exchanges.add(exchange)
    return exchange.answer(request, peer, events)
  }

  forget(connection: MemoryConnection): void {
    this.#connections.delete(connection)
  }

  #receive(caller: Caller): void {
    const events = this.#events
    if (!events || !this.#callers.delete(caller)) return
    const admission = admit(events, caller.peer)
    if (admission === 'accept') caller.enter(this.#welcome(caller.peer, events))
    else caller.refuse(new MemoryRefusal(admission))
  }

  #welcome(peer: Peer, events: TransportEvents): MemoryClient {
    const client: MemoryClient = new MemoryClient(
      (parcel) => connection.take(parcel),
      () => connection.emptied(),
    )
    const connection = new MemoryConnection(`memory-${++this.#connectionCount}`, peer, events, this, client.inbox)
    this.#connections.add(connection)
    connection.open()
    return client
  }

  /** Waits until those who are here now have gone, and cuts who is left at the deadline. */
  async #farewell(deadline: AbortSignal): Promise<void> {
    await Promise.all([
      this.#connections.farewell(deadline, (connection) => connection.abort()),
      this.#exchanges.farewell(deadline, (exchange) => exchange.cut()),
    ])
  }
}

function admit(events: TransportEvents, peer: Peer): Admission {
  try {
    return events.admit({ peer })
  } catch (thrown) {
    tellFailed(events, thrown)
    return new Response('Internal Server Error', { status: 500 })
  }
}

function connectionLost(): Failure {
  return new Failure('connection-lost', 'the listener stopped', { retryable: true })
}
