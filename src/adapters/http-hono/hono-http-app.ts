import type { HttpApp } from '../../application/ports/http-app.js'
import type { Log } from '../../application/ports/log.js'
import type { Peer } from '../../application/ports/transport.js'

/** What the endpoints need to know about the gateway. */
export interface HttpFacts {
  readonly version: string
  /** Whether the gateway can serve; told by `/readyz`. */
  isReady(): boolean
}

/** HTTP by Hono, loaded with the first request, because most gateways start without anybody asking for it. */
export class HonoHttpApp implements HttpApp {
  readonly #facts: HttpFacts
  readonly #log: Log
  #app: Promise<{ fetch(request: Request): Response | Promise<Response> }> | undefined

  constructor(facts: HttpFacts, log: Log) {
    this.#facts = facts
    this.#log = log
  }

  async fetch(request: Request, _peer: Peer): Promise<Response> {
    this.#app ??= import('./app.js').then(({ createApp }) => createApp(this.#facts, this.#log))
    return (await this.#app).fetch(request)
  }
}
