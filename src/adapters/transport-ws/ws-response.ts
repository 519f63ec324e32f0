import type { ServerResponse } from 'node:http'

/** A body is collected up to this size before the headers go out; what ends before it gets a Content-Length. */
const OPENING_BYTES = 64 * 1024
/** Headers that belong to the connection, or that node:http writes itself. */
const OURS: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
  'content-length',
])

/** What a body had to say at once. */
interface Opening {
  readonly chunks: Uint8Array[]
  readonly isWhole: boolean
  /** A read that was begun and has not been answered yet. */
  readonly pending: Promise<Read> | null
}

type Reader = ReadableStreamDefaultReader<Uint8Array>
type Read = Awaited<ReturnType<Reader['read']>>

/** Writes one web response to node:http, no faster than the client reads. */
export class WsResponseWriter {
  readonly #out: ServerResponse
  #reader: Reader | null = null
  #isLost = false
  #goOn: () => void = () => undefined

  constructor(out: ServerResponse) {
    this.#out = out
    out.on('drain', () => this.#goOn())
  }

  /** Rejects when the body breaks; then the response is incomplete, or has not begun (`headersSent` tells). */
  async write(response: Response, isHead: boolean): Promise<void> {
    if (this.#isLost) {
      await response.body?.cancel()
    } else if (isHead) {
      this.#head(response, response.headers.get('content-length'))
      this.#out.end()
      await response.body?.cancel()
    } else if (response.body === null) {
      this.#head(response, mayHaveBody(response.status) ? '0' : null)
      this.#out.end()
    } else {
      await this.#body(response, response.body.getReader())
    }
  }

  /** The client is gone: the body is cancelled. Rejects with what its cancelling throws. */
  async lose(): Promise<void> {
    this.#isLost = true
    this.#goOn()
    await this.#reader?.cancel()
  }

  async #body(response: Response, reader: Reader): Promise<void> {
    this.#reader = reader
    try {
      await this.#carry(response, reader)
    } catch (thrown) {
      // Cancelling a broken body would only tell the same failure again.
      this.#reader = null
      throw thrown
    }
  }

  async #carry(response: Response, reader: Reader): Promise<void> {
    const { chunks, isWhole, pending } = await readOpening(reader)
    if (this.#isLost) return
    if (isWhole) {
      const whole = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)
      this.#head(response, `${whole.byteLength}`)
      this.#out.end(whole)
      return
    }
    this.#head(response, response.headers.get('content-length'))
    this.#out.strictContentLength = true
    this.#out.flushHeaders()
    for (const chunk of chunks) await this.#chunk(chunk)
    await this.#rest(reader, pending)
  }

  async #rest(reader: Reader, pending: Promise<Read> | null): Promise<void> {
    let read = await (pending ?? reader.read())
    while (!read.done && !this.#isLost) {
      await this.#chunk(read.value)
      read = await reader.read()
    }
    if (!this.#isLost) this.#out.end()
  }

  async #chunk(chunk: Uint8Array): Promise<void> {
    if (this.#isLost || this.#out.write(chunk)) return
    await new Promise<void>((resolve) => {
      this.#goOn = resolve
    })
  }

  #head(response: Response, contentLength: string | null): void {
    const headers: string[] = []
    for (const [name, value] of response.headers) if (!OURS.has(name)) headers.push(name, value)
    if (contentLength !== null) headers.push('content-length', contentLength)
    if (response.headers.get('connection') === 'close') this.#out.shouldKeepAlive = false
    if (response.statusText) this.#out.writeHead(response.status, response.statusText, headers)
    else this.#out.writeHead(response.status, headers)
  }
}

/** Reads what is ready now, without waiting for what is produced later. */
async function readOpening(reader: Reader): Promise<Opening> {
  let immediate: NodeJS.Immediate | undefined
  const later = new Promise<null>((resolve) => {
    immediate = setImmediate(resolve, null)
  })
  const chunks: Uint8Array[] = []
  try {
    for (let bytes = 0; bytes < OPENING_BYTES; ) {
      const pending = reader.read()
      const read = await Promise.race([pending, later])
      if (read === null) return { chunks, isWhole: false, pending }
      if (read.done) return { chunks, isWhole: true, pending: null }
      bytes += read.value.byteLength
      chunks.push(read.value)
    }
    return { chunks, isWhole: false, pending: null }
  } finally {
    clearImmediate(immediate)
  }
}

function mayHaveBody(status: number): boolean {
  return status !== 204 && status !== 304
}
