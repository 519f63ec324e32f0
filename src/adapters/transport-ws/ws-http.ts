import type { IncomingMessage, ServerResponse } from 'node:http'
import type { HttpEvents, Peer } from '../../application/ports/transport.js'
import { tellFailed } from './ws-handlers.js'
import { toRequest } from './ws-request.js'
import { requestBody, type WsRequestBody } from './ws-request-body.js'
import { WsResponseWriter } from './ws-response.js'

/** How long a client may go on sending a body nobody wants after its request was answered. */
const LINGER_MS = 10_000

/** One HTTP request from its headers to the last byte of the answer, or to the loss of the client. */
export class WsExchange {
  readonly #message: IncomingMessage
  readonly #out: ServerResponse
  readonly #writer: WsResponseWriter
  #events: HttpEvents | null = null
  #body: WsRequestBody | null = null
  #leaving: AbortController | null = null
  #hasLeft = false

  constructor(message: IncomingMessage, out: ServerResponse) {
    this.#message = message
    this.#out = out
    this.#writer = new WsResponseWriter(out)
  }

  /** Aborts when the client goes away before it has the whole answer. */
  get signal(): AbortSignal {
    this.#leaving ??= new AbortController()
    if (this.#hasLeft) this.#leaving.abort()
    return this.#leaving.signal
  }

  /** Lets `events` answer. Never rejects. */
  async answer(peer: Peer, events: HttpEvents): Promise<void> {
    this.#events = events
    await this.write(await this.#ask(peer, events))
  }

  /** Sends this response. Never rejects. */
  async write(response: Response): Promise<void> {
    try {
      await this.#writer.write(response, this.#message.method === 'HEAD')
    } catch (thrown) {
      this.#tell(thrown)
      if (this.#out.headersSent) this.cut()
      else await this.#writer.write(internalError(), this.#message.method === 'HEAD')
    }
  }

  /** The whole answer has been taken by the operating system. */
  finished(): void {
    this.#body?.abandon()
    if (!this.#message.complete) this.#cutUnlessSentSoon()
  }

  /** The client is gone. */
  lost(): void {
    this.#hasLeft = true
    this.#leaving?.abort()
    this.#body?.abandon()
    this.#writer.lose().catch((thrown: unknown) => this.#tell(thrown))
  }

  /** Breaks the connection off. */
  cut(): void {
    this.#message.socket.destroy()
  }

  #cutUnlessSentSoon(): void {
    const message = this.#message
    const patience = setTimeout(() => this.cut(), LINGER_MS).unref()
    message.once('close', () => clearTimeout(patience))
  }

  async #ask(peer: Peer, events: HttpEvents): Promise<Response> {
    const request = this.#translate()
    if (request instanceof Response) return request
    try {
      const response = await events.fetch(request, peer)
      if (response.status >= 200 && !response.bodyUsed) return response
      throw new TypeError('fetch answered with a response that cannot be sent')
    } catch (thrown) {
      this.#tell(thrown)
      return internalError()
    }
  }

  /** The web request, or the answer to one that cannot be expressed. */
  #translate(): Request | Response {
    this.#body = requestBody(this.#message)
    try {
      return toRequest(this.#message, this.#body?.stream ?? null, this)
    } catch (thrown) {
      if (thrown instanceof TypeError) return new Response('Bad Request', { status: 400 })
      throw thrown
    }
  }

  #tell(thrown: unknown): void {
    if (this.#events) tellFailed(this.#events, thrown)
  }
}

/** What a client is told when a handler failed: nothing about the failure. */
export function internalError(): Response {
  return new Response('Internal Server Error', { status: 500 })
}
