import type { TLSSocket } from 'node:tls'
import { type RawData, WebSocket } from 'ws'
import type { ConnectOptions, HelloOk } from '../../application/ports/gateway-client.js'
import { type ClientSocket, type ClientWorld, NETWORK } from './client-world.js'
import { connectParams } from './connect-params.js'
import {
  aborted,
  fromConnectError,
  fromEarlyClose,
  fromHttpResponse,
  fromSocketError,
  notAGateway,
  timedOut,
  unreachable,
  wrongCertificate,
} from './failures.js'
import { type Inbound, readInbound } from './inbound.js'

const CONNECT_TIMEOUT_MS = 10_000
const CONNECT_ID = 'connect'
/** A peer that never answers our close frame is cut after this time. */
const CLOSE_WAIT_MS = 200

/**
 * Opens a socket and shakes hands. `welcomed` is called in the very tick in which `hello-ok` arrives, so that whoever
 * listens from then on misses nothing. Rejects with ClientFailure and leaves no socket behind.
 */
export async function handshake<T>(
  options: ConnectOptions,
  welcomed: (socket: ClientSocket, hello: HelloOk) => T,
  world: ClientWorld = NETWORK,
): Promise<T> {
  const { url } = options
  const timeoutMs = options.timeoutMs ?? CONNECT_TIMEOUT_MS
  if (options.signal?.aborted === true) throw aborted(url)
  const socket = world.open(options)
  return new Promise<T>((resolve, reject) => {
    let settled = false
    let challenged = false
    const timer = setTimeout(() => fail(timedOut(url, timeoutMs)), timeoutMs)
    const abort = () => fail(aborted(url))
    options.signal?.addEventListener('abort', abort, { once: true })

    socket.on('upgrade', (response) => {
      const problem = pinProblem(url, options.tlsFingerprint, response.socket as TLSSocket)
      if (problem !== null) fail(problem)
    })
    socket.on('unexpected-response', (request, response) => {
      fail(fromHttpResponse(url, response))
      request.destroy()
    })
    socket.on('error', (error) => fail(fromSocketError(url, error)))
    socket.on('close', (code, reason) => fail(fromEarlyClose(url, { code, reason: reason.toString('utf8') })))
    socket.on('message', receive)

    function receive(data: RawData): void {
      if (settled) return
      const frame = readInbound(textOf(data))
      if (frame === null) {
        fail(notAGateway(url, 'WebSocket of another protocol'))
      } else if (frame.kind === 'response') {
        conclude(frame)
      } else if (frame.event.event === 'connect.challenge' && !challenged) {
        challenged = true
        answer(frame.event.payload).catch((thrown: unknown) => fail(asError(thrown)))
      }
    }

    async function answer(challenge: unknown): Promise<void> {
      const nonce = (challenge as { nonce?: unknown } | null | undefined)?.nonce
      if (typeof nonce !== 'string') throw notAGateway(url, 'challenge without nonce')
      const device = typeof options.device === 'function' ? await options.device() : options.device
      if (settled) return
      const params = connectParams(options, device, nonce, world.now())
      socket.send(JSON.stringify({ type: 'req', id: CONNECT_ID, method: 'connect', params }))
    }

    function conclude(frame: Extract<Inbound, { kind: 'response' }>): void {
      if (frame.id !== CONNECT_ID) return
      if (!frame.ok) {
        fail(fromConnectError(url, frame.error))
      } else if (isHello(frame.payload)) {
        settle()
        resolve(welcomed(socket, frame.payload))
      } else {
        fail(notAGateway(url, 'connect was not answered with hello-ok'))
      }
    }

    function fail(error: Error): void {
      if (settled) return
      settle()
      socket.on('error', ignoreLateError)
      if (socket.readyState === WebSocket.OPEN) {
        socket.close(1000)
        setTimeout(() => socket.terminate(), CLOSE_WAIT_MS).unref()
      } else {
        socket.terminate()
      }
      reject(error)
    }

    function settle(): void {
      settled = true
      clearTimeout(timer)
      options.signal?.removeEventListener('abort', abort)
      socket.removeAllListeners()
    }
  })
}

function pinProblem(url: string, pin: string | undefined, socket: TLSSocket): Error | null {
  if (pin === undefined) return null
  if (!socket.encrypted) return unreachable(url, 'a certificate was pinned, but the connection is not encrypted')
  const seen = plainHex(socket.getPeerCertificate().fingerprint256 ?? '')
  return seen === plainHex(pin) ? null : wrongCertificate(url, seen)
}

function plainHex(fingerprint: string): string {
  return fingerprint.replaceAll(':', '').toLowerCase()
}

function isHello(payload: unknown): payload is HelloOk {
  return typeof payload === 'object' && payload !== null && (payload as { type?: unknown }).type === 'hello-ok'
}

/** The failure was told already; a socket that is going away may still complain. */
function ignoreLateError(): undefined {
  return undefined
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown))
}

/** Messages of a gateway are text; binary ones hold the same UTF-8. */
export function textOf(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString('utf8')
  return data instanceof ArrayBuffer ? Buffer.from(data).toString('utf8') : data.toString('utf8')
}
