import { WebSocket } from 'ws'
import type { ConnectOptions } from '../../application/ports/gateway-client.js'
import { unreachable } from './failures.js'

/** The part of a `ws` socket that the client uses. */
export type ClientSocket = Pick<
  WebSocket,
  'readyState' | 'send' | 'close' | 'terminate' | 'on' | 'once' | 'removeAllListeners'
>

/** What a client gets from outside; replaced where there is no network. */
export interface ClientWorld {
  /** Begins to connect. Throws ClientFailure for an address that cannot be one. */
  open(options: ConnectOptions): ClientSocket
  /** Unix milliseconds, for signatures. */
  now(): number
  /** Whether a gateway that sends no tick for two intervals counts as lost. */
  readonly watchesTicks: boolean
}

/** Sockets and time of this machine. */
export const NETWORK: ClientWorld = { open: openSocket, now: Date.now, watchesTicks: true }

function openSocket(options: ConnectOptions): ClientSocket {
  try {
    return new WebSocket(options.url, {
      perMessageDeflate: false,
      rejectUnauthorized: options.tlsFingerprint === undefined,
    })
  } catch (thrown) {
    if (thrown instanceof SyntaxError) throw unreachable(options.url, 'not a WebSocket address', { cause: thrown })
    throw thrown
  }
}
