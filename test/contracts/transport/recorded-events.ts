import type { Admission, Connection, Offer, Peer, TransportEvents } from '../../../src/application/ports/transport.js'
import type { Closure } from '../../../src/domain/protocol/close-codes.js'

/** What a test wants to happen besides the recording. */
export type Reactions = Partial<TransportEvents>

/** Events that write down everything they are told, and react as the test says. */
export class RecordedEvents implements TransportEvents {
  readonly opens: Connection[] = []
  readonly receipts: { connection: Connection; data: string | Uint8Array }[] = []
  readonly drains: Connection[] = []
  readonly closes: { connection: Connection; closure: Closure }[] = []
  readonly offers: Offer[] = []
  readonly failures: unknown[] = []
  /** Names of calls per connection id, in order. */
  readonly story = new Map<string, string[]>()
  readonly #reactions: Reactions

  constructor(reactions: Reactions = {}) {
    this.#reactions = reactions
  }

  fetch(request: Request, peer: Peer): Response | Promise<Response> {
    return this.#reactions.fetch ? this.#reactions.fetch(request, peer) : new Response('served')
  }

  admit(offer: Offer): Admission {
    this.offers.push(offer)
    return this.#reactions.admit ? this.#reactions.admit(offer) : 'accept'
  }

  opened(connection: Connection): unknown {
    this.opens.push(connection)
    this.#tell(connection, 'opened')
    return this.#reactions.opened?.(connection)
  }

  received(connection: Connection, data: string | Uint8Array): unknown {
    this.receipts.push({ connection, data })
    this.#tell(connection, 'received')
    return this.#reactions.received?.(connection, data)
  }

  drained(connection: Connection): unknown {
    this.drains.push(connection)
    this.#tell(connection, 'drained')
    return this.#reactions.drained?.(connection)
  }

  closed(connection: Connection, closure: Closure): unknown {
    this.closes.push({ connection, closure })
    this.#tell(connection, 'closed')
    return this.#reactions.closed?.(connection, closure)
  }

  failed(thrown: unknown): void {
    this.failures.push(thrown)
  }

  #tell(connection: Connection, word: string): void {
    const words = this.story.get(connection.id)
    if (words) words.push(word)
    else this.story.set(connection.id, [word])
  }
}
