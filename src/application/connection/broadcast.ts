import { AUDIENCES, sees, topicOf } from '../../domain/audience.js'
import { EVENTS, type EventName } from '../../domain/protocol/events.js'
import { eventHead, type StateVersion, sequencedEvent, targetedEvent } from '../../domain/protocol/frames.js'
import type { Listener } from '../ports/transport.js'
import type { Client } from './client.js'
import type { Clients } from './clients.js'
import type { SlowClients } from './slow-clients.js'

/**
 * Tells events to all clients that may see them. A payload is serialised once, a frame once per audience, never per
 * connection; sequence numbers are contiguous within each audience.
 */
export class Broadcast {
  readonly #sequence = new Array<number>(AUDIENCES).fill(0)
  readonly #listener: Pick<Listener, 'publish'>
  readonly #clients: Clients
  readonly #slowClients: SlowClients

  constructor(listener: Pick<Listener, 'publish'>, clients: Clients, slowClients: SlowClients) {
    this.#listener = listener
    this.#clients = clients
    this.#slowClients = slowClients
  }

  /** Makes an accepted client hear the broadcasts of its audience. */
  welcome(client: Client): void {
    client.connection.join(topicOf(client.identity.audience))
  }

  /** Whether anybody would hear an event; lets callers skip building payloads. */
  hasListeners(event: EventName): boolean {
    const gate = EVENTS[event].gate
    for (let audience = 0; audience < AUDIENCES; audience++) {
      if (sees(audience, gate) && this.#clients.sizeOf(audience) > 0) return true
    }
    return false
  }

  /**
   * Sends an event to everyone who may see it.
   * @param payload a value, or RawJson when it is serialised already
   * @param dropIfSlow overrules the event's own rule; chat deltas may be dropped, chat finals may not
   */
  publish(
    event: EventName,
    payload: unknown,
    options: { stateVersion?: StateVersion; dropIfSlow?: boolean } = {},
  ): void {
    const { gate, dropIfSlow } = EVENTS[event]
    let head: string | undefined
    for (let audience = 0; audience < AUDIENCES; audience++) {
      const members = this.#clients.sizeOf(audience)
      if (members === 0 || !sees(audience, gate)) continue
      const mayDrop = options.dropIfSlow ?? dropIfSlow
      this.#slowClients.publishing(audience, mayDrop)
      head ??= eventHead(event, payload, options.stateVersion)
      const seq = (this.#sequence[audience] ?? 0) + 1
      this.#sequence[audience] = seq
      const text = sequencedEvent(head, seq)
      this.#listener.publish(topicOf(audience), text)
      this.#slowClients.sent(text.length * members)
    }
  }

  /** Sends an event to one client, without a sequence number. */
  tell(client: Client, event: EventName, payload: unknown): void {
    const text = targetedEvent(event, payload)
    client.send(text)
    this.#slowClients.sent(text.length)
  }
}
