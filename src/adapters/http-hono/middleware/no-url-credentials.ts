import type { MiddlewareHandler } from 'hono'
import { errorBody } from '../error-body.js'
import type { HttpEnv } from '../http-env.js'

/** Names under which credentials are sent in addresses, in lower case and without `-` and `_`. */
const CREDENTIALS: ReadonlySet<string> = new Set([
  'accesstoken',
  'apikey',
  'auth',
  'authorization',
  'authtoken',
  'bearer',
  'devicetoken',
  'gatewaytoken',
  'password',
  'secret',
  'token',
])

/**
 * Refuses credentials in the address: it ends up in logs of proxies, in histories and in Referer headers. They are not
 * even compared, so that nobody gets used to sending them there.
 */
export const noUrlCredentials: MiddlewareHandler<HttpEnv> = async (context, next) => {
  if (hasUrlCredential(context.req.url)) {
    return context.json(errorBody('send the credential in the Authorization header', 'invalid_request_error'), 400)
  }
  return next()
}

/** Whether an address carries something that is named like a credential. */
export function hasUrlCredential(url: string): boolean {
  return url.includes('?') && [...new URL(url).searchParams.keys()].some(isCredential)
}

function isCredential(name: string): boolean {
  return CREDENTIALS.has(name.toLowerCase().replace(/[-_]/g, ''))
}
