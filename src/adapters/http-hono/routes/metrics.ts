import { Hono } from 'hono'
import type { FrontDoor } from '../../../application/access/front-door.js'
import type { HttpEnv } from '../http-env.js'
import type { FiguresFacts } from '../http-facts.js'
import { noUrlCredentials } from '../middleware/no-url-credentials.js'
import { requireAuth } from '../middleware/require-auth.js'
import { readOnly } from './read-only.js'

const PATH = '/metrics'

/** `GET /metrics`: figures for Prometheus; free on this machine unless said otherwise, with the token from elsewhere. */
export function metrics(door: FrontDoor, facts: FiguresFacts): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>()
  const auth = requireAuth(door)
  app.use(PATH, async (context, next) => (facts.isEnabled() ? next() : context.text('Not Found', 404)))
  app.use(PATH, noUrlCredentials)
  app.on(
    'GET',
    PATH,
    (context, next) => (!facts.needsAuth() && door.isLocal(context.env.peer) ? next() : auth(context, next)),
    async (context) => {
      const { type, text } = await facts.page()
      return context.body(text, 200, { 'Content-Type': type, 'Cache-Control': 'no-store' })
    },
  )
  app.all(PATH, readOnly)
  return app
}
