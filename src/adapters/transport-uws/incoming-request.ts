/** Whether the client of a request has gone, for those who ask. */
export class ClientDeparture {
  #controller: AbortController | undefined
  #hasHappened = false

  /** Made when first asked for: most handlers never do, and it is a third of the price of a request. */
  get signal(): AbortSignal {
    this.#controller ??= new AbortController()
    if (this.#hasHappened) this.#controller.abort()
    return this.#controller.signal
  }

  happen(): void {
    this.#hasHappened = true
    this.#controller?.abort()
  }
}

/** The platform's class, for which the signal is a property of its own; here it is computed. */
const PlainRequest = Request as unknown as new (url: string, init: RequestInit) => Omit<Request, 'signal' | 'clone'>

/**
 * A request whose `signal` aborts when the client goes away. Copies made by `clone` and by `new Request(url, request)`
 * follow it too; `new Request(request)` has to be given the signal.
 */
export class IncomingRequest extends PlainRequest {
  readonly #departure: ClientDeparture

  constructor(url: string, init: RequestInit, departure: ClientDeparture) {
    super(url, init)
    this.#departure = departure
  }

  get signal(): AbortSignal {
    return this.#departure.signal
  }

  clone(): Request {
    return new Request(Request.prototype.clone.call(this), { signal: this.signal })
  }
}
