import type { IncomingMessage } from 'node:http'
import type { TLSSocket } from 'node:tls'

/** Tells whether the client is still there. */
export interface Presence {
  readonly signal: AbortSignal
}

type PresentRequest = new (url: string, init: RequestInit, presence: Presence) => Request

let presentRequest: PresentRequest | undefined

/**
 * A request as `fetch` gets it. The signal is made when somebody asks for it: most handlers never do, and one handed
 * to the Request constructor costs more than all the rest and is followed through a weak reference only.
 *
 * The class is made for the first request: naming `Request` loads the platform's HTTP client, which takes 10 MB.
 */
function presentRequestClass(): PresentRequest {
  /** The web's Request, seen without its signal so that a getter may take its place. */
  const SignallessRequest = Request as unknown as new (url: string, init: RequestInit) => Omit<Request, 'signal'>
  return class extends SignallessRequest {
    readonly #presence: Presence

    constructor(url: string, init: RequestInit, presence: Presence) {
      super(url, init)
      this.#presence = presence
    }

    get signal(): AbortSignal {
      return this.#presence.signal
    }
  }
}

/** Builds the web request. Throws TypeError for what the web platform cannot express (TRACE, an impossible Host). */
export function toRequest(
  message: IncomingMessage,
  body: ReadableStream<Uint8Array> | null,
  presence: Presence,
): Request {
  const init: RequestInit = { method: message.method ?? 'GET', headers: headersOf(message.rawHeaders) }
  presentRequest ??= presentRequestClass()
  return new presentRequest(urlOf(message), body ? { ...init, body, duplex: 'half' } : init, presence)
}

function urlOf(message: IncomingMessage): string {
  const target = message.url ?? '/'
  if (/^https?:\/\//i.test(target)) return target
  const scheme = (message.socket as TLSSocket).encrypted ? 'https' : 'http'
  const host = message.headers.host || 'localhost'
  return `${scheme}://${host}${target.startsWith('/') ? target : '/'}`
}

function headersOf(raw: readonly string[]): [string, string][] {
  const pairs: [string, string][] = []
  for (let at = 0; at + 1 < raw.length; at += 2) pairs.push([raw[at]!, raw[at + 1]!])
  return pairs
}
