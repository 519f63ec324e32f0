import { Hono } from 'hono'
import type { Log } from '../../application/ports/log.js'
import { messageOf } from '../../domain/failure.js'
import type { HttpFacts } from './hono-http-app.js'
import { health } from './routes/health.js'
import { securityHeaders } from './security-headers.js'

/** All HTTP endpoints; each lives in a file of its own under routes. */
export function createApp(facts: HttpFacts, log: Log): Hono {
  const app = new Hono()
  app.use(securityHeaders)
  app.route('/', health(facts))
  app.notFound((context) => context.text('Not Found', 404))
  app.onError((error, context) => {
    log.error('http request failed', { method: context.req.method, path: context.req.path, error: messageOf(error) })
    return context.text('Internal Server Error', 500)
  })
  return app
}
