import { Hono } from 'hono'
import type { HttpEnv } from '../http-env.js'
import type { HttpFacts } from '../http-facts.js'
import { readOnly } from './read-only.js'

/**
 * `GET /healthz`: the process answers. `GET /readyz`: it can serve. No authentication, no details; under any name,
 * because who watches over a gateway may know it by another one.
 */
export function health(facts: HttpFacts): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>()
  app.on('GET', '/healthz', (context) => context.json({ ok: true, version: facts.version }))
  app.on('GET', '/readyz', (context) => context.json({ ready: facts.isReady() }, facts.isReady() ? 200 : 503))
  app.on(['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'], ['/healthz', '/readyz'], readOnly)
  return app
}
