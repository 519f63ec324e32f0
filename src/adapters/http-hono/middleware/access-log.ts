import type { Context, MiddlewareHandler, Next } from 'hono'
import type { Log } from '../../../application/ports/log.js'
import type { HttpEnv } from '../http-env.js'

/** One line per request at `debug`. Without the query, which may hold what should not be written down. */
export function accessLog(log: Log): MiddlewareHandler<HttpEnv> {
  // Not asynchronous itself, since nearly every request passes while nobody wants the line.
  return (context, next) => (log.enabled('debug') ? logged(log, context, next) : next())
}

async function logged(log: Log, context: Context<HttpEnv>, next: Next): Promise<void> {
  const startedAt = performance.now()
  await next()
  log.debug('http request', {
    method: context.req.method,
    path: context.req.path,
    status: context.res.status,
    durationMs: Math.round(performance.now() - startedAt),
    address: context.env.peer.address,
  })
}
