import type { MiddlewareHandler } from 'hono'

/** Headers that every response carries. */
export const securityHeaders: MiddlewareHandler = async (context, next) => {
  await next()
  context.header('X-Content-Type-Options', 'nosniff')
  context.header('Referrer-Policy', 'no-referrer')
}
