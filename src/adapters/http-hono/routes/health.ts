import { type Context, Hono } from 'hono'
import { bearerOf } from '../bearer-of.js'
import type { HttpEnv } from '../http-env.js'
import type { HttpFacts } from '../http-facts.js'
import { crossOrigin } from '../middleware/cross-origin.js'
import { readOnly } from './read-only.js'

const PATHS = ['/healthz', '/readyz'] as const
/** When somebody may look again, in seconds. */
const RETRY_AFTER = '2'

/**
 * `GET /healthz`: the process answers. `GET /readyz`: it can serve; why not is told to those who prove themselves, and on
 * this machine. No authentication otherwise; under any name, because who watches over a gateway may know it by another one.
 */
export function health(facts: HttpFacts): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>()
  if (facts.guarded !== undefined) for (const path of PATHS) app.use(path, crossOrigin(facts.guarded.door))
  app.on('GET', '/healthz', (context) => {
    context.header('Cache-Control', 'no-store')
    return context.json({ ok: true, version: facts.version })
  })
  app.on('GET', '/readyz', async (context) => {
    const { isReady, checks } = await facts.readiness()
    context.header('Cache-Control', 'no-store')
    if (!isReady) context.header('Retry-After', RETRY_AFTER)
    const details = (await mayKnowMore(context, facts)) ? { checks } : {}
    return context.json({ ready: isReady, ...details }, isReady ? 200 : 503)
  })
  app.on(['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'], [...PATHS], readOnly)
  return app
}

/** Only a secret that is shown is compared, so that probes without one leave no trace of refusals. */
async function mayKnowMore({ env }: Context<HttpEnv>, { guarded }: HttpFacts): Promise<boolean> {
  if (guarded === undefined) return false
  const { peer } = env
  if (guarded.door.isLocal(peer)) return true
  const bearer = bearerOf(peer.headers.get('authorization'))
  return bearer !== null && (await guarded.door.authenticate(peer, bearer)).kind === 'admitted'
}
