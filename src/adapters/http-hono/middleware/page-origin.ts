import type { MiddlewareHandler } from 'hono'
import type { FrontDoor } from '../../../application/access/front-door.js'
import { errorBody } from '../error-body.js'
import type { HttpEnv } from '../http-env.js'

const CHANGING: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH', 'DELETE'])

/** Pages of other origins may not change anything. Programs that are no browser send no Origin. */
export function pageOrigin(door: FrontDoor): MiddlewareHandler<HttpEnv> {
  return async (context, next) => {
    const { peer } = context.env
    if (!CHANGING.has(context.req.method) || !peer.headers.has('origin')) return next()
    const refused = door.judgeOrigin(peer)
    return refused === null ? next() : context.json(errorBody(refused.message, 'forbidden'), 403)
  }
}
