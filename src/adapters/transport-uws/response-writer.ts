import { BodyParts, LATER } from './body-parts.js'
import { declaredLength, statusLine, writeHead } from './response-head.js'
import type { NativeResponse } from './uws-native.js'

/** Up to here a whole body is copied into the engine; above it is handed over as the client takes it. */
const COPIED_BODY_BYTES = 64 * 1024

/**
 * What is written in one batch of a chunked response must fit the 16 KiB in which the engine collects a batch: where more
 * follows it and the system takes nothing at that moment, the engine loses what follows.
 */
const CORKED_BYTES = 8 * 1024

const NO_BYTES = new Uint8Array(0)

/** An event stream counts as open once its headers are there, and the engine sends them with the first byte only. */
const EMPTY_COMMENT = new TextEncoder().encode(':\n\n')

/** Who is told about the fate of a response. */
export interface ResponseWatcher {
  /** Just before the response ends; perhaps more than once. True: close the connection afterwards. */
  ending(): boolean
  /** Nothing more will be written: all went well, or the client is gone. Called once. */
  finished(isAborted: boolean): void
  failed(thrown: unknown): void
}

/**
 * The owner of a native response, which throws on every use after its end. Only the request body holds it besides,
 * and that is told first.
 */
export class ResponseWriter {
  readonly #native: NativeResponse
  readonly #isHead: boolean
  readonly #watcher: ResponseWatcher
  #isDone = false
  #hasBegun = false
  #wake: (() => void) | undefined
  #parts: BodyParts | undefined

  /** Must be made in the first tick: without an abort handler the engine ends the process. */
  constructor(native: NativeResponse, isHead: boolean, watcher: ResponseWatcher) {
    this.#native = native
    this.#isHead = isHead
    this.#watcher = watcher
    native.onAborted(() => this.#finish(true))
  }

  /** Answers with a status and its phrase, unless an answer has begun already. Meant for faults: it tells no more. */
  plain(status: number, headers?: Readonly<Record<string, string>>): void {
    if (this.#isDone || this.#hasBegun) return
    const phrase = statusLine(status).slice(4)
    const response = new Response(null, {
      status,
      headers: { 'content-type': 'text/plain; charset=utf-8', 'content-length': String(phrase.length), ...headers },
    })
    if (this.#isHead) this.#withoutBody(response)
    else this.#whole(response, phrase)
  }

  /**
   * Writes the whole response, the body at the pace of the client. Resolves when it has ended, one way or another;
   * rejects when it could not begin.
   */
  async answer(response: Response): Promise<void> {
    const { body, status } = response
    if (status < 200) throw new RangeError('a response of type error has no status to send')
    if (response.bodyUsed || body?.locked) throw new TypeError('the body of the response was read already')
    if (this.#isDone || body === null || this.#isHead || hasNoBody(status)) {
      if (!this.#isDone) this.#withoutBody(response)
      await body?.cancel()
      return
    }
    this.#parts = new BodyParts(body)
    try {
      await this.#withBody(response, this.#parts)
    } catch (thrown) {
      this.#parts = undefined
      this.#watcher.failed(thrown)
      this.cut()
    }
  }

  /** Ends the connection in the middle of whatever it does; the client notices that something is missing. */
  cut(): void {
    if (!this.#isDone) this.#native.close()
  }

  async #withBody(response: Response, parts: BodyParts): Promise<void> {
    const total = declaredLength(response.headers)
    if (total !== undefined) return this.#sized(response, parts, total)
    const first = await parts.soon()
    if (this.#isDone) return
    if (first === LATER) return this.#chunked(response, parts, isEventStream(response) ? EMPTY_COMMENT : undefined)
    if (first === undefined) return this.#whole(response, NO_BYTES)
    await parts.next()
    // A body of one part is an ordinary answer: it gets a length instead of chunks.
    const second = isEventStream(response) ? LATER : await parts.soon()
    if (this.#isDone) return
    if (second !== undefined) return this.#chunked(response, parts, first)
    if (first.byteLength <= COPIED_BODY_BYTES) return this.#whole(response, first)
    await this.#handOver(first, 0, first.byteLength, response)
  }

  #withoutBody(response: Response): void {
    this.#write(response, () => {
      const isClosing = this.#watcher.ending()
      if (!this.#isHead && !hasNoBody(response.status)) {
        this.#native.end('', isClosing)
        return
      }
      // Told to the engine, the length would keep the response unfinished for ever.
      const length = this.#isHead ? declaredLength(response.headers) : undefined
      if (length !== undefined) this.#native.writeHeader('content-length', String(length))
      this.#native.endWithoutBody()
    })
    this.#finish(false)
  }

  #whole(response: Response, body: Uint8Array | string): void {
    this.#write(response, () => this.#native.end(body, this.#watcher.ending()))
    this.#finish(false)
  }

  /** A body of unknown length. */
  async #chunked(response: Response, parts: BodyParts, first: Uint8Array | undefined): Promise<void> {
    for (let part = first ?? (await parts.next()); part !== undefined; part = await parts.next()) {
      if (this.#isDone) return
      for (let at = 0; at < part.byteLength; at += CORKED_BYTES) {
        const chunk = part.subarray(at, at + CORKED_BYTES)
        // False does not mean refused: the engine has the chunk and wants no more for now.
        if (!this.#write(response, () => this.#native.write(chunk))) await this.#writable()
        if (this.#isDone) return
      }
    }
    if (this.#isDone) return
    this.#write(response, () => this.#native.end(undefined, this.#watcher.ending()))
    this.#finish(false)
  }

  /** A body whose length the response declares, and which is held to it. */
  async #sized(response: Response, parts: BodyParts, total: number): Promise<void> {
    let sent = 0
    while (sent < total) {
      const part = (await parts.next())?.subarray(0, total - sent)
      if (this.#isDone) return
      if (part === undefined) throw new Error('the response body is shorter than its content-length')
      await this.#handOver(part, sent, total, response)
      sent += part.byteLength
      if (this.#isDone) break
    }
    if (!this.#isDone) this.#whole(response, NO_BYTES)
    if ((await parts.soon()) !== undefined) await parts.cancel()
  }

  /** Gives the engine as much as the system takes, again and again, until `part` is gone. */
  async #handOver(part: Uint8Array, sentBefore: number, total: number, response: Response): Promise<void> {
    const isLast = sentBefore + part.byteLength === total
    for (let rest = part; ; ) {
      const [isTaken, isComplete] = this.#write(response, () => {
        if (isLast) this.#watcher.ending()
        return this.#native.tryEnd(rest, total)
      })
      if (isComplete) this.#finish(false)
      if (isTaken || isComplete) return
      await this.#writable()
      if (this.#isDone) return
      rest = part.subarray(this.#native.getWriteOffset() - sentBefore)
    }
  }

  /** One batch, in one system call; the first one begins with the head. */
  #write<Outcome>(response: Response, batch: () => Outcome): Outcome {
    let outcome: Outcome | undefined
    this.#native.cork(() => {
      if (!this.#hasBegun) writeHead(this.#native, response)
      this.#hasBegun = true
      outcome = batch()
    })
    return outcome as Outcome
  }

  #writable(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve
      this.#native.onWritable(() => {
        this.#wakeUp()
        return true
      })
    })
  }

  #wakeUp(): void {
    const wake = this.#wake
    this.#wake = undefined
    wake?.()
  }

  #finish(isAborted: boolean): void {
    if (this.#isDone) return
    this.#isDone = true
    this.#wakeUp()
    if (isAborted) this.#parts?.cancel().catch((thrown: unknown) => this.#watcher.failed(thrown))
    this.#watcher.finished(isAborted)
  }
}

function hasNoBody(status: number): boolean {
  return status === 204 || status === 304
}

function isEventStream(response: Response): boolean {
  return response.headers.get('content-type')?.startsWith('text/event-stream') ?? false
}
