import { copyOf } from './borrowed-bytes.js'
import type { NativeResponse } from './uws-native.js'

/** Bytes kept for a reader who is busy; with more the client has to wait. */
const HIGH_WATER_BYTES = 64 * 1024

/** More than this is not worth receiving only to keep a connection that has been answered. */
const WORTH_DISCARDING_BYTES = 8 * 1024 * 1024

/**
 * The body of a request as a stream that is pulled. Must be created in the first tick of the request, later the
 * engine has thrown the body away.
 */
export class RequestBody {
  readonly stream: ReadableStream<Uint8Array>
  readonly #native: NativeResponse
  /** From Content-Length; undefined for a chunked body. */
  readonly #declaredBytes: number | undefined
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined
  #receivedBytes = 0
  #isPaused = false

  constructor(native: NativeResponse, declaredBytes: number | undefined) {
    this.#native = native
    this.#declaredBytes = declaredBytes
    this.stream = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#controller = controller
        },
        pull: () => this.#resume(),
        cancel: () => this.#discard(),
      },
      { highWaterMark: HIGH_WATER_BYTES, size: (chunk) => chunk.byteLength },
    )
    native.onData((chunk, isLast) => this.#arrived(chunk, isLast))
  }

  /**
   * The response is about to end: nobody needs the rest. True when the rest is so long that the connection had better
   * be closed.
   */
  release(): boolean {
    const isUnfinished = this.#controller !== undefined
    this.#controller?.error(new Error('the request was answered before its body was read'))
    this.#discard()
    return isUnfinished && (this.#declaredBytes ?? 0) - this.#receivedBytes > WORTH_DISCARDING_BYTES
  }

  /** The client is gone; the native response must not be touched any more. */
  fail(reason: unknown): void {
    this.#isPaused = false
    this.#controller?.error(reason)
    this.#controller = undefined
  }

  #arrived(chunk: ArrayBuffer, isLast: boolean): void {
    this.#receivedBytes += chunk.byteLength
    const controller = this.#controller
    if (controller === undefined) return
    if (chunk.byteLength > 0) controller.enqueue(copyOf(chunk))
    if (isLast) {
      this.#controller = undefined
      controller.close()
    } else if ((controller.desiredSize ?? 0) <= 0) this.#pause()
  }

  #pause(): void {
    if (this.#isPaused) return
    this.#isPaused = true
    this.#native.pause()
  }

  #resume(): void {
    if (!this.#isPaused) return
    this.#isPaused = false
    this.#native.resume()
  }

  #discard(): void {
    this.#controller = undefined
    this.#resume()
  }
}
