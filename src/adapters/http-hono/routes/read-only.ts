import type { Handler } from 'hono'
import type { HttpEnv } from '../http-env.js'

/** For what can only be read. */
export const readOnly: Handler<HttpEnv> = (context) => {
  context.header('Allow', 'GET, HEAD')
  return context.text('Method Not Allowed', 405)
}
