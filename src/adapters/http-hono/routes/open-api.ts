import { Hono } from 'hono'
import type { HttpEnv } from '../http-env.js'
import type { GuardedFacts } from '../http-facts.js'
import { readOnly } from './read-only.js'

const PATH = '/openapi.json'
const HOOKS_PATH = '/hooks'

/** `GET /openapi.json`: what all endpoints take and answer. It tells of no configuration but the path of webhooks. */
export function openApi({ hooks }: GuardedFacts, version: string): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>()
  app.on('GET', PATH, async (context) => {
    const { openApiDocument } = await import('../openapi/document.js')
    context.header('Cache-Control', 'no-cache')
    return context.json(openApiDocument({ version, hooksPath: hooks?.basePath ?? HOOKS_PATH }))
  })
  app.all(PATH, readOnly)
  return app
}
