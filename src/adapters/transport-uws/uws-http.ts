import type { HttpEvents, Peer } from '../../application/ports/transport.js'
import { tellFailed } from './handler-guard.js'
import { ClientDeparture, incomingRequest } from './incoming-request.js'
import { RequestBody } from './request-body.js'
import { parseLength } from './response-head.js'
import { ResponseWriter } from './response-writer.js'
import type { NativeResponse } from './uws-native.js'

/** What all exchanges of a listener share. */
export interface ExchangeRules {
  readonly scheme: 'http' | 'https'
  gone(exchange: UwsExchange): void
}

/** One HTTP request and its response. Made in the first tick of the request, with everything that must happen there. */
export class UwsExchange {
  readonly #method: string
  readonly #peer: Peer
  readonly #events: HttpEvents | undefined
  readonly #rules: ExchangeRules
  readonly #writer: ResponseWriter
  readonly #body: RequestBody | undefined
  readonly #departure = new ClientDeparture()

  constructor(
    native: NativeResponse,
    method: string,
    peer: Peer,
    events: HttpEvents | undefined,
    rules: ExchangeRules,
  ) {
    this.#method = method.toUpperCase()
    this.#peer = peer
    this.#events = events
    this.#rules = rules
    this.#writer = new ResponseWriter(native, this.#method === 'HEAD', {
      ending: () => this.#body?.release() ?? false,
      finished: (isAborted) => this.#finished(isAborted),
      failed: (thrown) => tellFailed(events, thrown),
    })
    this.#body = this.#mayHaveBody()
      ? new RequestBody(native, parseLength(peer.headers.get('content-length')))
      : undefined
  }

  /** Lets whoever serves answer. */
  serve(): void {
    const events = this.#events
    if (events === undefined) {
      this.#writer.plain(503, { 'retry-after': '1' })
      return
    }
    const request = this.#request()
    if (request === undefined) this.#writer.plain(400)
    else this.answerWith(() => events.fetch(request, this.#peer))
  }

  /** Answers with what `respond` gives, or with 500 when it throws. */
  answerWith(respond: () => Response | Promise<Response>): void {
    this.#answer(respond).catch((thrown: unknown) => {
      tellFailed(this.#events, thrown)
      this.#writer.plain(500)
    })
  }

  /** Answers with a status and its phrase. */
  refuse(status: number, headers?: Readonly<Record<string, string>>): void {
    this.#writer.plain(status, headers)
  }

  /** Ends it at once; the client sees a broken connection. */
  cut(): void {
    this.#writer.cut()
  }

  async #answer(respond: () => Response | Promise<Response>): Promise<void> {
    const outcome = respond()
    // Awaiting an answer that is there already would leave the tick in which writing is cheapest.
    await this.#writer.answer(outcome instanceof Response ? outcome : await outcome)
  }

  #mayHaveBody(): boolean {
    if (this.#method === 'GET' || this.#method === 'HEAD') return false
    const { headers } = this.#peer
    return headers.has('transfer-encoding') || (headers.get('content-length') ?? '0') !== '0'
  }

  /** Undefined when method, Host or a header cannot be expressed as a `Request`. */
  #request(): Request | undefined {
    const { headers, url } = this.#peer
    try {
      const init: RequestInit = { method: this.#method, headers: [...headers] as [string, string][] }
      if (this.#body !== undefined) Object.assign(init, { body: this.#body.stream, duplex: 'half' })
      const host = headers.get('host') || 'localhost'
      return incomingRequest(`${this.#rules.scheme}://${host}${url}`, init, this.#departure)
    } catch (thrown) {
      if (thrown instanceof TypeError) return undefined
      throw thrown
    }
  }

  #finished(isAborted: boolean): void {
    if (!isAborted) {
      this.#rules.gone(this)
      return
    }
    this.#body?.fail(new DOMException('the client is gone', 'AbortError'))
    // The engine may be in the middle of closing everybody.
    queueMicrotask(() => {
      this.#departure.happen()
      this.#rules.gone(this)
    })
  }
}
