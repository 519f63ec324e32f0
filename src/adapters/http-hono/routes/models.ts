import { Hono } from 'hono'
import { errorBody } from '../error-body.js'
import type { HttpEnv } from '../http-env.js'
import type { GuardedFacts } from '../http-facts.js'
import { requireAuth } from '../middleware/require-auth.js'
import { readOnly } from './read-only.js'

/** `GET /v1/models`: what a client may name as `model`. `mayros` is the default agent, `mayros:<id>` each of them. */
export function models({ door, agentIds }: GuardedFacts): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>()
  const auth = requireAuth(door)
  const ids = () => ['mayros', ...agentIds().map((id) => `mayros:${id}`)]
  app.get('/v1/models', auth, (context) => context.json({ object: 'list', data: ids().map(model) }))
  app.get('/v1/models/:id{.+}', auth, (context) => {
    const asked = context.req.param('id')
    const id = ids().find((known) => known === asked)
    return id === undefined
      ? context.json(errorBody('The model does not exist', 'invalid_request_error', 'model_not_found'), 404)
      : context.json(model(id))
  })
  app.all('/v1/models', readOnly)
  app.all('/v1/models/:id{.+}', readOnly)
  return app
}

function model(id: string) {
  return { id, object: 'model', created: 0, owned_by: 'mayros' }
}
