import type { GatewayEvent } from '../../application/ports/gateway-client.js'

/** Events as an async iterator: keeps what was not read yet, ends when told. */
export class EventStream implements AsyncIterableIterator<GatewayEvent> {
  readonly #queue: GatewayEvent[] = []
  readonly #readers: ((result: IteratorResult<GatewayEvent>) => void)[] = []
  readonly #stop: () => void
  #ended = false

  /** @param stop called once when the reader has had enough or the stream has ended */
  constructor(stop: () => void) {
    this.#stop = stop
  }

  push(event: GatewayEvent): void {
    if (this.#ended) return
    const reader = this.#readers.shift()
    if (reader === undefined) this.#queue.push(event)
    else reader({ done: false, value: event })
  }

  /** What was queued can still be read. */
  end(): void {
    if (this.#ended) return
    this.#ended = true
    this.#stop()
    for (const reader of this.#readers.splice(0)) reader({ done: true, value: undefined })
  }

  next(): Promise<IteratorResult<GatewayEvent>> {
    const event = this.#queue.shift()
    if (event !== undefined) return Promise.resolve({ done: false, value: event })
    if (this.#ended) return Promise.resolve({ done: true, value: undefined })
    return new Promise((resolve) => this.#readers.push(resolve))
  }

  return(): Promise<IteratorResult<GatewayEvent>> {
    this.#queue.length = 0
    this.end()
    return Promise.resolve({ done: true, value: undefined })
  }

  [Symbol.asyncIterator](): this {
    return this
  }
}
