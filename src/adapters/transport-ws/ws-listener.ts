import { type IncomingMessage, type Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { SecureContextOptions } from 'node:tls'
import { WebSocketServer } from 'ws'
import { Attendance } from '../../application/connection/attendance.js'
import type { PlacedSocket } from '../../application/ports/socket-files.js'
import type {
  Admission,
  Endpoint,
  HttpEvents,
  Listener,
  Peer,
  TransportEvents,
  TransportSupport,
} from '../../application/ports/transport.js'
import { type Closure, closure } from '../../domain/protocol/close-codes.js'
import { TurnEnd } from './turn-end.js'
import type { Bound } from './ws-bind.js'
import type { WsCertificate } from './ws-certificate.js'
import { WsConnection, type WsHome } from './ws-connection.js'
import { encodeFrame } from './ws-frame.js'
import { tellFailed } from './ws-handlers.js'
import { internalError, WsExchange } from './ws-http.js'
import { WsPeer } from './ws-peer.js'
import type { ProxiedConnections } from './ws-proxied-connections.js'
import { WsTopics } from './ws-topics.js'

/** How long a client may take to answer a close frame, or to read what is queued before it. */
const CLOSE_GRACE_MS = 5_000
const NOT_ADMITTED = closure(1008, 'not admitted')

/** What node:https servers have and the types of node:http do not tell. */
interface Renewable {
  setSecureContext?(options: SecureContextOptions): void
}

/** Servers of node:http with the `ws` library behind them, and whoever answers at the moment. */
export class WsListener implements Listener, WsHome {
  readonly topics = new WsTopics()
  readonly turnEnd = new TurnEnd()
  readonly queueCeilingBytes: number
  readonly renewTls?: () => Promise<void>
  readonly #webSockets: WebSocketServer
  readonly #connections = new Attendance<WsConnection>()
  readonly #waiting = new Set<WsConnection>()
  readonly #exchanges = new Attendance<WsExchange>()
  /** Requests under way on each socket; more than one when they are pipelined. */
  readonly #exchangesOf = new WeakMap<Duplex, Set<WsExchange>>()
  /** All of them, since those in the middle of a TLS handshake are unknown to their server. */
  readonly #sockets = new Set<Socket>()
  readonly #proxied: ProxiedConnections | null
  readonly #meanwhile: HttpEvents | undefined
  #servers: readonly Server[] = []
  #endpoints: readonly Endpoint[] = []
  #files: readonly PlacedSocket[] = []
  #events: TransportEvents | null = null
  #connectionCount = 0
  #stopping: Promise<void> | null = null

  constructor(
    supports: TransportSupport,
    certificate: WsCertificate | null,
    proxied: ProxiedConnections | null,
    meanwhile: HttpEvents | undefined,
  ) {
    this.#meanwhile = meanwhile
    this.queueCeilingBytes = supports.queueCeilingBytes
    this.#proxied = proxied
    if (certificate) this.renewTls = () => this.#renew(certificate)
    const options = {
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: supports.maxMessageBytes,
      closeTimeout: CLOSE_GRACE_MS,
    }
    this.#webSockets = new WebSocketServer(options)
  }

  get endpoints(): readonly Endpoint[] {
    return this.#endpoints
  }

  /** Lets this server's clients in. To be called before it listens, so that nobody comes too early. */
  attach(server: Server): void {
    this.#proxied?.watch(server)
    server.on('connection', (socket: Socket) => this.#keep(socket))
    server.on('request', (message, out) => this.#answer(message, out))
    server.on('upgrade', (message, socket, head) => this.#upgrade(message, socket, head))
  }

  /** All servers listen. */
  adopt({ servers, endpoints, files }: Bound): void {
    this.#servers = servers
    this.#endpoints = endpoints
    this.#files = files
  }

  serve(events: TransportEvents): void {
    if (this.#stopping) return
    this.#events = events
    for (const connection of this.#waiting) {
      this.#waiting.delete(connection)
      this.#connections.add(connection)
      if (admit(events, connection.peer) === 'accept') connection.open(events)
      else connection.close(NOT_ADMITTED)
    }
  }

  suspend(): void {
    this.#events = null
  }

  publish(topic: string, data: string | Uint8Array): void {
    const members = this.topics.members(topic)
    if (!members) return
    const frame = encodeFrame(data)
    for (const connection of members) connection.sendFrame(frame)
  }

  async drain(said: Closure, deadline: AbortSignal): Promise<void> {
    this.suspend()
    for (const connection of this.#connections) connection.close(said)
    await this.#farewell(deadline)
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop()
    return this.#stopping
  }

  forget(connection: WsConnection): void {
    this.#waiting.delete(connection)
    this.#connections.delete(connection)
  }

  async #renew(certificate: WsCertificate): Promise<void> {
    const material = await certificate.read(this.#endpoints[0] ?? { host: '', port: 0 })
    for (const server of this.#servers) (server as Server & Renewable).setSecureContext?.({ ...material })
  }

  async #stop(): Promise<void> {
    this.suspend()
    try {
      await Promise.all(this.#files.map((file) => file.remove()))
    } finally {
      await this.#cutEverything()
    }
  }

  async #cutEverything(): Promise<void> {
    const closed = this.#servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve())))
    for (const connection of this.#waiting) connection.abort()
    const gone = this.#farewell(AbortSignal.abort())
    for (const socket of this.#sockets) socket.destroy()
    await Promise.all([...closed, gone])
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket)
    socket.once('close', () => this.#sockets.delete(socket))
  }

  /** Waits until those who are here now have gone, and cuts who is left at the deadline. */
  async #farewell(deadline: AbortSignal): Promise<void> {
    await Promise.all([
      this.#connections.farewell(deadline, (connection) => connection.abort()),
      this.#exchanges.farewell(deadline, (exchange) => exchange.cut()),
    ])
  }

  #answer(message: IncomingMessage, out: ServerResponse): void {
    const events = this.#events ?? this.#meanwhile
    if (events) void this.#begin(message, out).answer(this.#peerOf(message), events)
    else out.writeHead(503, { 'retry-after': '1', 'content-type': 'text/plain' }).end('Service Unavailable')
  }

  #peerOf(message: IncomingMessage): Peer {
    return new WsPeer(message, this.#proxied?.addressFor(message.socket))
  }

  #upgrade(message: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (message.headers.upgrade?.toLowerCase() !== 'websocket') {
      this.#answerInstead(message, socket)
      return
    }
    const peer = this.#peerOf(message)
    const events = this.#events
    const admission = events ? admit(events, peer) : 'accept'
    if (admission !== 'accept') {
      void this.#begin(message, plainResponse(message, socket)).write(admission)
      return
    }
    this.#webSockets.handleUpgrade(message, socket, head, (webSocket) => {
      const connection = new WsConnection(`ws-${++this.#connectionCount}`, peer, socket, webSocket, this)
      if (!events) {
        this.#waiting.add(connection)
        return
      }
      this.#connections.add(connection)
      connection.open(events)
    })
  }

  /** Some clients offer to go on in HTTP/2 with every request. One without a body can be answered all the same. */
  #answerInstead(message: IncomingMessage, socket: Duplex): void {
    const out = plainResponse(message, socket)
    const hasBody =
      message.headers['content-length'] !== undefined || message.headers['transfer-encoding'] !== undefined
    if (hasBody) out.writeHead(400, { connection: 'close' }).end('only upgrades to websocket are understood')
    else this.#answer(message, out)
  }

  /** Keeps an exchange on record until it is finished or its socket is gone, pipelined ones included. */
  #begin(message: IncomingMessage, out: ServerResponse): WsExchange {
    const { socket } = message
    const exchange = new WsExchange(message, out)
    this.#exchanges.add(exchange)
    const siblings = this.#exchangesOf.get(socket)
    if (siblings) {
      siblings.add(exchange)
    } else {
      this.#exchangesOf.set(socket, new Set([exchange]))
      socket.once('close', () => this.#lose(socket))
    }
    out.once('finish', () => {
      exchange.finished()
      this.#exchangesOf.get(socket)?.delete(exchange)
      this.#exchanges.delete(exchange)
    })
    return exchange
  }

  #lose(socket: Duplex): void {
    for (const exchange of this.#exchangesOf.get(socket) ?? []) {
      exchange.lost()
      this.#exchanges.delete(exchange)
    }
    this.#exchangesOf.delete(socket)
  }
}

function admit(events: TransportEvents, peer: Peer): Admission {
  try {
    return events.admit({ peer })
  } catch (thrown) {
    tellFailed(events, thrown)
    return internalError()
  }
}

/** An ordinary HTTP response, the last on its connection, to a request that asked for an upgrade. */
function plainResponse(message: IncomingMessage, socket: Duplex): ServerResponse {
  const out = new ServerResponse(message)
  out.shouldKeepAlive = false
  out.assignSocket(message.socket)
  out.once('finish', () => {
    out.detachSocket(message.socket)
    message.socket.destroySoon()
  })
  socket.on('error', () => socket.destroy())
  return out
}
