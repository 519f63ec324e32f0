import {
  type Endpoint,
  formatEndpoint,
  type HttpEvents,
  type Listener,
  ListenFailure,
  TRANSPORT_DEFAULTS,
  type Transport,
  type TransportOptions,
  type TransportSupport,
} from '../../application/ports/transport.js'
import type { MemoryClient } from './memory-client.js'
import { MemoryListener } from './memory-listener.js'
import { MemoryNetwork } from './memory-network.js'
import { memoryPeer } from './memory-peer.js'

const CLIENT_PORT = 50_000

export interface MemoryTransportOptions extends TransportOptions {
  /** Where this transport's addresses live. Default: a network of its own. */
  readonly network?: MemoryNetwork
}

/** How a client introduces itself. */
export interface MemoryCall {
  /** Path and query of the upgrade. Default `/`. */
  readonly path?: string
  readonly headers?: NonNullable<RequestInit['headers']>
  /** Where the client seems to come from. Default: the loopback address of the endpoint's family. */
  readonly address?: string
  readonly port?: number
  /** Gives up while nobody serves. */
  readonly signal?: AbortSignal
}

/**
 * A transport without sockets, files or timers: it keeps every promise of the port, delivers in microtasks and always
 * in the same order. For tests, and for programs that embed a gateway and talk to it directly.
 */
export class MemoryTransport implements Transport {
  readonly name = 'memory'
  readonly supports: TransportSupport
  readonly network: MemoryNetwork
  readonly #wantsTls: boolean
  readonly #meanwhile: HttpEvents | undefined

  constructor(options: MemoryTransportOptions = {}) {
    this.network = options.network ?? new MemoryNetwork()
    this.#wantsTls = options.tls !== undefined
    this.#meanwhile = options.meanwhile
    this.supports = {
      tls: false,
      ipv6: true,
      unix: true,
      renewsTls: false,
      saysInvalidUtf8: false,
      pipelining: 'ordered',
      maxHeadBytes: Number.MAX_SAFE_INTEGER,
      answersLongHeads: false,
      proxyProtocol: false,
      maxMessageBytes: options.maxMessageBytes ?? TRANSPORT_DEFAULTS.maxMessageBytes,
      queueCeilingBytes: options.queueCeilingBytes ?? TRANSPORT_DEFAULTS.queueCeilingBytes,
    }
  }

  async listen(at: readonly Endpoint[]): Promise<Listener> {
    if (this.#wantsTls && at[0]) throw new ListenFailure('TLS', at[0])
    const endpoints = this.network.resolve(at)
    const listener = new MemoryListener(endpoints, this.supports, this.network, this.#meanwhile)
    this.network.take(endpoints, listener)
    return listener
  }

  /**
   * Opens a connection as a client. Waits while nobody serves. Rejects with MemoryRefusal, which carries the response,
   * or with a Failure `ECONNREFUSED` when nobody listens there.
   */
  async connect(to: Endpoint, call: MemoryCall = {}): Promise<MemoryClient> {
    const headers = new Headers(call.headers)
    if (!headers.has('host')) headers.set('host', to.path === undefined ? formatEndpoint(to) : 'localhost')
    const port = call.port ?? (to.path === undefined ? CLIENT_PORT : 0)
    const peer = memoryPeer(call.address ?? loopbackFor(to), port, call.path ?? '/', headers)
    return this.network.find(to).call(peer, call.signal)
  }

  /** Sends an HTTP request as a client; the URL's host and port say to whom. Rejects as `connect` does. */
  async fetch(input: Request | string, init?: RequestInit): Promise<Response> {
    const given = new Request(input, init)
    const { hostname, port } = new URL(given.url)
    return this.fetchFrom({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || 80) }, given)
  }

  /** Sends an HTTP request to whoever listens there, whatever its URL says; the way to one that listens on a path. */
  async fetchFrom(to: Endpoint, given: Request): Promise<Response> {
    const url = new URL(given.url)
    const listener = this.network.find(to)
    const headers = new Headers(given.headers)
    if (!headers.has('host')) headers.set('host', url.host)
    const request = new Request(given, { headers })
    const port = to.path === undefined ? CLIENT_PORT : 0
    return listener.answer(request, memoryPeer(loopbackFor(to), port, url.pathname + url.search, headers))
  }
}

function loopbackFor(endpoint: Endpoint): string {
  if (endpoint.path !== undefined) return ''
  return endpoint.host.includes(':') ? '::1' : '127.0.0.1'
}
