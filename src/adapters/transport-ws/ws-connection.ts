import type { Duplex } from 'node:stream'
import type { RawData, WebSocket } from 'ws'
import type { Connection, Peer, SendStatus, TransportEvents } from '../../application/ports/transport.js'
import {
  type Closure,
  closure,
  closures,
  cutToUtf8Bytes,
  MAX_CLOSE_REASON_BYTES,
} from '../../domain/protocol/close-codes.js'
import type { Holding, TurnEnd } from './turn-end.js'
import { encodeFrame } from './ws-frame.js'
import { callHandler, tellFailed } from './ws-handlers.js'
import type { WsTopics } from './ws-topics.js'

const OPEN = 1
const LOST = closure(1006)
const NOTHING = Buffer.alloc(0)
/** How much a client may send while it waits to be opened; what exceeds it stays in the socket. */
const EARLY_BYTES = 256 * 1024
/** What is said to a client in one turn is kept up to this many bytes, so that it leaves in one system call. */
const KEPT_BYTES = 16 * 1024

/** The listener's view of one connection: where it is entered, and who is told when it ends. */
export interface WsHome {
  readonly topics: WsTopics
  readonly turnEnd: TurnEnd
  readonly queueCeilingBytes: number
  forget(connection: WsConnection): void
}

/**
 * One WebSocket of the `ws` library. Frames are written to the socket directly, between whole frames of the library,
 * which keeps their order. Until `open` nobody is told anything.
 */
export class WsConnection implements Connection, Holding {
  readonly id: string
  readonly peer: Peer
  readonly #socket: Duplex
  readonly #webSocket: WebSocket
  readonly #home: WsHome
  #topics: Set<string> | null = null
  #events: TransportEvents | null = null
  #early: (string | Uint8Array)[] | null = []
  #earlyBytes = 0
  /** What we ended it with; null while we have not. */
  #said: Closure | null = null
  #isGone = false
  #isBacklogged = false
  /** Somebody was told that the queue is not empty, so it is owed the news that it is. */
  #owesDrained = false
  #isCorked = false

  constructor(id: string, peer: Peer, socket: Duplex, webSocket: WebSocket, home: WsHome) {
    this.id = id
    this.peer = peer
    this.#socket = socket
    this.#webSocket = webSocket
    this.#home = home
    webSocket.on('message', (data, isBinary) => this.#take(data, isBinary))
    webSocket.on('error', (error) => this.#misbehaved(error))
    webSocket.on('close', (code, reason) => this.#gone(code, reason))
  }

  get queuedBytes(): number {
    this.release()
    return this.#isOpen() ? this.#socket.writableLength : 0
  }

  send(data: string | Uint8Array): SendStatus {
    return this.#isOpen() ? this.#write(encodeFrame(data)) : 'dropped'
  }

  /** Like `send`, for a message that is encoded already and is never changed. */
  sendFrame(frame: Buffer): SendStatus {
    return this.#isOpen() ? this.#write(frame) : 'dropped'
  }

  join(topic: string): void {
    if (!this.#isOpen()) return
    this.#topics ??= new Set()
    this.#topics.add(topic)
    this.#home.topics.join(topic, this)
  }

  leave(topic: string): void {
    if (this.#topics?.delete(topic)) this.#home.topics.leave(topic, this)
  }

  close(said: Closure): void {
    if (!this.#isOpen()) return
    this.release()
    this.#said = said
    this.#leaveAll()
    if (canBeSaid(said.code)) this.#webSocket.close(said.code, cutToUtf8Bytes(said.reason, MAX_CLOSE_REASON_BYTES))
    else this.#webSocket.close()
  }

  abort(): void {
    this.release()
    this.#said ??= LOST
    this.#leaveAll()
    this.#webSocket.terminate()
  }

  /** Somebody serves: greets the client if it is still there, then hands over what it sent in the meantime. */
  open(events: TransportEvents): void {
    if (!this.#isOpen()) return
    this.#events = events
    this.#guard(() => events.opened(this))
    const early = this.#early ?? []
    this.#early = null
    for (const data of early) this.#receive(data)
    this.#webSocket.resume()
  }

  /** Sends what was kept until the turn ends. */
  release(): void {
    if (!this.#isCorked) return
    this.#isCorked = false
    this.#socket.uncork()
    if (this.#isOpen()) this.#look()
  }

  #isOpen(): boolean {
    return this.#said === null && this.#webSocket.readyState === OPEN && this.#socket.writable
  }

  /** A queue that is empty takes what is short; what does not fit after all is told when it is. */
  #write(frame: Buffer): SendStatus {
    if (!this.#isCorked && !this.#isBacklogged && frame.length < KEPT_BYTES) {
      this.#isCorked = true
      this.#socket.cork()
      this.#home.turnEnd.hold(this)
    }
    this.#socket.write(frame)
    if (this.#isCorked && this.#socket.writableLength <= KEPT_BYTES) return 'sent'
    this.release()
    const status = this.#look()
    if (status === 'buffered') this.#owesDrained = true
    return status
  }

  /** What has become of everything written so far. */
  #look(): SendStatus {
    const queuedBytes = this.#socket.writableLength
    if (queuedBytes === 0) return 'sent'
    if (queuedBytes > this.#home.queueCeilingBytes) {
      this.abort()
      return 'dropped'
    }
    if (!this.#isBacklogged) {
      this.#isBacklogged = true
      this.#awaitFlush()
    }
    return 'buffered'
  }

  /** An empty write is called back when everything before it was taken; `drain` comes for long queues only. */
  #awaitFlush(): void {
    this.#socket.write(NOTHING, () => {
      if (!this.#isOpen()) return
      if (this.#socket.writableLength > 0) {
        this.#awaitFlush()
        return
      }
      this.#isBacklogged = false
      if (!this.#owesDrained) return
      this.#owesDrained = false
      this.#tell((events) => events.drained(this))
    })
  }

  #take(data: RawData, isBinary: boolean): void {
    const message = isBinary ? new Uint8Array(data as Buffer) : (data as Buffer).toString()
    if (this.#early === null) {
      this.#receive(message)
      return
    }
    this.#early.push(message)
    this.#earlyBytes += (data as Buffer).byteLength
    if (this.#earlyBytes > EARLY_BYTES) this.#webSocket.pause()
  }

  #receive(message: string | Uint8Array): void {
    if (this.#said === null) this.#guard((events) => events.received(this, message))
  }

  /** The library has found a broken frame and has sent the close frame for it. */
  #misbehaved(error: Error): void {
    this.#said ??= closureFor(error)
    this.#leaveAll()
  }

  #gone(code: number, reason: Buffer): void {
    if (this.#isGone) return
    this.#isGone = true
    const how = this.#said ?? { code, reason: reason.toString() }
    this.#said = how
    this.#leaveAll()
    this.#tell((events) => events.closed(this, how))
    this.#home.forget(this)
  }

  #leaveAll(): void {
    for (const topic of this.#topics ?? []) this.#home.topics.leave(topic, this)
    this.#topics = null
  }

  /** Runs a handler whose failure costs the client its connection. */
  #guard(handler: (events: TransportEvents) => unknown): void {
    const events = this.#events
    if (!events) return
    callHandler(
      () => handler(events),
      (thrown) => {
        this.close(closures.internalError)
        tellFailed(events, thrown)
      },
    )
  }

  /** Runs a handler whose failure changes nothing. */
  #tell(handler: (events: TransportEvents) => unknown): void {
    const events = this.#events
    if (!events) return
    callHandler(
      () => handler(events),
      (thrown) => tellFailed(events, thrown),
    )
  }
}

/** Codes a close frame may carry: RFC 6455 section 7.4, and those registered since. */
function canBeSaid(code: number): boolean {
  return (
    (code >= 1000 && code <= 1014 && code !== 1004 && code !== 1005 && code !== 1006) || (code >= 3000 && code < 5000)
  )
}

function closureFor(error: Error & { readonly code?: string }): Closure {
  if (error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') return closures.messageTooBig
  if (error.code === 'WS_ERR_INVALID_UTF8') return closure(1007, 'not UTF-8')
  return closure(1002, 'protocol error')
}
