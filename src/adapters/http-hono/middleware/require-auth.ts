import type { MiddlewareHandler } from 'hono'
import type { FrontDoor } from '../../../application/access/front-door.js'
import { bearerOf } from '../bearer-of.js'
import { errorBody } from '../error-body.js'
import type { HttpEnv } from '../http-env.js'

/** Lets nobody through whom the front door does not admit. Why somebody was refused is not told. */
export function requireAuth(door: FrontDoor): MiddlewareHandler<HttpEnv> {
  return async (context, next) => {
    const { peer } = context.env
    const verdict = await door.authenticate(peer, bearerOf(peer.headers.get('authorization')))
    if (verdict.kind === 'admitted') return next()
    if (verdict.kind === 'locked-out') {
      context.header('Retry-After', String(Math.max(1, Math.ceil(verdict.retryAfterMs / 1000))))
      return context.json(errorBody('Too many failed authentication attempts. Try again later.', 'rate_limited'), 429)
    }
    context.header('WWW-Authenticate', 'Bearer')
    return context.json(errorBody('Unauthorized', 'unauthorized'), 401)
  }
}
