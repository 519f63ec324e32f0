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

/**
 * A request whose `signal` aborts when the client goes away. Copies made by `clone` and by `new Request(url, request)`
 * follow it too; `new Request(request)` has to be given the signal.
 */
export function incomingRequest(url: string, init: RequestInit, departure: ClientDeparture): Request {
  incoming ??= incomingClass()
  return new incoming(url, init, departure)
}

type IncomingClass = new (url: string, init: RequestInit, departure: ClientDeparture) => Request

let incoming: IncomingClass | undefined

/** Made for the first request: naming `Request` loads the platform's HTTP client, which takes 10 MB. */
function incomingClass(): IncomingClass {
  /** The platform's class, for which the signal is a property of its own; here it is computed. */
  const PlainRequest = Request as unknown as new (url: string, init: RequestInit) => Omit<Request, 'signal' | 'clone'>
  return class extends PlainRequest {
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
}
