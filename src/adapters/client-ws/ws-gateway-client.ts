import { WebSocket } from 'ws'
import type {
  CallOptions,
  ClientFailure,
  ConnectOptions,
  GatewayClient,
  GatewayEvent,
  HelloOk,
  SequenceGap,
} from '../../application/ports/gateway-client.js'
import type { Closure } from '../../domain/protocol/close-codes.js'
import { type ClientSocket, type ClientWorld, NETWORK } from './client-world.js'
import { EventStream } from './event-stream.js'
import { connectionLost } from './failures.js'
import { handshake, textOf } from './handshake.js'
import { type Inbound, readInbound } from './inbound.js'
import { PendingCalls } from './pending-calls.js'

/** How long a gateway may take to answer our close frame. */
const CLOSE_WAIT_MS = 500
const TICK_TIMEOUT: Closure = { code: 4000, reason: 'tick timeout' }

/** A client of protocol v3 over a WebSocket. */
export class WsGatewayClient implements GatewayClient {
  readonly url: string
  readonly hello: HelloOk
  readonly closed: Promise<Closure>
  readonly #socket: ClientSocket
  readonly #watchesTicks: boolean
  readonly #calls: PendingCalls
  readonly #handlers = new Map<string, Set<(event: GatewayEvent) => void>>()
  readonly #gapHandlers = new Set<(gap: SequenceGap) => void>()
  readonly #streams = new Set<EventStream>()
  /** Events that arrived with `hello-ok`, before its receiver had a chance to say what it listens to. */
  #early: GatewayEvent[] | null = []
  #lastSeq: number | null = null
  #nextId = 1
  #closure: Closure | null = null
  #ending: Closure | null = null
  #tickTimer: NodeJS.Timeout | undefined

  /** Connects and shakes hands. Rejects with ClientFailure. */
  static connect(options: ConnectOptions, world: ClientWorld = NETWORK): Promise<WsGatewayClient> {
    return handshake(options, (socket, hello) => new WsGatewayClient(options.url, socket, hello, world), world)
  }

  private constructor(url: string, socket: ClientSocket, hello: HelloOk, world: ClientWorld) {
    this.url = url
    this.hello = hello
    this.#socket = socket
    this.#watchesTicks = world.watchesTicks
    this.#calls = new PendingCalls(url)
    this.closed = new Promise((resolve) => {
      socket.on('close', (code, reason) => resolve(this.#end({ code, reason: reason.toString('utf8') })))
    })
    // The close event that follows tells what callers need to know.
    socket.on('error', () => socket.terminate())
    socket.on('message', (data) => this.#receive(readInbound(textOf(data))))
    setImmediate(() => this.#releaseEarly())
    this.#restartTickTimer()
  }

  async call<T = unknown>(method: string, params?: unknown, options: CallOptions = {}): Promise<T> {
    if (this.#closure !== null || this.#socket.readyState !== WebSocket.OPEN) throw this.#lost()
    const id = String(this.#nextId++)
    const answer = this.#calls.add(id, options)
    if (this.#calls.has(id)) {
      this.#socket.send(JSON.stringify({ type: 'req', id, method, ...(params === undefined ? {} : { params }) }))
    }
    return (await answer) as T
  }

  on(event: string, handler: (event: GatewayEvent) => void): () => void {
    const handlers = this.#handlers.get(event) ?? new Set()
    this.#handlers.set(event, handlers)
    handlers.add(handler)
    return () => {
      handlers.delete(handler)
    }
  }

  onGap(handler: (gap: SequenceGap) => void): () => void {
    this.#gapHandlers.add(handler)
    return () => {
      this.#gapHandlers.delete(handler)
    }
  }

  events(name = '*'): AsyncIterableIterator<GatewayEvent> {
    const off = this.on(name, (event) => stream.push(event))
    const stream: EventStream = new EventStream(() => {
      off()
      this.#streams.delete(stream)
    })
    this.#streams.add(stream)
    if (this.#closure !== null) stream.end()
    return stream
  }

  async close(): Promise<void> {
    this.#closeWith({ code: 1000, reason: '' })
    await this.closed
  }

  #closeWith(closure: Closure): void {
    if (this.#closure !== null || this.#ending !== null) return
    this.#ending = closure
    this.#socket.close(closure.code, closure.reason)
    const giveUp = setTimeout(() => this.#socket.terminate(), CLOSE_WAIT_MS)
    this.#socket.once('close', () => clearTimeout(giveUp))
  }

  #receive(frame: Inbound | null): void {
    if (frame === null) return
    if (frame.kind === 'response') {
      this.#calls.settle(frame)
      return
    }
    if (frame.event.event === 'tick') this.#restartTickTimer()
    if (this.#early !== null) this.#early.push(frame.event)
    else this.#deliver(frame.event)
  }

  #releaseEarly(): void {
    const early = this.#early ?? []
    this.#early = null
    for (const event of early) this.#deliver(event)
  }

  #deliver(event: GatewayEvent): void {
    this.#noticeGap(event.seq)
    for (const name of [event.event, '*']) {
      const handlers = this.#handlers.get(name)
      if (handlers !== undefined) for (const handler of [...handlers]) handler(event)
    }
  }

  #noticeGap(seq: number | undefined): void {
    if (seq === undefined) return
    const expected = this.#lastSeq === null ? seq : this.#lastSeq + 1
    this.#lastSeq = seq
    if (seq === expected) return
    for (const handler of [...this.#gapHandlers]) handler({ expected, received: seq })
  }

  #restartTickTimer(): void {
    clearTimeout(this.#tickTimer)
    const intervalMs = this.hello.policy?.tickIntervalMs
    if (!this.#watchesTicks || !(intervalMs > 0) || this.#closure !== null) return
    this.#tickTimer = setTimeout(() => this.#closeWith(TICK_TIMEOUT), intervalMs * 2)
    this.#tickTimer.unref()
  }

  #end(seen: Closure): Closure {
    const closure = this.#ending ?? seen
    this.#closure = closure
    clearTimeout(this.#tickTimer)
    if (this.#early !== null) this.#releaseEarly()
    this.#calls.failAll(connectionLost(this.url, closure))
    for (const stream of [...this.#streams]) stream.end()
    return closure
  }

  #lost(): ClientFailure {
    return connectionLost(this.url, this.#closure ?? this.#ending ?? { code: 1006, reason: '' })
  }
}
