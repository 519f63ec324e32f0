import { Hono } from 'hono'
import type { HttpFacts } from '../hono-http-app.js'

/** `GET /healthz`: the process answers. `GET /readyz`: it can serve. No authentication, no details. */
export function health(facts: HttpFacts): Hono {
  const app = new Hono()
  app.on('GET', '/healthz', (context) => context.json({ ok: true, version: facts.version }))
  app.on('GET', '/readyz', (context) => context.json({ ready: facts.isReady() }, facts.isReady() ? 200 : 503))
  app.on(['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'], ['/healthz', '/readyz'], (context) => {
    context.header('Allow', 'GET, HEAD')
    return context.text('Method Not Allowed', 405)
  })
  return app
}
