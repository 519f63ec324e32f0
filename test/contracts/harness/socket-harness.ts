import { readFileSync } from 'node:fs'
import { type ClientRequest, type IncomingMessage, type RequestOptions, request as startRequest } from 'node:http'
import { request as startTlsRequest } from 'node:https'
import { connect as dial, type Socket } from 'node:net'
import { networkInterfaces } from 'node:os'
import { connect as connectTls } from 'node:tls'
import { WebSocket } from 'ws'
import { generateSelfSigned } from '../../../src/adapters/tls-node/generate-self-signed.js'
import {
  type Endpoint,
  formatEndpoint,
  type Transport,
  type TransportOptions,
  type TransportTls,
} from '../../../src/application/ports/transport.js'
import type { Closure } from '../../../src/domain/protocol/close-codes.js'
import type { TransportGuaranteeId } from '../transport/transport-guarantees.js'
import {
  type ContractClient,
  type ContractRequest,
  type TransportHarness,
  UpgradeRefused,
} from '../transport/transport-harness.js'
import { disturbedClients } from './disturbed-clients.js'
import { freePath, type PlaceName, placeNamed } from './places.js'
import { rawSocket } from './raw-socket.js'
import { unusedPort } from './unused-port.js'

/** The user `nobody`, who may not listen on port 1. */
const NOBODY = 65534
const PRIVILEGED_PORTS_FILE = '/proc/sys/net/ipv4/ip_unprivileged_port_start'

/** Guarantees about IPv6 only. */
const ABOUT_IPV6 = ['6.4', '8.11'] as const

type HeaderPairs = readonly (readonly [string, string])[]
type ConnectOptions = Parameters<TransportHarness['connect']>[1]

export interface SocketHarnessOptions {
  readonly name: string
  readonly create: (options?: TransportOptions) => Transport
  /** A certificate for 127.0.0.1, when the transport supports TLS. */
  readonly tls?: TransportTls
  /** Where to listen. Default: IPv4. */
  readonly place?: PlaceName
  /** Whether everything goes over TLS. */
  readonly isSecure?: boolean
  /** What this technology cannot keep, with reasons. What this machine cannot check is added. */
  readonly skip?: TransportHarness['skip']
}

/** A harness for transports on real sockets: the `ws` client for WebSocket, node:http(s) for HTTP. */
export function socketHarness(options: SocketHarnessOptions): TransportHarness {
  const { tls, place = 'IPv4', isSecure = false } = options
  const name = [options.name, ...(isSecure ? ['TLS'] : []), ...(place === 'IPv4' ? [] : [place])].join(', ')
  const harness: TransportHarness = {
    name,
    create: (given) => options.create(isSecure && tls ? { tls, ...given } : given),
    connect,
    request,
    raw: rawSocket,
    freePort: () => unusedPort(),
    freePath,
    renewedTls: anotherCertificate,
    withoutPrivileges,
    place: placeNamed(place),
    isSecure,
    ...(tls && { tls }),
    skip: {
      ...skippedOnThisMachine(),
      ...(isSecure && { '8.5': 'who may not listen there may not read the key of the tests either' }),
      ...options.skip,
    },
  }
  return { ...harness, disturbed: (random) => disturbedClients(harness, random) }
}

async function anotherCertificate(): Promise<TransportTls> {
  return generateSelfSigned({ directory: `${await freePath()}.renewed` })
}

function connect(endpoint: Endpoint, options: ConnectOptions = {}): Promise<ContractClient> {
  const scheme = options.tls ? 'wss' : 'ws'
  const path = options.path ?? '/'
  const url = `${scheme}://${endpoint.path === undefined ? formatEndpoint(endpoint) : 'localhost'}${path}`
  const socket = new WebSocket(url, {
    headers: grouped(options.headers),
    perMessageDeflate: false,
    rejectUnauthorized: false,
    maxPayload: 0,
    ...(endpoint.path !== undefined && { createConnection: dialer(endpoint.path, options.tls ?? false) }),
  })
  const client = new SocketClient(socket)
  options.signal?.addEventListener('abort', () => socket.terminate())
  return new Promise((resolve, reject) => {
    socket.once('open', () => resolve(client))
    socket.once('unexpected-response', (_, message) => reject(new UpgradeRefused(toResponse(message))))
    socket.on('error', reject)
  })
}

/** The client library knows how to encrypt and how to use a path, but not both. */
function dialer(path: string, isSecure: boolean): () => Socket {
  return () => (isSecure ? connectTls({ path, rejectUnauthorized: false }) : dial({ path }))
}

/** The `ws` client as the contract sees it. */
class SocketClient implements ContractClient {
  readonly messages: (string | Uint8Array)[] = []
  readonly closed: Promise<Closure>
  readonly #socket: WebSocket

  constructor(socket: WebSocket) {
    this.#socket = socket
    socket.on('message', (data: Buffer, isBinary) => this.messages.push(isBinary ? new Uint8Array(data) : `${data}`))
    this.closed = new Promise((resolve) => {
      socket.once('close', (code, reason) => resolve({ code, reason: reason.toString() }))
    })
  }

  send(data: string | Uint8Array): void {
    this.#socket.send(data)
  }

  sendTextBytes(bytes: Uint8Array): void {
    this.#socket.send(bytes, { binary: false })
  }

  close(code?: number, reason?: string): void {
    this.#socket.close(code, reason)
  }

  terminate(): void {
    this.#socket.terminate()
  }

  pause(): void {
    this.#socket.pause()
  }

  resume(): void {
    this.#socket.resume()
  }
}

function request(endpoint: Endpoint, given: ContractRequest & { readonly tls?: boolean } = {}): Promise<Response> {
  const options: RequestOptions = {
    ...(endpoint.path === undefined ? { host: endpoint.host, port: endpoint.port } : { socketPath: endpoint.path }),
    path: given.path ?? '/',
    method: given.method ?? 'GET',
    headers: { ...framing(given.body), ...grouped(given.headers) },
    ...(given.signal && { signal: given.signal }),
  }
  return new Promise((resolve, reject) => {
    const outgoing = given.tls ? startTlsRequest({ ...options, rejectUnauthorized: false }) : startRequest(options)
    outgoing.on('error', reject)
    outgoing.once('response', (message) => resolve(toResponse(message)))
    send(outgoing, given.body).catch(reject)
  })
}

/** Sends the body no faster than the server takes it. */
async function send(outgoing: ClientRequest, body: ContractRequest['body']): Promise<void> {
  if (typeof body === 'object' && Symbol.asyncIterator in body) {
    outgoing.flushHeaders()
    for await (const part of body) {
      if (outgoing.destroyed) return
      if (!outgoing.write(part)) await drained(outgoing)
    }
    outgoing.end()
  } else if (body === undefined) {
    outgoing.end()
  } else {
    outgoing.end(body)
  }
}

function drained(outgoing: ClientRequest): Promise<void> {
  return new Promise((resolve) => {
    const goOn = () => {
      outgoing.off('drain', goOn).off('close', goOn)
      resolve()
    }
    outgoing.on('drain', goOn).on('close', goOn)
  })
}

/** Said explicitly, since node:http sends the body of a DELETE without saying how long it is. */
function framing(body: ContractRequest['body']): Record<string, string> {
  if (body === undefined) return {}
  const isStream = typeof body === 'object' && Symbol.asyncIterator in body
  return isStream ? { 'transfer-encoding': 'chunked' } : { 'content-length': `${Buffer.byteLength(body)}` }
}

/** A response whose body is read from the socket as the contract reads it; cancelling it hangs up. */
function toResponse(message: IncomingMessage): Response {
  const headers = new Headers()
  const raw = message.rawHeaders
  for (let at = 0; at + 1 < raw.length; at += 2) headers.append(raw[at]!, raw[at + 1]!)
  const status = message.statusCode ?? 0
  if (status === 204 || status === 304) {
    message.resume()
    return new Response(null, { status, headers })
  }
  const parts = message[Symbol.asyncIterator]()
  const body = new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        const { done, value } = await parts.next()
        if (done) controller.close()
        else controller.enqueue(new Uint8Array(value))
      },
      cancel: () => {
        message.destroy()
      },
    },
    { highWaterMark: 0 },
  )
  return new Response(body, { status, headers })
}

function grouped(pairs: HeaderPairs = []): Record<string, string[] | string> {
  const headers: Record<string, string[] | string> = {}
  for (const [name, value] of pairs) {
    const before = headers[name]
    headers[name] = before === undefined ? value : [before, value].flat()
  }
  return headers
}

/** As root, steps down to `nobody` for a while; as anybody else there is nothing to step down from. */
async function withoutPrivileges<T>(work: () => Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0) return work()
  process.seteuid?.(NOBODY)
  try {
    return await work()
  } finally {
    process.seteuid?.(0)
  }
}

function skippedOnThisMachine(): Partial<Record<TransportGuaranteeId, string>> {
  return {
    ...(!hasIpv6Loopback() && Object.fromEntries(ABOUT_IPV6.map((id) => [id, 'this machine has no ::1']))),
    ...(!hasPrivilegedPorts() && { '8.5': 'this machine lets every user listen on port 1' }),
  }
}

function hasIpv6Loopback(): boolean {
  return Object.values(networkInterfaces()).some((addresses) => addresses?.some(({ address }) => address === '::1'))
}

function hasPrivilegedPorts(): boolean {
  if (process.platform !== 'linux') return false
  return Number(readFileSync(PRIVILEGED_PORTS_FILE, 'utf8')) > 1
}
