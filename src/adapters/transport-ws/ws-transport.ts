import { createServer, type Server, type ServerOptions } from 'node:http'
import type { SocketFiles } from '../../application/ports/socket-files.js'
import {
  type Endpoint,
  type HttpEvents,
  type Listener,
  ListenFailure,
  TRANSPORT_DEFAULTS,
  type Transport,
  type TransportOptions,
  type TransportSupport,
} from '../../application/ports/transport.js'
import { bindAll } from './ws-bind.js'
import { WsCertificate } from './ws-certificate.js'
import { WsListener } from './ws-listener.js'
import { ProxiedConnections } from './ws-proxied-connections.js'

/** Longer than the pauses of browsers and proxies, so that they, not we, end an idle connection. */
const KEEP_ALIVE_MS = 75_000
/** The whole of a request, body included, must arrive within this time. */
const REQUEST_MS = 300_000
/** The head of a request must arrive within this time, or nobody answers it; so must a TLS handshake. */
const HEAD_MS = 10_000
/** How often connections are looked at for the two limits above. */
const CHECK_EVERY_MS = 2_000
/** TCP looks for clients that vanished without a word after this much silence. */
const PROBE_AFTER_MS = 60_000
/** What node:http takes by default, said so that it can be declared. */
const MAX_HEAD_BYTES = 16 * 1024
const SERVER_OPTIONS: ServerOptions = {
  keepAlive: true,
  keepAliveInitialDelay: PROBE_AFTER_MS,
  keepAliveTimeout: KEEP_ALIVE_MS,
  requestTimeout: REQUEST_MS,
  headersTimeout: HEAD_MS,
  connectionsCheckingInterval: CHECK_EVERY_MS,
  maxHeaderSize: MAX_HEAD_BYTES,
}

/** HTTP and WebSocket in plain JavaScript: node:http(s) and the `ws` library. Runs wherever Node runs. */
export class WsTransport implements Transport {
  readonly name = 'ws'
  readonly supports: TransportSupport
  readonly #certificate: WsCertificate | null
  readonly #socketFiles: SocketFiles | undefined
  readonly #proxied: ProxiedConnections | null
  readonly #meanwhile: HttpEvents | undefined

  constructor(options: TransportOptions = {}) {
    this.#certificate = options.tls ? new WsCertificate(options.tls) : null
    this.#socketFiles = options.socketFiles
    this.#meanwhile = options.meanwhile
    // Under TLS, answers to heads that are too long got lost once somebody had read the first bytes by hand.
    this.#proxied = options.mayProxy && !options.tls ? new ProxiedConnections(options.mayProxy) : null
    this.supports = {
      tls: true,
      ipv6: true,
      unix: options.socketFiles !== undefined && process.platform !== 'win32',
      renewsTls: true,
      saysInvalidUtf8: true,
      pipelining: 'ordered',
      maxHeadBytes: MAX_HEAD_BYTES,
      answersLongHeads: true,
      proxyProtocol: this.#proxied !== null,
      maxMessageBytes: options.maxMessageBytes ?? TRANSPORT_DEFAULTS.maxMessageBytes,
      queueCeilingBytes: options.queueCeilingBytes ?? TRANSPORT_DEFAULTS.queueCeilingBytes,
    }
  }

  async listen(at: readonly Endpoint[]): Promise<Listener> {
    const onPath = at.find((endpoint) => endpoint.path !== undefined)
    if (onPath && !this.supports.unix) throw new ListenFailure('UNIX', onPath)
    const listener = new WsListener(this.supports, this.#certificate, this.#proxied, this.#meanwhile)
    const createPlainOrTls = await this.#serverFactory(at)
    const create = () => {
      const server = createPlainOrTls()
      listener.attach(server)
      return server
    }
    const bound = await bindAll(at, create, this.#socketFiles)
    listener.adopt(bound)
    return listener
  }

  async #serverFactory(at: readonly Endpoint[]): Promise<() => Server> {
    const certificate = this.#certificate
    if (!certificate) return () => createServer(SERVER_OPTIONS)
    const material = await certificate.read(at[0] ?? { host: '', port: 0 })
    const https = await import('node:https')
    const asksClients = material.ca !== undefined
    const tls = { handshakeTimeout: HEAD_MS, requestCert: asksClients, rejectUnauthorized: asksClients, ...material }
    return () => https.createServer({ ...SERVER_OPTIONS, ...tls })
  }
}
