import type { HttpApp } from '../../application/ports/http-app.js'
import type { Log } from '../../application/ports/log.js'
import type { Peer } from '../../application/ports/transport.js'
import type { HttpEnv } from './http-env.js'
import type { HttpFacts } from './http-facts.js'

interface App {
  fetch(request: Request, env: HttpEnv['Bindings']): Response | Promise<Response>
}

/** HTTP by Hono, loaded with the first request, because most gateways start without anybody asking for it. */
export class HonoHttpApp implements HttpApp {
  readonly #facts: HttpFacts
  readonly #log: Log
  #app: Promise<App> | undefined

  constructor(facts: HttpFacts, log: Log) {
    this.#facts = facts
    this.#log = log
  }

  async fetch(request: Request, peer: Peer): Promise<Response> {
    this.#app ??= import('./app.js').then(({ createApp }) => createApp(this.#facts, this.#log))
    return (await this.#app).fetch(request, { peer })
  }
}
