import { Agent as HttpAgent, request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import type { Readable } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'

/** How long an unused connection is kept for the next run, in milliseconds. */
const IDLE_CONNECTION_MS = 30_000

/** The answer of a provider: its head, and a body of text that can be paused. */
export interface UpstreamResponse {
  readonly status: number
  readonly statusText: string
  readonly headers: [string, string][]
  readonly body: Readable
}

/** Connections to providers, reused from run to run. Measured at half the CPU of the built-in fetch for short streams. */
export class UpstreamConnections {
  readonly #http = new HttpAgent({ keepAlive: true, timeout: IDLE_CONNECTION_MS })
  readonly #https = new HttpsAgent({ keepAlive: true, timeout: IDLE_CONNECTION_MS })

  /**
   * Sends a POST request. Redirects are not followed: the key must not travel to an address nobody configured.
   * @throws whatever node:http throws: an Error with a `code` such as ECONNREFUSED, or the signal's reason
   */
  post(url: string, headers: Record<string, string>, body: string, signal: AbortSignal): Promise<UpstreamResponse> {
    const address = new URL(url)
    const isTls = address.protocol === 'https:'
    const options = { method: 'POST', headers: { ...headers, 'accept-encoding': 'identity' } }
    return new Promise((resolve, reject) => {
      const send = (agent: HttpAgent | false): void => {
        const outgoing = (isTls ? httpsRequest : httpRequest)(address, { ...options, agent } as RequestOptions)
        const abort = (): void => {
          outgoing.destroy(new DOMException('the run was aborted', 'AbortError'))
        }
        let isAnswered = false
        outgoing.on('response', (incoming) => {
          isAnswered = true
          resolve(responseOf(incoming))
        })
        outgoing.on('error', (error: NodeJS.ErrnoException) => {
          // The server closed a kept connection while we took it: nobody has read the request yet.
          const isStale = outgoing.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE')
          if (isStale && agent !== false && !isAnswered && !signal.aborted) send(false)
          else reject(error)
        })
        outgoing.on('close', () => signal.removeEventListener('abort', abort))
        signal.addEventListener('abort', abort)
        if (signal.aborted) abort()
        else outgoing.end(body)
      }
      send(isTls ? this.#https : this.#http)
    })
  }
}

function responseOf(incoming: IncomingMessage): UpstreamResponse {
  const headers: [string, string][] = []
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined) headers.push([name, Array.isArray(value) ? value.join(', ') : value])
  }
  return {
    status: incoming.statusCode ?? 0,
    statusText: incoming.statusMessage ?? '',
    headers,
    body: decoded(incoming).setEncoding('utf8'),
  }
}

/** We ask for an unpacked body; some servers pack it all the same. */
function decoded(incoming: IncomingMessage): Readable {
  const packing = incoming.headers['content-encoding']
  if (packing === undefined || packing === 'identity') return incoming
  const unpacked =
    packing === 'br' ? createBrotliDecompress() : packing === 'deflate' ? createInflate() : createGunzip()
  incoming.on('error', (error) => unpacked.destroy(error))
  unpacked.on('close', () => incoming.destroy())
  return incoming.pipe(unpacked)
}
