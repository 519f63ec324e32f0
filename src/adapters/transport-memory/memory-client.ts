import { Failure } from '../../domain/failure.js'
import { type Closure, closure } from '../../domain/protocol/close-codes.js'
import { MemoryPipe, type Parcel } from './memory-pipe.js'

type Message = string | Uint8Array

interface Waiter {
  resolve(message: Message): void
  reject(reason: Failure): void
}

/** The client's end of a connection without a socket. */
export class MemoryClient {
  /** How the connection ended: the closure that was said, 1006 when none was. */
  readonly closed: Promise<Closure>
  readonly #messages: Message[] = []
  readonly #waiters: Waiter[] = []
  readonly #toServer: MemoryPipe
  readonly #fromServer: MemoryPipe
  #settle: (how: Closure) => void = () => undefined
  #end: Closure | null = null
  #hasLeft = false
  #taken = 0

  /** `deliver` and `drained` are the server's end. */
  constructor(deliver: (parcel: Parcel) => void, drained: () => void) {
    this.#toServer = new MemoryPipe(deliver, () => undefined)
    this.#fromServer = new MemoryPipe((parcel) => this.#take(parcel), drained)
    this.closed = new Promise((resolve) => {
      this.#settle = resolve
    })
  }

  /** Where the server puts what is meant for this client. */
  get inbox(): MemoryPipe {
    return this.#fromServer
  }

  /** Everything that arrived, oldest first. */
  get messages(): readonly Message[] {
    return this.#messages
  }

  /** False from the moment one of the sides ended it. */
  get isOpen(): boolean {
    return this.#end === null && !this.#hasLeft
  }

  /** The next message that `next` has not given out yet; rejects when the connection ends before there is one. */
  next(): Promise<Message> {
    const message = this.#messages[this.#taken]
    if (message !== undefined) {
      this.#taken++
      return Promise.resolve(message)
    }
    if (this.#end) return Promise.reject(ended(this.#end))
    return new Promise((resolve, reject) => this.#waiters.push({ resolve, reject }))
  }

  /** Ignored once the connection has ended, as a browser does. */
  send(data: Message): void {
    if (this.isOpen) this.#toServer.push({ kind: 'message', data: typeof data === 'string' ? data : data.slice() })
  }

  close(code?: number, reason = ''): void {
    if (!this.isOpen) return
    this.#hasLeft = true
    this.#toServer.push({ kind: 'close', closure: closure(code ?? 1005, reason) })
    this.#fromServer.resume()
  }

  /** Leaves without a word. What was sent before still arrives. */
  terminate(): void {
    if (this.#end) return
    this.#hasLeft = true
    this.#toServer.push({ kind: 'cut' })
    this.#fromServer.clear()
    this.#finish(closure(1006))
  }

  /** Stops reading: what the server sends stays in its queue. */
  pause(): void {
    this.#fromServer.pause()
  }

  resume(): void {
    this.#fromServer.resume()
  }

  #take(parcel: Parcel): void {
    if (this.#end) return
    if (parcel.kind === 'close') this.#finish(parcel.closure)
    else if (parcel.kind === 'cut') this.#finish(closure(1006))
    else this.#keep(parcel.data)
  }

  #keep(message: Message): void {
    this.#messages.push(message)
    const waiter = this.#waiters.shift()
    if (!waiter) return
    this.#taken++
    waiter.resolve(message)
  }

  #finish(how: Closure): void {
    this.#end = how
    this.#settle(how)
    for (const waiter of this.#waiters.splice(0)) waiter.reject(ended(how))
  }
}

function ended(how: Closure): Failure {
  return new Failure('connection-ended', `the connection ended with ${how.code} ${how.reason}`.trimEnd())
}
