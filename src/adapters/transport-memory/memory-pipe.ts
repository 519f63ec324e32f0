import type { SendStatus } from '../../application/ports/transport.js'
import type { Closure } from '../../domain/protocol/close-codes.js'

/** What travels between the two ends of a connection. `cut` is the loss of the line. */
export type Parcel =
  | { readonly kind: 'message'; readonly data: string | Uint8Array }
  | { readonly kind: 'close'; readonly closure: Closure }
  | { readonly kind: 'cut' }

interface Queued {
  readonly parcel: Parcel
  /** Bytes this parcel occupies in our memory; 0 while the other side keeps up. */
  readonly heldBytes: number
}

/**
 * One direction of a connection: ordered, delivered in a microtask, stopped while the receiver does not read.
 * What is pushed to a receiver that reads counts as handed over at once, as an operating system would take it.
 */
export class MemoryPipe {
  readonly #deliver: (parcel: Parcel) => void
  readonly #emptied: () => void
  #queue: Queued[] = []
  #heldBytes = 0
  #isFlowing = true
  #isBacklogged = false
  #isScheduled = false

  /** `emptied` is called when a backlog has been delivered to its end. */
  constructor(deliver: (parcel: Parcel) => void, emptied: () => void) {
    this.#deliver = deliver
    this.#emptied = emptied
  }

  /** Bytes pushed since the receiver stopped reading and not delivered yet. */
  get heldBytes(): number {
    return this.#heldBytes
  }

  push(parcel: Parcel): SendStatus {
    if (!this.#isFlowing) this.#isBacklogged = true
    const heldBytes = this.#isBacklogged ? sizeOf(parcel) : 0
    this.#heldBytes += heldBytes
    this.#queue.push({ parcel, heldBytes })
    this.#schedule()
    return this.#isBacklogged ? 'buffered' : 'sent'
  }

  pause(): void {
    this.#isFlowing = false
  }

  resume(): void {
    this.#isFlowing = true
    this.#schedule()
  }

  /** Forgets what was not delivered. */
  clear(): void {
    this.#queue = []
    this.#heldBytes = 0
    this.#isBacklogged = false
  }

  #schedule(): void {
    if (this.#isScheduled || !this.#isFlowing || this.#queue.length === 0) return
    this.#isScheduled = true
    queueMicrotask(() => this.#flush())
  }

  #flush(): void {
    this.#isScheduled = false
    const batch = this.#queue
    this.#queue = []
    let delivered = 0
    while (delivered < batch.length && this.#isFlowing) {
      const { parcel, heldBytes } = batch[delivered++]!
      this.#heldBytes -= heldBytes
      this.#deliver(parcel)
    }
    if (delivered < batch.length) this.#queue = batch.slice(delivered).concat(this.#queue)
    if (this.#queue.length > 0) this.#schedule()
    else if (this.#isBacklogged) {
      this.#isBacklogged = false
      this.#emptied()
    }
  }
}

function sizeOf(parcel: Parcel): number {
  if (parcel.kind !== 'message') return 0
  return typeof parcel.data === 'string' ? Buffer.byteLength(parcel.data) : parcel.data.byteLength
}
