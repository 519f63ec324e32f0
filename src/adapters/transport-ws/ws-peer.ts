import type { IncomingMessage } from 'node:http'
import type { Peer } from '../../application/ports/transport.js'

const MAPPED_PREFIX = '::ffff:'

/** The other side of a request. Headers are put together when somebody asks; what they are made of never changes. */
export class WsPeer implements Peer {
  readonly address: string
  readonly port: number
  readonly url: string
  readonly proxied?: string
  readonly #rawHeaders: readonly string[]
  #headers: ReadonlyMap<string, string> | null = null

  constructor(message: IncomingMessage, proxied: string | undefined) {
    if (proxied !== undefined) this.proxied = proxied
    this.address = plainAddress(message.socket.remoteAddress ?? '')
    this.port = message.socket.remotePort ?? 0
    this.url = message.url ?? '/'
    this.#rawHeaders = message.rawHeaders
  }

  get headers(): ReadonlyMap<string, string> {
    this.#headers ??= collectHeaders(this.#rawHeaders)
    return this.#headers
  }
}

/** IPv4 seen through an IPv6 socket is given as IPv4. */
export function plainAddress(address: string): string {
  return address.startsWith(MAPPED_PREFIX) && address.includes('.') ? address.slice(MAPPED_PREFIX.length) : address
}

/** Names in lower case, repeated values joined by `, `. `raw` is name, value, name, value. */
function collectHeaders(raw: readonly string[]): ReadonlyMap<string, string> {
  const headers = new Map<string, string>()
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = raw[at]!.toLowerCase()
    const value = raw[at + 1]!
    const before = headers.get(name)
    headers.set(name, before === undefined ? value : `${before}, ${value}`)
  }
  return headers
}
