import type { Connection, Peer, SendStatus, TransportEvents } from '../../application/ports/transport.js'
import { type Closure, closure, closures } from '../../domain/protocol/close-codes.js'
import { copyOf, textOf } from './borrowed-bytes.js'
import { guarded, tellFailed } from './handler-guard.js'
import type { HeldBytes } from './held-bytes.js'
import type { Holding, TurnEnd } from './turn-end.js'
import type { NativeSocket, NativeSocketOwner } from './uws-native.js'

/**
 * Every socket holds this topic for life and nobody publishes to it. A socket without any subscription loses large
 * messages under pressure in v20.30, and loses what was published before it left its last topic.
 */
const LIFELONG_TOPIC = '\u0000lifelong'

/** For a client that talks on while nobody answers: 1013 is "try again later" among the registered close codes. */
const TOO_MUCH_TOO_EARLY = closure(1013, 'try again later')

/** Counted on top of each held message, so that empty ones cannot be kept without end either. */
const HELD_OVERHEAD_BYTES = 64

/** What is said to a client in one turn is kept up to this many characters, which is what the engine itself keeps. */
const KEPT_CHARACTERS = 16 * 1024

const NOT_SAID: Closure = { code: 1006, reason: '' }

/** What all connections of a listener share. */
export interface ConnectionRules {
  readonly maxMessageBytes: number
  readonly queueCeilingBytes: number
  /** How long a closing connection may make no progress with what is queued. */
  readonly closePatienceMs: number
  /** What may be kept for all sockets together that nobody has opened yet. */
  readonly held: HeldBytes
  readonly turnEnd: TurnEnd
  /** The native socket is gone; called once, after `closed`. */
  gone(connection: UwsConnection): void
}

/**
 * One WebSocket of the engine. It exists from the upgrade on; whoever answers is named by `open`, until then it keeps
 * what the client sends. The native socket is forgotten before anybody is told of its end, because every use after
 * that throws.
 */
export class UwsConnection implements Connection, NativeSocketOwner, Holding {
  readonly id: string
  readonly peer: Peer
  readonly #rules: ConnectionRules
  #native: NativeSocket | undefined
  #events: TransportEvents | undefined
  /** Messages that came before anybody answered. */
  #held: (string | Uint8Array)[] | undefined
  #heldBytes = 0
  /** Short messages that leave together when the turn ends. */
  #unsent: string[] = []
  #unsentCharacters = 0
  /** While the engine waits for a handler it keeps what is sent by itself. */
  #isReceiving = false
  /** Set by `close` and `abort`: nothing more is sent or received. */
  #isEnding = false
  /** Waits until the queue is empty. */
  #farewell: Closure | undefined
  /** After one drop everything is dropped, or the client would see a hole. */
  #hasDropped = false
  /** Somebody was told that the queue is not empty, so it is owed the news that it is. */
  #owesDrained = false
  #patience: NodeJS.Timeout | undefined

  constructor(id: string, peer: Peer, rules: ConnectionRules) {
    this.id = id
    this.peer = peer
    this.#rules = rules
  }

  get queuedBytes(): number {
    this.release()
    const queued = this.#native?.getBufferedAmount() ?? 0
    if (queued > 0) this.#owesDrained = true
    return queued
  }

  send(data: string | Uint8Array): SendStatus {
    const native = this.#native
    if (native === undefined || this.#hasDropped || this.#isEnding) return 'dropped'
    if (!this.#isReceiving && !this.#owesDrained && typeof data === 'string' && data.length < KEPT_CHARACTERS) {
      return this.#keep(data)
    }
    this.release()
    return this.#sendNow(native, data)
  }

  /** Sends what was kept until the turn ends. */
  release(): void {
    const native = this.#native
    const unsent = this.#unsent
    if (unsent.length === 0) return
    this.#unsent = []
    this.#unsentCharacters = 0
    if (native === undefined) return
    native.cork(() => {
      for (const data of unsent) {
        // The engine ends a socket inside of `send` when its queue is too long.
        if (this.#native === native && !this.#hasDropped) this.#sendNow(native, data)
      }
    })
  }

  join(topic: string): void {
    if (!this.#isEnding) this.#native?.subscribe(topic)
  }

  leave(topic: string): void {
    this.#native?.unsubscribe(topic)
  }

  close(farewell: Closure): void {
    const native = this.#native
    if (native === undefined || this.#isEnding) return
    this.release()
    const queued = native.getBufferedAmount()
    // At the ceiling the engine would drop the close frame and end in the middle of the queue.
    if (this.#hasDropped || queued > this.#rules.queueCeilingBytes) {
      this.abort()
      return
    }
    this.#isEnding = true
    if (queued === 0) native.end(farewell.code, farewell.reason)
    else this.#closeBehindQueue(native, farewell, queued)
  }

  abort(): void {
    this.#isEnding = true
    this.#farewell = undefined
    // After this turn: until then the engine may still hold back what was sent before, even the answer to the upgrade.
    setImmediate(() => this.#native?.close())
  }

  /** From now on `events` hears about this connection, beginning with what came before. */
  open(events: TransportEvents): void {
    if (this.#native === undefined) return
    this.#events = events
    guarded(
      () => events.opened(this),
      (thrown) => this.#failed(thrown),
    )
    if (this.#held !== undefined) for (const data of this.#letGo()) this.#deliver(data)
  }

  attach(native: NativeSocket): void {
    this.#native = native
    native.subscribe(LIFELONG_TOPIC)
  }

  message(message: ArrayBuffer, isBinary: boolean): void {
    if (this.#isEnding) return
    if (message.byteLength > this.#rules.maxMessageBytes) {
      this.close(closures.messageTooBig)
      return
    }
    const data = isBinary ? copyOf(message) : textOf(message)
    if (this.#events === undefined) this.#hold(data, message.byteLength + HELD_OVERHEAD_BYTES)
    else this.#deliver(data)
  }

  writable(): void {
    const native = this.#native
    if (native === undefined) return
    const isEmpty = native.getBufferedAmount() === 0
    if (this.#isEnding) {
      if (isEmpty && this.#farewell !== undefined) native.end(this.#farewell.code, this.#farewell.reason)
    } else if (!isEmpty) this.#owesDrained = true
    else if (this.#owesDrained) {
      // Later in this turn: a socket that has dropped something is noticed by the engine only after this callback,
      // and nobody must be invited to send behind the hole.
      setImmediate(() => this.#announceDrained())
    }
  }

  overflowed(): void {
    this.#hasDropped = true
  }

  detach(code: number, message: ArrayBuffer): void {
    this.#native = undefined
    if (this.#held !== undefined) this.#letGo()
    clearTimeout(this.#patience)
    const ending = code === 1006 ? NOT_SAID : { code, reason: textOf(message) }
    // The engine may be in the middle of `close`, of `end` or of closing everybody.
    queueMicrotask(() => {
      const events = this.#events
      if (events !== undefined) {
        guarded(
          () => events.closed(this, ending),
          (thrown) => tellFailed(events, thrown),
        )
      }
      this.#rules.gone(this)
    })
  }

  /** A queue that is empty takes what is short; what does not fit after all is told when it is. */
  #keep(data: string): SendStatus {
    if (this.#unsent.length === 0) this.#rules.turnEnd.hold(this)
    this.#unsent.push(data)
    this.#unsentCharacters += data.length
    if (this.#unsentCharacters > KEPT_CHARACTERS) this.release()
    return this.#hasDropped ? 'dropped' : 'sent'
  }

  #sendNow(native: NativeSocket, data: string | Uint8Array): SendStatus {
    const status = native.send(data, typeof data !== 'string', false)
    return status === 1 ? 'sent' : this.#keptBack(native, status)
  }

  #keptBack(native: NativeSocket, status: number): SendStatus {
    this.#owesDrained = true
    if (status === 0 && native.getBufferedAmount() <= this.#rules.queueCeilingBytes) return 'buffered'
    this.#hasDropped = true
    this.abort()
    return 'dropped'
  }

  /**
   * The engine could queue the close frame too, but then nobody would know when it has gone out, and `drain` could
   * not wait for it.
   */
  #closeBehindQueue(native: NativeSocket, farewell: Closure, queued: number): void {
    this.#farewell = farewell
    for (const topic of native.getTopics()) {
      if (topic !== LIFELONG_TOPIC) native.unsubscribe(topic)
    }
    this.#patience = setTimeout(() => {
      const left = native.getBufferedAmount()
      if (left >= queued) native.close()
      else this.#closeBehindQueue(native, farewell, left)
    }, this.#rules.closePatienceMs)
    // A client that does not read must not keep the process from ending.
    this.#patience.unref()
  }

  #hold(data: string | Uint8Array, bytes: number): void {
    if (!this.#rules.held.take(bytes)) {
      this.close(TOO_MUCH_TOO_EARLY)
      return
    }
    this.#heldBytes += bytes
    if (this.#held === undefined) this.#held = [data]
    else this.#held.push(data)
  }

  #letGo(): readonly (string | Uint8Array)[] {
    const held = this.#held ?? []
    this.#held = undefined
    this.#rules.held.giveBack(this.#heldBytes)
    this.#heldBytes = 0
    return held
  }

  #deliver(data: string | Uint8Array): void {
    const events = this.#events
    if (events === undefined || this.#native === undefined || this.#isEnding) return
    this.#isReceiving = true
    try {
      const outcome: unknown = events.received(this, data)
      if (outcome instanceof Promise) outcome.catch((thrown: unknown) => this.#failed(thrown))
    } catch (thrown) {
      this.#failed(thrown)
    } finally {
      this.#isReceiving = false
    }
  }

  #announceDrained(): void {
    const events = this.#events
    if (events === undefined || !this.#owesDrained || this.#hasDropped || this.#isEnding) return
    if (this.#native === undefined || this.#native.getBufferedAmount() > 0) return
    this.#owesDrained = false
    guarded(
      () => events.drained(this),
      (thrown) => tellFailed(events, thrown),
    )
  }

  #failed(thrown: unknown): void {
    tellFailed(this.#events, thrown)
    this.close(closures.internalError)
  }
}
