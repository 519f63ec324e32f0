import type { MiddlewareHandler } from 'hono'
import type { FrontDoor } from '../../../application/access/front-door.js'
import type { HttpEnv } from '../http-env.js'

/** A name, an IPv4 address, or an IPv6 address in brackets, and perhaps a port: one, and nothing else. */
const ONE_HOST = /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i

/**
 * Turns away requests that came under a name that is not ours: a page elsewhere whose name was made to point here (DNS
 * rebinding). A Host header that is no host, such as two of them joined, is a bad request.
 */
export function knownHost(door: FrontDoor): MiddlewareHandler<HttpEnv> {
  return async (context, next) => {
    const { peer } = context.env
    const host = peer.headers.get('host')
    if (host !== undefined && !ONE_HOST.test(host)) return context.text('Bad Request', 400)
    const refused = door.judgeHost(peer)
    return refused === null ? next() : context.text(refused.message, 421)
  }
}
