import type { HttpEvents, Peer } from '../../application/ports/transport.js'
import { Failure } from '../../domain/failure.js'
import { tellFailed } from './memory-failed.js'
import { MemoryRequest } from './memory-request.js'

/** How much of a response may be produced ahead of the client, standing in for the buffers of a socket. */
const RESPONSE_WINDOW_BYTES = 64 * 1024

/** One request on its way through `fetch` and back, until the client has the last byte or one side is gone. */
export class MemoryExchange {
  readonly #leaving = new AbortController()
  readonly #finished: () => void
  #lose: (reason: Failure) => void = () => undefined

  /** `finished` is called once, when nothing of this exchange is left. */
  constructor(finished: () => void) {
    let isOver = false
    this.#finished = () => {
      if (isOver) return
      isOver = true
      finished()
    }
  }

  /** The response as a client gets it. Rejects when the client left, or with `connection-lost`. */
  answer(request: Request, peer: Peer, events: HttpEvents): Promise<Response> {
    return new Promise((resolve, reject) => {
      this.#lose = reject
      const leave = () => {
        this.#lose(request.signal.reason)
        this.#abandon()
      }
      if (request.signal.aborted) return leave()
      request.signal.addEventListener('abort', leave, { once: true })
      this.#run(request, peer, events).then(resolve, reject)
    })
  }

  /** The line is lost. */
  cut(): void {
    this.#lose(lost())
    this.#abandon()
  }

  #abandon(): void {
    this.#leaving.abort()
    this.#finished()
  }

  async #run(request: Request, peer: Peer, events: HttpEvents): Promise<Response> {
    const response = await this.#call(request, peer, events)
    const { status, statusText, headers } = response
    if (this.#leaving.signal.aborted || request.method === 'HEAD' || response.body === null) {
      await response.body?.cancel()
      this.#finished()
      return new Response(null, { status, statusText, headers })
    }
    return new Response(this.#carry(response.body, events), { status, statusText, headers })
  }

  async #call(request: Request, peer: Peer, events: HttpEvents): Promise<Response> {
    try {
      const response = await events.fetch(new MemoryRequest(request, this.#leaving.signal), peer)
      if (response.status >= 200 && !response.bodyUsed) return response
      throw new TypeError('fetch answered with a response that cannot be sent')
    } catch (thrown) {
      tellFailed(events, thrown)
      return new Response('Internal Server Error', { status: 500 })
    }
  }

  /** The body as the client reads it: pulled at its pace, cancelled when it goes, broken off when it breaks. */
  #carry(body: ReadableStream<Uint8Array>, events: HttpEvents): ReadableStream<Uint8Array> {
    const reader = body.getReader()
    const { signal } = this.#leaving
    const strategy = new ByteLengthQueuingStrategy({ highWaterMark: RESPONSE_WINDOW_BYTES })
    return new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          signal.addEventListener('abort', () => {
            controller.error(lost())
            reader.cancel(lost()).catch((thrown: unknown) => tellFailed(events, thrown))
          })
        },
        pull: async (controller) => {
          try {
            const { done, value } = await reader.read()
            if (signal.aborted) return
            if (!done) return controller.enqueue(value)
            controller.close()
          } catch (thrown) {
            controller.error(lost())
            tellFailed(events, thrown)
          }
          this.#finished()
        },
        cancel: () => this.#abandon(),
      },
      strategy,
    )
  }
}

function lost(): Failure {
  return new Failure('connection-lost', 'the connection was lost', { retryable: true })
}
