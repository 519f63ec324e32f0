import { type Endpoint, formatEndpoint, ListenFailure } from '../../application/ports/transport.js'
import { Failure } from '../../domain/failure.js'
import type { MemoryListener } from './memory-listener.js'

const LOCAL_HOSTS: ReadonlySet<string> = new Set(['127.0.0.1', '::1', '0.0.0.0', '::'])
const FIRST_FREE_PORT = 49152
const LAST_PORT = 65535

export interface MemoryNetworkOptions {
  /** Ports below this one are refused with EACCES. Default 0: every port may be used. */
  readonly firstUnprivilegedPort?: number
}

/**
 * One machine's worth of addresses: who listens where. Transports that share a network compete for its ports, so
 * one test can have two gateways, and tests with networks of their own never meet.
 */
export class MemoryNetwork {
  readonly #firstUnprivilegedPort: number
  readonly #taken = new Map<string, { readonly endpoint: Endpoint; readonly listener: MemoryListener }>()
  #nextFreePort = FIRST_FREE_PORT

  constructor(options: MemoryNetworkOptions = {}) {
    this.#firstUnprivilegedPort = options.firstUnprivilegedPort ?? 0
  }

  /** Real endpoints for the wanted ones, or a ListenFailure for the first that cannot be had. Takes nothing yet. */
  resolve(wanted: readonly Endpoint[]): readonly Endpoint[] {
    const sharedPort = wanted.some((endpoint) => endpoint.port === 0) ? this.freePort() : 0
    const resolved: Endpoint[] = []
    for (const asked of wanted) {
      const endpoint = asked.port === 0 ? { host: asked.host, port: sharedPort } : asked
      this.#check(endpoint, resolved)
      resolved.push(endpoint)
    }
    return resolved
  }

  take(endpoints: readonly Endpoint[], listener: MemoryListener): void {
    for (const endpoint of endpoints) this.#taken.set(formatEndpoint(endpoint), { endpoint, listener })
  }

  release(endpoints: readonly Endpoint[]): void {
    for (const endpoint of endpoints) this.#taken.delete(formatEndpoint(endpoint))
  }

  /** Who would answer at this address; fails with ECONNREFUSED when nobody does. */
  find(at: Endpoint): MemoryListener {
    const exact = this.#taken.get(formatEndpoint(at))
    if (exact) return exact.listener
    for (const { endpoint, listener } of this.#taken.values()) {
      if (reaches(endpoint, at)) return listener
    }
    throw new Failure('ECONNREFUSED', `nobody listens on ${formatEndpoint(at)}`, { retryable: true })
  }

  /** A port nobody listens on. Ports are handed out in order, each once. */
  freePort(): number {
    for (;;) {
      if (this.#nextFreePort > LAST_PORT) this.#nextFreePort = FIRST_FREE_PORT
      const port = this.#nextFreePort++
      if (![...this.#taken.values()].some((taken) => taken.endpoint.port === port)) return port
    }
  }

  #check(endpoint: Endpoint, siblings: readonly Endpoint[]): void {
    if (endpoint.path === undefined) {
      if (!LOCAL_HOSTS.has(endpoint.host)) throw new ListenFailure('EADDRNOTAVAIL', endpoint)
      if (endpoint.port < this.#firstUnprivilegedPort) throw new ListenFailure('EACCES', endpoint)
    }
    const others = [...this.#taken.values()].map((taken) => taken.endpoint).concat(siblings)
    if (others.some((other) => collide(other, endpoint))) throw new ListenFailure('EADDRINUSE', endpoint)
  }
}

function collide(one: Endpoint, other: Endpoint): boolean {
  return reaches(one, other) || reaches(other, one)
}

/** Whether somebody who listens on `listened` is reached at `address`. Paths are only names here. */
function reaches(listened: Endpoint, address: Endpoint): boolean {
  if (listened.path !== undefined || address.path !== undefined) return listened.path === address.path
  return listened.port === address.port && covers(listened.host, address.host)
}

/** Whether listening on `wide` includes `host`; `::` takes both families. */
function covers(wide: string, host: string): boolean {
  return wide === host || wide === '::' || (wide === '0.0.0.0' && !host.includes(':'))
}
