import { Hono } from 'hono'
import type { Log } from '../../application/ports/log.js'
import { messageOf } from '../../domain/failure.js'
import type { HttpEnv } from './http-env.js'
import type { GuardedFacts, HttpFacts } from './http-facts.js'
import { accessLog } from './middleware/access-log.js'
import { compressed } from './middleware/compressed.js'
import { crossOrigin } from './middleware/cross-origin.js'
import { httpFigures } from './middleware/http-figures.js'
import { knownHost } from './middleware/known-host.js'
import { pageOrigin } from './middleware/page-origin.js'
import { requestId } from './middleware/request-id.js'
import { securityHeaders } from './middleware/security-headers.js'
import { api } from './routes/api.js'
import { channelDoors } from './routes/channel-doors.js'
import { controlUi } from './routes/control-ui.js'
import { health } from './routes/health.js'
import { hooks } from './routes/hooks.js'
import { metrics } from './routes/metrics.js'
import { openApi } from './routes/open-api.js'
import { toolsInvoke } from './routes/tools-invoke.js'

/** All HTTP endpoints; each lives in a file of its own under routes. */
export function createApp(facts: HttpFacts, log: Log): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>()
  app.use(securityHeaders, requestId, accessLog(log))
  if (facts.metrics !== undefined) app.use(httpFigures(facts.metrics))
  app.use(compressed)
  app.route('/', health(facts))
  if (facts.guarded !== undefined) app.route('/', guarded(facts.guarded, facts.version))
  app.notFound((context) => context.text('Not Found', 404))
  app.onError((error, context) => {
    const { method, path } = context.req
    log.error('http request failed', { requestId: context.get('requestId'), method, path, error: messageOf(error) })
    return context.text('Internal Server Error', 500)
  })
  return app
}

/** What is asked under a name that is ours, and changed by pages that may. */
function guarded(facts: GuardedFacts, version: string): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>()
  app.use(knownHost(facts.door), crossOrigin(facts.door), pageOrigin(facts.door))
  if (facts.hooks !== undefined) app.use(hooks(facts.hooks))
  if (facts.figures !== undefined) app.route('/', metrics(facts.door, facts.figures))
  if (facts.tools !== undefined) app.route('/', toolsInvoke(facts.door, facts.tools))
  app.route('/', openApi(facts, version))
  app.route('/', api(facts))
  if (facts.channels !== undefined) app.use(channelDoors(facts.channels))
  app.route('/', controlUi(facts))
  return app
}
