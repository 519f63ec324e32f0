import { type Audience, topicOf } from '../../domain/audience.js'
import { closure } from '../../domain/protocol/close-codes.js'
import type { Clock } from '../ports/clock.js'
import type { Log } from '../ports/log.js'
import type { Metrics } from '../ports/metrics.js'
import type { Client } from './client.js'
import type { Clients } from './clients.js'

/** How much unread output is too much, in bytes. */
export interface SlowClientLimits {
  readonly maxBufferedBytes: number
  readonly maxTotalBufferedBytes: number
}

/** What it needs of the world. */
interface SlowClientsParts {
  readonly clock: Clock
  readonly metrics: Pick<Metrics, 'eventDropped' | 'slowClientClosed'>
  readonly log: Log
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
 * dropped, is closed by the first that may not, and comes back when it is under the limit again.
 */
export class SlowClients {
  readonly #clients: Clients
  readonly #limits: SlowClientLimits
  readonly #clock: Clock
  readonly #metrics: SlowClientsParts['metrics']
  readonly #log: Log
  readonly #lagging = new Set<Client>()
  /** Told to go and not gone yet, with the bytes that wait for them in vain. */
  readonly #parting = new Map<Client, number>()
  #deliveredBytes = 0

  constructor(clients: Clients, limits: SlowClientLimits, { clock, metrics, log }: SlowClientsParts) {
    this.#clients = clients
    this.#limits = limits
    this.#clock = clock
    this.#metrics = metrics
    this.#log = log
  }

  /** To be told of every broadcast before it goes out. */
  publishing(audience: Audience, dropIfSlow: boolean): void {
    if (this.#lagging.size === 0) return
    for (const client of [...this.#lagging]) {
      if (client.identity.audience !== audience) continue
      const queued = client.connection.queuedBytes
      if (queued <= this.#limits.maxBufferedBytes) this.caughtUp(client)
      else if (dropIfSlow) this.#metrics.eventDropped()
      else this.#part(client, queued)
    }
  }

  /** To be told of everything that was sent, in bytes of all receivers together. */
  sent(bytes: number): void {
    this.#deliveredBytes += bytes
    if (this.#deliveredBytes >= SWEEP_AFTER_BYTES) this.sweep()
  }

  /** Looks at every client's queue now. */
  sweep(): void {
    this.#deliveredBytes = 0
    let total = 0
    for (const client of this.#clients) {
      if (this.#parting.has(client)) continue
      const queued = client.connection.queuedBytes
      total += queued
      if (queued > this.#limits.maxBufferedBytes) this.#setAside(client)
    }
    if (total + this.#partingBytes() > this.#limits.maxTotalBufferedBytes) this.#cutParting()
    if (total > this.#limits.maxTotalBufferedBytes) this.#shed(total)
  }

  /** The client is within its limit again. */
  caughtUp(client: Client): void {
    if (this.#lagging.delete(client)) client.connection.join(topicOf(client.identity.audience))
  }

  /** The client is gone. */
  forget(client: Client): void {
    this.#lagging.delete(client)
    this.#parting.delete(client)
  }

  #setAside(client: Client): void {
    if (this.#lagging.has(client)) return
    this.#lagging.add(client)
    client.connection.leave(topicOf(client.identity.audience))
  }

  #partingBytes(): number {
    let bytes = 0
    for (const queued of this.#parting.values()) bytes += queued
    return bytes
  }

  /** There is no room left for good manners. */
  #cutParting(): void {
    for (const client of [...this.#parting.keys()]) client.connection.abort()
  }

  /** Closes the fullest clients until all queues together fit again. */
  #shed(total: number): void {
    let excess = total - this.#limits.maxTotalBufferedBytes
    const queues = [...this.#clients]
      .filter((client) => !this.#parting.has(client))
      .map((client) => ({ client, queued: client.connection.queuedBytes }))
      .sort((a, b) => b.queued - a.queued)
    for (const { client, queued } of queues) {
      if (excess <= 0) return
      excess -= queued
      this.#part(client, queued)
    }
  }

  /** The close frame waits behind a queue that nobody may be reading, so the connection is cut if it does not drain. */
  #part(client: Client, queuedBytes: number): void {
    this.#lagging.delete(client)
    this.#parting.set(client, queuedBytes)
    this.#metrics.slowClientClosed()
    this.#log.warn('slow consumer closed', { connId: client.identity.connId, queuedBytes })
    client.connection.close(closure(1008, `slow consumer: ${queuedBytes} bytes unread`))
    this.#clock.after(FAREWELL_MS, () => client.connection.abort())
  }
}
