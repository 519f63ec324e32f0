import type { MiddlewareHandler } from 'hono'
import { routePath } from 'hono/route'
import type { Metrics } from '../../../application/ports/metrics.js'
import type { HttpEnv } from '../http-env.js'

/** Notes how long each response took to begin, by the pattern of its route. */
export function httpFigures(metrics: Pick<Metrics, 'httpServed'>): MiddlewareHandler<HttpEnv> {
  return async (context, next) => {
    const startedAt = performance.now()
    await next()
    // The route that ran last is the one that answered; middleware of everything stands for what nobody answered.
    const route = context.get('route') ?? routePath(context)
    metrics.httpServed(route === '*' ? '/*' : route, context.res.status, performance.now() - startedAt)
  }
}
