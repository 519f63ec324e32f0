import { Hono } from 'hono'
import type { Log } from '../../application/ports/log.js'
import { messageOf } from '../../domain/failure.js'
import type { HttpEnv } from './http-env.js'
import type { GuardedFacts, HttpFacts } from './http-facts.js'
import { accessLog } from './middleware/access-log.js'
import { knownHost } from './middleware/known-host.js'
import { pageOrigin } from './middleware/page-origin.js'
import { securityHeaders } from './middleware/security-headers.js'
import { api } from './routes/api.js'
import { controlUi } from './routes/control-ui.js'
import { health } from './routes/health.js'
import { hooks } from './routes/hooks.js'
import { toolsInvoke } from './routes/tools-invoke.js'

/** All HTTP endpoints; each lives in a file of its own under routes. */
export function createApp(facts: HttpFacts, log: Log): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>()
  app.use(securityHeaders)
  app.use(accessLog(log))
  app.route('/', health(facts))
  if (facts.guarded !== undefined) app.route('/', guarded(facts.guarded))
  app.notFound((context) => context.text('Not Found', 404))
  app.onError((error, context) => {
    log.error('http request failed', { method: context.req.method, path: context.req.path, error: messageOf(error) })
    return context.text('Internal Server Error', 500)
  })
  return app
}

/** What is asked under a name that is ours, and changed by pages that may. */
function guarded(facts: GuardedFacts): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>()
  app.use(knownHost(facts.door), pageOrigin(facts.door))
  if (facts.hooks !== undefined) app.use(hooks(facts.hooks))
  if (facts.tools !== undefined) app.route('/', toolsInvoke(facts.door, facts.tools))
  app.route('/', api(facts))
  app.route('/', controlUi(facts))
  return app
}
