import { type Context, Hono } from 'hono'
import { noSuchResponse } from '../../../domain/openai/no-such-response.js'
import { OpenAiRefusal } from '../../../domain/openai/openai-refusal.js'
import { readResponsesBody } from '../../../domain/openai/read-responses-body.js'
import type { StoredResponse } from '../../../domain/openai/stored-response.js'
import { callerPlace } from '../caller-place.js'
import { errorBody } from '../error-body.js'
import type { HttpEnv } from '../http-env.js'
import type { GuardedFacts, ResponsesFacts } from '../http-facts.js'
import { jsonBody } from '../middleware/json-body.js'
import { requireAuth } from '../middleware/require-auth.js'
import { errorOfRefusal, openAiErrorResponse } from '../openai-error.js'
import { responsesAnswer } from './responses-answer.js'
import { responsesInputItems } from './responses-input-items.js'

type HttpContext = Context<HttpEnv>

/** `/v1/responses`: the Responses API of OpenAI. */
export function responses({ door, agentIds }: GuardedFacts, facts: ResponsesFacts): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>()
  app.onError((error, context) => openAiErrorResponse(context, errorOfRefusal(error)))
  const auth = requireAuth(door)
  for (const path of ['/v1/responses', '/v1/responses/*']) {
    app.use(path, async (context, next) => {
      if (facts.isEnabled()) return next()
      return context.json(errorBody('There is no such endpoint', 'invalid_request_error', 'unknown_url'), 404)
    })
  }

  app.post('/v1/responses', auth, async (context) => {
    const read = await jsonBody(context, facts.maxBodyBytes())
    if (!read.ok) return read.response
    const body = readResponsesBody(read.value)
    const space = { agentIds: agentIds(), prefix: 'openresponses', scope: facts.keyScope() }
    return responsesAnswer(context, facts, { body, ...callerPlace(context, body, space) })
  })
  app.get('/v1/responses/:id', auth, async (context) => {
    if (context.req.query('stream') === 'true') {
      throw new OpenAiRefusal('unsupported_parameter', 'A response that is stored cannot be streamed.', 'stream')
    }
    return context.json((await stored(context, facts)).body)
  })
  app.delete('/v1/responses/:id', auth, async (context) => {
    const id = context.req.param('id')
    if (!(await facts.responses.delete(id))) throw noSuchResponse(id)
    return context.json({ id, object: 'response', deleted: true })
  })
  app.get('/v1/responses/:id/input_items', auth, async (context) => {
    const { input } = await stored(context, facts)
    return context.json(responsesInputItems(input, context.req.query()))
  })
  app.post('/v1/responses/:id/cancel', auth, async (context) => {
    await stored(context, facts)
    throw new OpenAiRefusal('invalid_request', 'Only responses in the background can be cancelled, and there are none.')
  })

  app.all('/v1/responses', only('POST'))
  app.all('/v1/responses/:id', only('GET, HEAD, DELETE'))
  app.all('/v1/responses/:id/input_items', only('GET, HEAD'))
  app.all('/v1/responses/:id/cancel', only('POST'))
  return app
}

async function stored(context: HttpContext, facts: ResponsesFacts): Promise<StoredResponse> {
  const id = context.req.param('id') ?? ''
  const found = await facts.responses.get(id)
  if (found === null) throw noSuchResponse(id)
  return found
}

function only(methods: string) {
  return (context: HttpContext) => {
    context.header('Allow', methods)
    return context.text('Method Not Allowed', 405)
  }
}
