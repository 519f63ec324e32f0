import type { IncomingMessage } from 'node:http'
import { Failure } from '../../domain/failure.js'

/** A request body as a web stream that reads from the socket only when somebody reads from it. */
export class WsRequestBody {
  readonly stream: ReadableStream<Uint8Array>
  readonly #message: IncomingMessage
  #controller: ReadableStreamDefaultController<Uint8Array> | null = null

  constructor(message: IncomingMessage) {
    this.#message = message
    this.stream = new ReadableStream<Uint8Array>(
      {
        start: (controller) => this.#start(controller),
        pull: () => {
          message.resume()
        },
        cancel: () => this.#discard(),
      },
      { highWaterMark: 0 },
    )
  }

  /** Nobody needs the rest: the request was answered, or the client is gone. Whoever still reads gets an error. */
  abandon(): void {
    const controller = this.#controller
    if (!controller) return
    this.#discard()
    controller.error(new Failure('body-incomplete', 'the rest of the request body did not arrive'))
  }

  #start(controller: ReadableStreamDefaultController<Uint8Array>): void {
    this.#controller = controller
    const message = this.#message
    message.pause()
    message.on('data', (chunk: Buffer) => {
      if (!this.#controller) return
      controller.enqueue(chunk)
      message.pause()
    })
    message.once('end', () => {
      if (!this.#controller) return
      this.#controller = null
      controller.close()
    })
    message.once('close', () => this.abandon())
  }

  /** Lets the rest run through, so that the next request on this connection can be read. */
  #discard(): void {
    this.#controller = null
    this.#message.removeAllListeners('data')
    this.#message.resume()
  }
}

/** The body of a request that has one and may have one; null for the many that do not. */
export function requestBody(message: IncomingMessage): WsRequestBody | null {
  if (message.method === 'GET' || message.method === 'HEAD') return null
  const length = message.headers['content-length']
  if (message.headers['transfer-encoding'] === undefined && (length === undefined || length === '0')) return null
  return new WsRequestBody(message)
}
