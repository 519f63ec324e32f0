import { type Audience, topicOf } from '../../domain/audience.js'
import { closure } from '../../domain/protocol/close-codes.js'
import type { Clock } from '../ports/clock.js'
import type { Log } from '../ports/log.js'
import type { Client } from './client.js'
import type { Clients } from './clients.js'

/** How much unread output is too much, in bytes. */
export interface SlowClientLimits {
  readonly maxBufferedBytes: number
  readonly maxTotalBufferedBytes: number
}

/** How long a closing client may take to read the reason before it is cut. */
const FAREWELL_MS = 2_000

/** Output after which queues are looked at again, in bytes of all receivers together. */
const SWEEP_AFTER_BYTES = 8 * 1024 * 1024

/**
 * Parts from clients that read too slowly, before their queues become the gateway's memory.
 *
 * Queues can only grow by what was sent, so looking at every client is needed only once in a while: after a
 * fixed number of bytes. A client over its limit leaves its topic; it silently misses events that may be
 * dropped, is closed by the first that may not, and comes back when it has caught up.
 */
export class SlowClients {
  readonly #clients: Clients
  readonly #limits: SlowClientLimits
  readonly #clock: Clock
  readonly #log: Log
  readonly #lagging = new Set<Client>()
  #deliveredBytes = 0

  constructor(clients: Clients, limits: SlowClientLimits, clock: Clock, log: Log) {
    this.#clients = clients
    this.#limits = limits
    this.#clock = clock
    this.#log = log
  }

  /** To be told of every broadcast. */
  published(audience: Audience, bytes: number, receivers: number, dropIfSlow: boolean): void {
    if (!dropIfSlow && this.#lagging.size > 0) this.#closeLagging(audience)
    this.sent(bytes * receivers)
  }

  /** To be told of every response. */
  sent(bytes: number): void {
    this.#deliveredBytes += bytes
    if (this.#deliveredBytes >= SWEEP_AFTER_BYTES) this.sweep()
  }

  /** Looks at every client's queue now. */
  sweep(): void {
    this.#deliveredBytes = 0
    let total = 0
    for (const client of this.#clients) {
      const queued = client.connection.queuedBytes
      total += queued
      if (queued > this.#limits.maxBufferedBytes && !client.lagging) this.#setAside(client)
    }
    if (total > this.#limits.maxTotalBufferedBytes) this.#shed(total)
  }

  /** The client has read everything again. */
  caughtUp(client: Client): void {
    if (!this.#lagging.delete(client)) return
    client.lagging = false
    client.connection.join(topicOf(client.identity.audience))
  }

  /** The client is gone. */
  forget(client: Client): void {
    this.#lagging.delete(client)
  }

  #setAside(client: Client): void {
    client.lagging = true
    this.#lagging.add(client)
    client.connection.leave(topicOf(client.identity.audience))
  }

  #closeLagging(audience: Audience): void {
    for (const client of [...this.#lagging]) {
      if (client.identity.audience === audience) this.#part(client, client.connection.queuedBytes)
    }
  }

  /** Closes the fullest clients until all queues together fit again. */
  #shed(total: number): void {
    let excess = total - this.#limits.maxTotalBufferedBytes
    const fullestFirst = [...this.#clients].sort((a, b) => b.connection.queuedBytes - a.connection.queuedBytes)
    for (const client of fullestFirst) {
      if (excess <= 0) return
      const queued = client.connection.queuedBytes
      excess -= queued
      this.#part(client, queued)
    }
  }

  /** The close frame waits behind a queue that nobody may be reading, so the connection is cut if it does not drain. */
  #part(client: Client, queuedBytes: number): void {
    this.#lagging.delete(client)
    this.#log.warn('slow consumer closed', { connId: client.identity.connId, queuedBytes })
    client.connection.close(closure(1008, `slow consumer: ${queuedBytes} bytes unread`))
    this.#clock.after(FAREWELL_MS, () => client.connection.abort())
  }
}
