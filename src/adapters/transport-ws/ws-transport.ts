import { readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import {
  type Endpoint,
  type Listener,
  ListenFailure,
  TRANSPORT_DEFAULTS,
  type Transport,
  type TransportOptions,
  type TransportSupport,
  type TransportTls,
} from '../../application/ports/transport.js'
import { bindAll } from './ws-bind.js'
import { WsListener } from './ws-listener.js'

/** Longer than the pauses of browsers and proxies, so that they, not we, end an idle connection. */
const KEEP_ALIVE_MS = 75_000
/** The whole of a request, body included, must arrive within this time. */
const REQUEST_MS = 300_000
/** TCP looks for clients that vanished without a word after this much silence. */
const PROBE_AFTER_MS = 60_000

/** HTTP and WebSocket in plain JavaScript: node:http(s) and the `ws` library. Runs wherever Node runs. */
export class WsTransport implements Transport {
  readonly name = 'ws'
  readonly supports: TransportSupport
  readonly #tls: TransportTls | undefined

  constructor(options: TransportOptions = {}) {
    this.#tls = options.tls
    this.supports = {
      tls: true,
      ipv6: true,
      maxMessageBytes: options.maxMessageBytes ?? TRANSPORT_DEFAULTS.maxMessageBytes,
      queueCeilingBytes: options.queueCeilingBytes ?? TRANSPORT_DEFAULTS.queueCeilingBytes,
    }
  }

  async listen(at: readonly Endpoint[]): Promise<Listener> {
    const listener = new WsListener(this.supports)
    const createPlainOrTls = await this.#serverFactory(at)
    const { servers, endpoints } = await bindAll(at, () => {
      const server = createPlainOrTls()
      listener.attach(server)
      return server
    })
    listener.adopt(servers, endpoints)
    return listener
  }

  async #serverFactory(at: readonly Endpoint[]): Promise<() => Server> {
    const options = {
      keepAlive: true,
      keepAliveInitialDelay: PROBE_AFTER_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      requestTimeout: REQUEST_MS,
    }
    const tls = this.#tls
    if (!tls) return () => createServer(options)
    try {
      const [cert, key] = await Promise.all([readFile(tls.certPath), readFile(tls.keyPath)])
      const https = await import('node:https')
      const { createSecureContext } = await import('node:tls')
      createSecureContext({ cert, key })
      return () => https.createServer({ ...options, cert, key })
    } catch (thrown) {
      throw new ListenFailure('TLS', at[0] ?? { host: '', port: 0 }, thrown)
    }
  }
}
