import type {
  Connection,
  Peer,
  SendStatus,
  TransportEvents,
  TransportSupport,
} from '../../application/ports/transport.js'
import { type Closure, closure, closures } from '../../domain/protocol/close-codes.js'
import { callHandler, tellFailed } from './memory-failed.js'
import type { MemoryPipe, Parcel } from './memory-pipe.js'
import type { MemoryTopics } from './memory-topics.js'

const LOST = closure(1006)

/** The listener's view of one connection: where it is entered, and who is told when it ends. */
export interface MemoryHome {
  readonly topics: MemoryTopics
  readonly supports: TransportSupport
  forget(connection: MemoryConnection): void
}

/** The server's end of a connection without a socket. */
export class MemoryConnection implements Connection {
  readonly id: string
  readonly peer: Peer
  readonly #events: TransportEvents
  readonly #home: MemoryHome
  readonly #toClient: MemoryPipe
  #hasEnded = false

  constructor(id: string, peer: Peer, events: TransportEvents, home: MemoryHome, toClient: MemoryPipe) {
    this.id = id
    this.peer = peer
    this.#events = events
    this.#home = home
    this.#toClient = toClient
  }

  get queuedBytes(): number {
    return this.#hasEnded ? 0 : this.#toClient.heldBytes
  }

  send(data: string | Uint8Array): SendStatus {
    return this.sendOwned(typeof data === 'string' ? data : data.slice())
  }

  /** Like `send`, for bytes that nobody else will write to. */
  sendOwned(data: string | Uint8Array): SendStatus {
    if (this.#hasEnded) return 'dropped'
    const status = this.#toClient.push({ kind: 'message', data })
    if (this.#toClient.heldBytes <= this.#home.supports.queueCeilingBytes) return status
    this.abort()
    return 'dropped'
  }

  join(topic: string): void {
    if (!this.#hasEnded) this.#home.topics.join(topic, this)
  }

  leave(topic: string): void {
    this.#home.topics.leave(topic, this)
  }

  close(said: Closure): void {
    if (this.#hasEnded) return
    this.#toClient.push({ kind: 'close', closure: said })
    this.#end(said)
  }

  abort(): void {
    if (this.#hasEnded) return
    this.#toClient.clear()
    this.#toClient.resume()
    this.#toClient.push({ kind: 'cut' })
    this.#end(LOST)
  }

  /** Greets the newcomer. */
  open(): void {
    this.#guard(() => this.#events.opened(this))
  }

  /** What the client did. */
  take(parcel: Parcel): void {
    if (this.#hasEnded) return
    if (parcel.kind === 'cut') this.#end(LOST)
    else if (parcel.kind === 'close') this.#answerClose(parcel.closure)
    else if (this.#isTooBig(parcel.data)) this.close(closures.messageTooBig)
    else this.#guard(() => this.#events.received(this, parcel.data))
  }

  /** The backlog has been read to its end. */
  emptied(): void {
    if (!this.#hasEnded) this.#tell(() => this.#events.drained(this))
  }

  #answerClose(said: Closure): void {
    this.#toClient.push({ kind: 'close', closure: said })
    this.#end(said)
  }

  #isTooBig(data: string | Uint8Array): boolean {
    const size = typeof data === 'string' ? Buffer.byteLength(data) : data.byteLength
    return size > this.#home.supports.maxMessageBytes
  }

  #end(how: Closure): void {
    this.#hasEnded = true
    this.#home.topics.leaveAll(this)
    queueMicrotask(() => {
      this.#tell(() => this.#events.closed(this, how))
      this.#home.forget(this)
    })
  }

  /** Runs a handler whose failure costs the client its connection. */
  #guard(handler: () => unknown): void {
    callHandler(handler, (thrown) => {
      this.close(closures.internalError)
      tellFailed(this.#events, thrown)
    })
  }

  /** Runs a handler whose failure changes nothing. */
  #tell(handler: () => unknown): void {
    callHandler(handler, (thrown) => tellFailed(this.#events, thrown))
  }
}
