import { type Context, Hono } from 'hono'
import type { FrontDoor } from '../../../application/access/front-door.js'
import type { InvokeAnswer, InvokeTool } from '../../../application/tools/invoke-tool.js'
import { toolsInvokeBody } from '../../../domain/protocol/http/tools-invoke-body.js'
import { errorBody } from '../error-body.js'
import type { HttpEnv } from '../http-env.js'
import { jsonBody } from '../middleware/json-body.js'
import { noUrlCredentials } from '../middleware/no-url-credentials.js'
import { requireAuth } from '../middleware/require-auth.js'

const PATH = '/tools/invoke'
const MAX_BODY_BYTES = 2 * 1024 * 1024
const LONGEST_HEADER = 128

/** `POST /tools/invoke`: one call of a tool, for programs. */
export function toolsInvoke(door: FrontDoor, tools: Pick<InvokeTool, 'invoke'>): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>()
  app.use(PATH, noUrlCredentials)
  app.post(PATH, requireAuth(door), async (context) => {
    context.header('Cache-Control', 'no-store')
    const read = await jsonBody(context, MAX_BODY_BYTES)
    if (!read.ok) return read.response
    const parsed = toolsInvokeBody().safeParse(read.value)
    if (!parsed.success) return context.json(errorBody(problemOf(parsed.error.issues), 'invalid_request_error'), 400)
    const channel = named(context, 'message-channel')
    const accountId = named(context, 'account-id')
    return response(context, await tools.invoke({ ...parsed.data, channel, accountId }, context.req.raw.signal))
  })
  app.all(PATH, (context) => {
    context.header('Allow', 'POST')
    return context.text('Method Not Allowed', 405)
  })
  return app
}

function response(context: Context<HttpEnv>, answer: InvokeAnswer): Response {
  switch (answer.kind) {
    case 'done': {
      const { content, details } = answer
      return context.json({ ok: true, result: { content, ...(details === undefined ? {} : { details }) } })
    }
    case 'not-available': {
      const message = `Tool not available: ${answer.tool}`
      return context.json({ ok: false, error: { type: 'not_found', message } }, 404)
    }
    case 'refused': {
      const { message, details, isDenied } = answer
      const error = { type: 'tool_error', message, ...(details === undefined ? {} : { details }) }
      return context.json({ ok: false, error }, isDenied ? 403 : 400)
    }
    case 'failed':
      return context.json({ ok: false, error: { type: 'tool_error', message: answer.message } }, 500)
  }
}

/** Says what is wrong with a body, the missing tool in the words that programs know. */
function problemOf(issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[]): string {
  const [issue] = issues
  if (issue === undefined) return 'invalid request'
  if (issue.path.length === 0 || issue.path[0] === 'tool') return 'tools.invoke requires body.tool'
  return `${issue.path.map(String).join('.')}: ${issue.message}`
}

function named({ req }: Context<HttpEnv>, name: string): string | undefined {
  const value = (req.header(`x-mayros-${name}`) ?? req.header(`x-openclaw-${name}`))?.trim()
  return value === undefined || value === '' ? undefined : value.slice(0, LONGEST_HEADER)
}
