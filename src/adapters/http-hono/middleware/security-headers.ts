import type { MiddlewareHandler } from 'hono'
import { isLoopbackName } from '../../../domain/access/origin.js'
import type { HttpEnv } from '../http-env.js'

/** The gateway needs nothing of what a browser could give a page. */
const PERMISSIONS = 'camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()'
const HALF_A_YEAR = 'max-age=15552000'
const ADDRESS = /^(?:\[.*\]|[\d.]+)$/

/** Headers that every response carries. */
export const securityHeaders: MiddlewareHandler<HttpEnv> = async (context, next) => {
  await next()
  const { headers } = context.res
  headers.set('X-Content-Type-Options', 'nosniff')
  headers.set('Referrer-Policy', 'no-referrer')
  headers.set('Permissions-Policy', PERMISSIONS)
  headers.set('Cross-Origin-Opener-Policy', 'same-origin')
  headers.set('Cross-Origin-Resource-Policy', 'same-origin')
  if (mayDemandTls(context.req.url)) headers.set('Strict-Transport-Security', HALF_A_YEAR)
}

/**
 * The demand holds for every port of a name, so on `localhost` it would break whatever else runs there. For addresses
 * browsers ignore it.
 */
function mayDemandTls(url: string): boolean {
  if (!url.startsWith('https:')) return false
  const { hostname } = new URL(url)
  return !isLoopbackName(hostname) && !ADDRESS.test(hostname)
}
