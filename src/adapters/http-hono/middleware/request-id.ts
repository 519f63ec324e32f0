import type { MiddlewareHandler } from 'hono'
import type { HttpEnv } from '../http-env.js'

/** What a caller may call its request: nothing that could break a header or a line of a log. */
const GIVEN = /^[A-Za-z0-9._-]{1,128}$/

/** Gives every request a name, the caller's own where it has a good one, and tells it with the answer. */
export const requestId: MiddlewareHandler<HttpEnv> = async (context, next) => {
  const given = context.req.header('x-request-id')
  const id = given !== undefined && GIVEN.test(given) ? given : crypto.randomUUID()
  context.set('requestId', id)
  await next()
  context.res.headers.set('X-Request-Id', id)
}
