import type { MiddlewareHandler } from 'hono'
import type { FrontDoor } from '../../../application/access/front-door.js'
import type { HttpEnv } from '../http-env.js'

const METHODS = 'GET, HEAD, POST, DELETE'
/** Any header may be sent, since clients put in many of their own; what they say counts as from anybody. */
const REQUEST_HEADERS = /^[a-z0-9-]{1,64}$/i
const RESPONSE_HEADERS = 'X-Request-Id, Retry-After, Retry-After-Ms, X-Should-Retry, WWW-Authenticate'
/** How long a browser may remember that it may ask, in seconds. */
const MAX_AGE = '600'
const MOST_HEADERS = 32

/**
 * Lets pages of allowed origins read what they are answered (CORS). They prove themselves by a header that their script
 * sets, so a browser is never told to add what it knows by itself; everybody else gets no such headers.
 */
export function crossOrigin(door: FrontDoor): MiddlewareHandler<HttpEnv> {
  return async (context, next) => {
    const { peer } = context.env
    const origin = peer.headers.get('origin')
    if (origin === undefined) {
      await next()
      context.res.headers.append('Vary', 'Origin')
      return
    }
    const isAllowed = door.allowsOrigin(peer)
    if (isAllowed && isPreflight(context.req.method, peer.headers)) {
      context.res = new Response(null, { status: 204, headers: preflightHeaders(peer.headers) })
    } else await next()
    const { headers } = context.res
    headers.append('Vary', 'Origin')
    if (!isAllowed) return
    headers.set('Access-Control-Allow-Origin', origin)
    headers.set('Access-Control-Expose-Headers', RESPONSE_HEADERS)
  }
}

function isPreflight(method: string, headers: ReadonlyMap<string, string>): boolean {
  return method === 'OPTIONS' && headers.has('access-control-request-method')
}

function preflightHeaders(asking: ReadonlyMap<string, string>): Headers {
  const asked = (asking.get('access-control-request-headers') ?? '').split(',', MOST_HEADERS)
  const names = asked.map((name) => name.trim().toLowerCase()).filter((name) => REQUEST_HEADERS.test(name))
  const allowed = new Headers({ 'Access-Control-Allow-Methods': METHODS, 'Access-Control-Max-Age': MAX_AGE })
  if (names.length > 0) allowed.set('Access-Control-Allow-Headers', names.join(', '))
  if (asking.get('access-control-request-private-network') === 'true') {
    allowed.set('Access-Control-Allow-Private-Network', 'true')
  }
  return allowed
}
