import { Hono } from 'hono'
import { errorBody } from '../error-body.js'
import type { HttpEnv } from '../http-env.js'
import type { GuardedFacts } from '../http-facts.js'
import { noUrlCredentials } from '../middleware/no-url-credentials.js'
import { chatCompletions } from './chat-completions.js'
import { models } from './models.js'
import { responses } from './responses.js'

/** Everything below `/v1`, in the dialect of OpenAI. */
export function api(facts: GuardedFacts): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>()
  app.use('/v1/*', async (context, next) => {
    await next()
    context.res.headers.set('Cache-Control', 'no-store')
  })
  app.use('/v1/*', noUrlCredentials)
  app.route('/', models(facts))
  if (facts.chatCompletions !== undefined) app.route('/', chatCompletions(facts, facts.chatCompletions))
  if (facts.responses !== undefined) app.route('/', responses(facts, facts.responses))
  app.all('/v1/*', (context) =>
    context.json(errorBody('There is no such endpoint', 'invalid_request_error', 'unknown_url'), 404),
  )
  return app
}
