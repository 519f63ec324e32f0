/** The answer of `soon` when nothing has come yet. */
export const LATER = Symbol('later')

/** Promise callbacks to wait for a body that needs no input or output. */
const PATIENCE_TICKS = 16

/** The parts of a response body, pulled one at a time, with a look at the next one. Empty parts are left out. */
export class BodyParts {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>
  #ahead: Promise<Uint8Array | undefined> | undefined

  constructor(body: ReadableStream<Uint8Array>) {
    this.#reader = body.getReader()
  }

  /** The next part, or undefined at the end. Rejects when the body breaks. */
  next(): Promise<Uint8Array | undefined> {
    const part = this.#ahead ?? this.#read()
    this.#ahead = undefined
    return part
  }

  /** What `next` will give, if that is known before the event loop goes on. */
  async soon(): Promise<Uint8Array | undefined | typeof LATER> {
    let isKnown = false
    const know = () => {
      isKnown = true
    }
    this.#ahead ??= this.#read()
    const ahead = this.#ahead
    ahead.then(know, know)
    // A body that is there already takes a few of these; a turn of the event loop costs far more.
    for (let tick = 0; tick < PATIENCE_TICKS && !isKnown; tick++) await undefined
    if (!isKnown) await new Promise((resolve) => setImmediate(resolve))
    return isKnown ? ahead : LATER
  }

  /** Tells the producer that nobody listens any more. */
  cancel(): Promise<void> {
    return this.#reader.cancel()
  }

  async #read(): Promise<Uint8Array | undefined> {
    for (;;) {
      const { done, value } = await this.#reader.read()
      if (done) return undefined
      if (value.byteLength > 0) return value
    }
  }
}
