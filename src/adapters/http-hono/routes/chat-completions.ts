import { Hono } from 'hono'
import { readChatBody } from '../../../domain/openai/read-chat-body.js'
import { callerPlace } from '../caller-place.js'
import { errorBody } from '../error-body.js'
import type { HttpEnv } from '../http-env.js'
import type { ChatCompletionsFacts, GuardedFacts } from '../http-facts.js'
import { jsonBody } from '../middleware/json-body.js'
import { requireAuth } from '../middleware/require-auth.js'
import { errorOfRefusal, openAiErrorResponse } from '../openai-error.js'
import { chatAnswer } from './chat-answer.js'

/** `POST /v1/chat/completions`: Chat Completions of OpenAI. */
export function chatCompletions({ door, agentIds }: GuardedFacts, facts: ChatCompletionsFacts): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>()
  app.onError((error, context) => openAiErrorResponse(context, errorOfRefusal(error)))
  app.use('/v1/chat/completions', async (context, next) => {
    if (facts.isEnabled()) return next()
    const hint = 'There is no such endpoint (gateway.http.endpoints.chatCompletions.enabled)'
    return context.json(errorBody(hint, 'invalid_request_error', 'unknown_url'), 404)
  })
  app.post('/v1/chat/completions', requireAuth(door), async (context) => {
    const read = await jsonBody(context, facts.maxBodyBytes())
    if (!read.ok) return read.response
    const body = readChatBody(read.value)
    const place = callerPlace(context, body, { agentIds: agentIds(), prefix: 'openai', scope: facts.keyScope() })
    return chatAnswer(context, facts, { body, ...place })
  })
  app.all('/v1/chat/completions', (context) => {
    context.header('Allow', 'POST')
    return context.text('Method Not Allowed', 405)
  })
  return app
}
