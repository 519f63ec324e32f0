import type { Context, MiddlewareHandler, Next } from 'hono'
import type { Log } from '../../../application/ports/log.js'
import { countedBody } from '../counted-body.js'
import type { HttpEnv } from '../http-env.js'

/**
 * One line per request at `debug`, when its answer has been read. Without the query, which may hold what should not be
 * written down.
 */
export function accessLog(log: Log): MiddlewareHandler<HttpEnv> {
  // Not asynchronous itself, since nearly every request passes while nobody wants the line.
  return (context, next) => (log.enabled('debug') ? logged(log, context, next) : next())
}

async function logged(log: Log, context: Context<HttpEnv>, next: Next): Promise<void> {
  const startedAt = performance.now()
  await next()
  const { res } = context
  const facts = {
    requestId: context.get('requestId'),
    method: context.req.method,
    path: context.req.path,
    status: res.status,
    address: context.env.peer.address,
  }
  const tell = (bytes: number) => {
    log.debug('http request', { ...facts, bytes, durationMs: Math.round(performance.now() - startedAt) })
  }
  // A body that HEAD leaves out is read by nobody.
  if (res.body === null || facts.method === 'HEAD') tell(0)
  else context.res = new Response(countedBody(res.body, tell), res)
}
