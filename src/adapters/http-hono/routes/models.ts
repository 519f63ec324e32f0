import { Hono } from 'hono'
import { agentNamedBy } from '../../../domain/openai/agent-of-model.js'
import { errorBody } from '../error-body.js'
import type { HttpEnv } from '../http-env.js'
import type { GuardedFacts } from '../http-facts.js'
import { requireAuth } from '../middleware/require-auth.js'
import { readOnly } from './read-only.js'

/**
 * `GET /v1/models`: what a client may name as `model`. `mayros` is the default agent, `mayros:<id>` each of them; their
 * other names are found when asked for one by one.
 */
export function models({ door, agentIds }: GuardedFacts): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>()
  const auth = requireAuth(door)
  const ids = () => ['mayros', ...agentIds().map((id) => `mayros:${id}`)]
  app.get('/v1/models', auth, (context) => context.json({ object: 'list', data: ids().map(model) }))
  app.get('/v1/models/:id{.+}', auth, (context) => {
    const asked = context.req.param('id')
    const named = agentNamedBy(asked)
    const isKnown = named === 'default' || (named !== null && agentIds().includes(named.id))
    if (isKnown) return context.json(model(asked))
    return context.json(errorBody('The model does not exist', 'invalid_request_error', 'model_not_found'), 404)
  })
  app.all('/v1/models', readOnly)
  app.all('/v1/models/:id{.+}', readOnly)
  return app
}

function model(id: string) {
  return { id, object: 'model', created: 0, owned_by: 'mayros' }
}
