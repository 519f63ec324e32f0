/*
 * The port through which clients reach the gateway: HTTP and WebSocket on the same addresses.
 * Called by bootstrap (listen, serve, drain, stop) and by the connection use cases (send, publish, close).
 * Promises: exactly one `closed` per `opened`, order kept, no holes, nothing throws after the end (see each member).
 * May refuse: to listen (ListenFailure), to accept more bytes on a full connection ('dropped').
 * Must never: hand out a native object, call back after `closed`, or let a throwing handler end the process.
 */
import { Failure } from '../../domain/failure.js'
import type { Closure } from '../../domain/protocol/close-codes.js'
import type { SocketFiles } from './socket-files.js'

/** One address to listen on: a port of an IP address, or a Unix domain socket. */
export type Endpoint = InetEndpoint | UnixEndpoint

export interface InetEndpoint {
  /** An IP literal, never a name: `127.0.0.1`, `::1`, `0.0.0.0`, `::`. */
  readonly host: string
  /** 1-65535, or 0 to be given a free port, one for all endpoints that ask; the listener's `endpoints` tell which. */
  readonly port: number
  readonly path?: undefined
}

/**
 * A Unix domain socket. Its file is made with mode 600 and removed by `stop`; one that nobody answers any more is taken
 * over. Peers have the address `''` and the port 0.
 */
export interface UnixEndpoint {
  /** Absolute path of the socket's file; systems allow about 100 bytes. */
  readonly path: string
  readonly host?: undefined
  readonly port?: undefined
}

/** What the other side looked like when it asked to come in. Captured once; valid for ever. */
export interface Peer {
  /** Remote address, normalised: `127.0.0.1`, `::1`; IPv4-mapped IPv6 is given as IPv4. Empty when there is none. */
  readonly address: string
  /** Remote port; 0 where the adapter cannot tell. */
  readonly port: number
  /**
   * Client address told by a PROXY protocol v2 header, normalised as `address` is; believe it only from trusted proxies.
   * Empty when there was such a header and nothing in it to rely on; absent when there was none, or one that says the
   * sender speaks for itself.
   */
  readonly proxied?: string
  /** Request headers of the upgrade or request, names in lower case, repeated values joined by `, `. */
  readonly headers: ReadonlyMap<string, string>
  /** Path and query as sent, undecoded. */
  readonly url: string
}

/**
 * What became of a message.
 * `sent`: handed to the operating system, at the latest when this turn of the event loop ends.
 * `buffered`: queued here, it goes out as the client reads.
 * `dropped`: it will never arrive; after the first drop a connection drops everything, so there are no holes.
 */
export type SendStatus = 'sent' | 'buffered' | 'dropped'

/** One WebSocket client. Every member is safe to call at any time, also after the end. */
export interface Connection {
  /** Unique within the listener's life. */
  readonly id: string
  readonly peer: Peer
  /** Bytes accepted for this client that the operating system has not taken yet. 0 after the end. */
  readonly queuedBytes: number
  /** Text goes as a text message, bytes as a binary one. Keeps its order with `publish` to the same client. */
  send(data: string | Uint8Array): SendStatus
  /** From now on `publish` to this topic reaches the client. Joining twice is joining once. */
  join(topic: string): void
  /** Takes effect at once: nothing published later arrives. */
  leave(topic: string): void
  /** Polite: what is queued goes first, if it still can, then the close frame. From now on nothing is received. */
  close(closure: Closure): void
  /** At once, nothing said; the client sees 1006. From now on nothing is received. */
  abort(): void
}

/** A WebSocket upgrade that waits for an answer. */
export interface Offer {
  readonly peer: Peer
}

/** `accept`, or the HTTP response that refuses the upgrade. */
export type Admission = 'accept' | Response

/** Who answers. Replaced as a whole when a new gateway instance takes over. */
export interface TransportEvents {
  /**
   * Any HTTP request that is not an upgrade. `request.signal` aborts when the client goes away. The body is pulled, so
   * how much of it is taken is the handler's decision: one that stops reading and answers 413 gets its answer through
   * before the rest is cut off.
   */
  fetch(request: Request, peer: Peer): Response | Promise<Response>
  /** Decides at once, in the same tick. */
  admit(offer: Offer): Admission
  opened(connection: Connection): void
  /** Text messages arrive as string, binary ones as bytes that belong to the receiver. */
  received(connection: Connection, data: string | Uint8Array): void
  /** The queue of a client that had been slow is empty again. */
  drained(connection: Connection): void
  /**
   * Exactly once per `opened`, and the last word about that connection; may come inside `close` and `abort`.
   * Tells what ended it: our closure, the client's (1005 = it gave no code), or 1006 when nothing was said.
   */
  closed(connection: Connection, closure: Closure): void
  /** A handler above threw or rejected. Already answered for, with a 500 or a closure 1011; this is for the log. */
  failed?(thrown: unknown): void
}

/** Whoever answers HTTP, and hears when that went wrong. */
export type HttpEvents = Pick<TransportEvents, 'fetch' | 'failed'>

/** What an adapter can and cannot do, declared so that tests can hold it to that. */
export interface TransportSupport {
  readonly tls: boolean
  readonly ipv6: boolean
  /** Unix domain sockets. Without it they are refused with a ListenFailure `UNIX`. */
  readonly unix: boolean
  /** A listener with TLS has `renewTls`. */
  readonly renewsTls: boolean
  /** A text message that is not UTF-8 ends the connection with 1007; without it with 1006. */
  readonly saysInvalidUtf8: boolean
  /**
   * Requests sent before the last one was answered. `ordered`: all are answered, in order. `refused`: while an answer
   * is under way another request ends the connection and aborts the first.
   */
  readonly pipelining: 'ordered' | 'refused'
  /** A request line with headers of up to this many bytes is understood; one of many times that never reaches `fetch`. */
  readonly maxHeadBytes: number
  /** What is too long a head is answered with 431 or 414; without it the connection may end without a word. */
  readonly answersLongHeads: boolean
  /**
   * PROXY protocol v2 over TCP, from those that `mayProxy` names: `proxied` is what the connection began with, and nobody whose bytes are passed on behind
   * it can replace it. Without it `proxied` is at most empty.
   */
  readonly proxyProtocol: boolean
  /** Inbound messages over this many bytes end the connection with 1009. */
  readonly maxMessageBytes: number
  /** A connection with more queued bytes than this is aborted; must lie above the application's own limit. */
  readonly queueCeilingBytes: number
}

/**
 * Certificate and key, both PEM files; the certificate's file may go on with the rest of its chain. Nothing older than
 * TLS 1.2 is spoken.
 */
export interface TransportTls {
  readonly certPath: string
  readonly keyPath: string
  /**
   * Authorities in PEM. With them a client without a certificate from one of them gets no further than the handshake;
   * an adapter that cannot see to that rejects to listen with `TLS`.
   */
  readonly caPath?: string
}

/** Settings every adapter takes. */
export interface TransportOptions {
  readonly maxMessageBytes?: number
  readonly queueCeilingBytes?: number
  readonly tls?: TransportTls
  /** Gives Unix domain sockets their names; without it, listening on one is not supported. */
  readonly socketFiles?: SocketFiles
  /**
   * Which TCP peers may begin a connection with a PROXY protocol header, asked for each; nobody unless said. From
   * everybody else such a header is just no HTTP.
   */
  readonly mayProxy?: (address: string) => boolean
  /** Answers HTTP while nobody serves; without it everything is 503 with `Retry-After`. */
  readonly meanwhile?: HttpEvents
}

export const TRANSPORT_DEFAULTS = {
  maxMessageBytes: 25 * 1024 * 1024,
  queueCeilingBytes: 128 * 1024 * 1024,
} as const

export interface Transport {
  /** Name of the technology, for logs and `doctor`: `uws 20.57`, `ws`, `memory`. */
  readonly name: string
  readonly supports: TransportSupport
  /**
   * Listens on all endpoints or on none. Rejects with ListenFailure.
   * There are never two winners on one address, in this process or another.
   */
  listen(at: readonly Endpoint[]): Promise<Listener>
}

export interface Listener {
  /** With the real ports. */
  readonly endpoints: readonly Endpoint[]
  /**
   * Says who answers from now on; replaces the one before, whose open connections keep calling the old handler.
   * Before the first call and after `suspend` HTTP gets 503, or what `meanwhile` says, and new sockets wait unopened. Those are offered to
   * `admit` now; whoever is refused is ended without having been opened.
   */
  serve(events: TransportEvents): void
  /** Nobody answers until the next `serve`; the port stays ours. */
  suspend(): void
  /** Sends to every connection that joined the topic and has not left it. */
  publish(topic: string, data: string | Uint8Array): void
  /**
   * Suspends, ends all connections with this closure and lets requests in flight finish; cuts what is left of them when
   * the deadline aborts. Keeps the port, the sockets that wait for the next `serve`, and whom that lets in.
   */
  drain(closure: Closure, deadline: AbortSignal): Promise<void>
  /**
   * Reads certificate, key and authorities again: newcomers meet the new ones, open connections stay. Rejects with a
   * ListenFailure `TLS` when they cannot be used, and the old ones stay in use. There exactly when `supports.renewsTls` and the
   * transport was made with `tls`.
   */
  renewTls?(): Promise<void>
  /** Stops listening and cuts what is left. Afterwards nothing is open and the address is free again. Safe to call twice. */
  stop(): Promise<void>
}

/** Why an address cannot be listened on, code by code. */
export const LISTEN_FAILURES = {
  EADDRINUSE: 'somebody else listens there',
  EACCES: 'this user may not listen there',
  EADDRNOTAVAIL: 'it is not an address of this host',
  TLS: 'the certificate or key cannot be used, or the adapter does not support TLS',
  UNIX: 'the adapter does not support Unix domain sockets',
  UNKNOWN: 'the engine gave no reason',
} as const

export type ListenFailureCode = keyof typeof LISTEN_FAILURES

/** Why an address could not be listened on. */
export class ListenFailure extends Failure {
  override readonly code: ListenFailureCode
  readonly endpoint: Endpoint

  constructor(code: ListenFailureCode, endpoint: Endpoint, cause?: unknown) {
    super(code, `cannot listen on ${formatEndpoint(endpoint)}: ${code}`, { retryable: code === 'EADDRINUSE', cause })
    this.code = code
    this.endpoint = endpoint
  }
}

/** `127.0.0.1:18789`, `[::1]:18789`, `unix:/run/mayros.sock`. */
export function formatEndpoint(endpoint: Endpoint): string {
  if (endpoint.path !== undefined) return `unix:${endpoint.path}`
  const host = endpoint.host.includes(':') ? `[${endpoint.host}]` : endpoint.host
  return `${host}:${endpoint.port}`
}
