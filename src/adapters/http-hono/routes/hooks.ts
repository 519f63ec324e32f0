import type { Context, Env, MiddlewareHandler } from 'hono'
import type { HookAnswer, HookVisit } from '../../../application/hooks/hook-request.js'
import type { Hooks } from '../../../application/hooks/hooks.js'
import { bearerOf } from '../bearer-of.js'
import type { HttpEnv } from '../http-env.js'
import { rawBody } from '../middleware/json-body.js'
import { hasUrlCredential } from '../middleware/no-url-credentials.js'

type HttpContext = Context<HttpEnv>

const BODY_ERRORS: Readonly<Record<number, string>> = { 408: 'request body timeout', 413: 'payload too large' }

/** Webhooks, below whatever path the configuration in force names. */
export function hooks(
  facts: Pick<Hooks, 'basePath' | 'maxBodyBytes' | 'knock' | 'receive'>,
): MiddlewareHandler<HttpEnv> {
  return async (context, next) => {
    const path = pathBelow(facts.basePath, context.req.path)
    if (path === null) return next()
    context.set('route', '/hooks/*')
    return answered(context, facts, path)
  }
}

async function answered(
  context: HttpContext,
  facts: Pick<Hooks, 'maxBodyBytes' | 'knock' | 'receive'>,
  path: string,
): Promise<Response> {
  if (hasUrlCredential(context.req.url)) {
    return context.text('Bad Request: send the token in the Authorization header, not in the address', 400)
  }
  const visit: HookVisit = { peer: context.env.peer, path, query: context.req.query() }
  const verdict = facts.knock(visit, shownToken(context))
  if (verdict.kind !== 'admitted') return response(context, verdict)
  if (context.req.method !== 'POST') {
    context.header('Allow', 'POST')
    return context.text('Method Not Allowed', 405)
  }
  if (path === '') return context.text('Not Found', 404)
  const read = await rawBody(context, facts.maxBodyBytes)
  if (!read.ok) {
    const { status } = read.response
    const error = BODY_ERRORS[status] ?? 'the body cannot be read'
    return context.json({ ok: false, error }, status === 408 || status === 413 ? status : 400)
  }
  const payload = payloadOf(read.bytes)
  if (payload === undefined) return context.json({ ok: false, error: 'the body is not valid JSON' }, 400)
  return response(context, await facts.receive(visit, { by: verdict.by, bytes: read.bytes, payload: payload.value }))
}

/** Empty for the base itself; null for what is not below it. */
function pathBelow(base: string | null, path: string): string | null {
  if (base === null || (path !== base && !path.startsWith(`${base}/`))) return null
  return path.slice(base.length).replace(/^\/+/, '').replace(/\/+$/, '')
}

function shownToken({ req }: HttpContext): string | null {
  return bearerOf(req.header('authorization')) ?? req.header('x-mayros-token') ?? req.header('x-openclaw-token') ?? null
}

/** An empty body is an empty object. Undefined when it is no JSON. */
function payloadOf(bytes: Uint8Array): { readonly value: unknown } | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return { value: text.trim() === '' ? {} : (JSON.parse(text) as unknown) }
  } catch (thrown) {
    if (thrown instanceof SyntaxError || thrown instanceof TypeError) return undefined
    throw thrown
  }
}

function response<E extends Env>(context: Context<E>, answer: HookAnswer): Response {
  switch (answer.kind) {
    case 'woken':
      return context.json({ ok: true, mode: answer.mode })
    case 'accepted':
      return context.json({ ok: true, runId: answer.runId }, 202)
    case 'skipped':
      return context.body(null, 204)
    case 'refused':
      return context.json({ ok: false, error: answer.error }, 400)
    case 'unmapped':
      return context.text('Not Found', 404)
    case 'failed':
      return context.json({ ok: false, error: 'hook mapping failed' }, 500)
    case 'unauthorized':
      return context.text('Unauthorized', 401)
    case 'locked-out':
      context.header('Retry-After', seconds(answer.retryAfterMs))
      return context.text('Too Many Requests', 429)
    case 'unavailable':
      context.header('Retry-After', seconds(answer.retryAfterMs ?? 1_000))
      return context.json({ ok: false, error: answer.error }, 503)
  }
}

function seconds(ms: number): string {
  return String(Math.max(1, Math.ceil(ms / 1000)))
}
