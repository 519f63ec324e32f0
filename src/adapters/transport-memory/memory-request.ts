/** The web's Request, seen without its signal so that a getter may take its place. */
const SignallessRequest = Request as unknown as new (given: Request) => Omit<Request, 'signal'>

/**
 * A request as `fetch` gets it, with a signal of ours. A signal handed to the Request constructor is followed through a
 * weak reference only, so it could be collected while a handler still listens to it.
 */
export class MemoryRequest extends SignallessRequest {
  readonly #signal: AbortSignal

  constructor(given: Request, signal: AbortSignal) {
    super(given)
    this.#signal = signal
  }

  get signal(): AbortSignal {
    return this.#signal
  }
}
