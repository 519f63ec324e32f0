import type { Clock } from '../../application/ports/clock.js'

/** Between two signs of life while there is nothing to tell, so that nobody in between gives the connection up. */
const HEARTBEAT_MS = 15_000

const encoder = new TextEncoder()

/** A stream of server-sent events that is written to as things happen. Writing after the end does nothing. */
export class EventStream {
  readonly body: ReadableStream<Uint8Array>
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined
  #hasEnded = false
  #isQuiet = true
  /** What was sent since the turn of the event loop began; leaves in one piece, because every piece is a system call. */
  #waiting = ''
  readonly #heartbeat: { cancel(): void }

  /** `gone` is called once when the reader goes away before the end. */
  constructor(clock: Clock, gone: () => void) {
    this.body = new ReadableStream({
      start: (controller) => {
        this.#controller = controller
      },
      cancel: () => {
        if (this.#hasEnded) return
        this.#end()
        gone()
      },
    })
    this.#heartbeat = clock.every(HEARTBEAT_MS, () => {
      if (this.#isQuiet) this.#write(': keep-alive\n\n')
      this.#isQuiet = true
    })
  }

  /** `name` is the type of the event; without it, as readers expect who know only one type. */
  send(data: string, name?: string): void {
    this.#isQuiet = false
    this.#write(name === undefined ? `data: ${data}\n\n` : `event: ${name}\ndata: ${data}\n\n`)
  }

  close(): void {
    if (this.#hasEnded) return
    this.#flush()
    this.#end()
    this.#controller?.close()
  }

  #write(text: string): void {
    if (this.#hasEnded) return
    if (this.#waiting === '') setImmediate(() => this.#flush())
    this.#waiting += text
  }

  #flush(): void {
    if (this.#hasEnded || this.#waiting === '') return
    this.#controller?.enqueue(encoder.encode(this.#waiting))
    this.#waiting = ''
  }

  #end(): void {
    this.#hasEnded = true
    this.#heartbeat.cancel()
  }
}

/** Headers of such a response: kept by nobody on the way, and passed on at once. */
export const EVENT_STREAM_HEADERS = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Cache-Control': 'no-store',
  'X-Accel-Buffering': 'no',
} as const
