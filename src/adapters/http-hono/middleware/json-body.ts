import type { Context } from 'hono'
import type { HttpEnv } from '../http-env.js'
import { jsonFault } from '../json-fault.js'

type Refused = { readonly ok: false; readonly response: Response }

/** How long a body may take, in milliseconds. */
const BODY_MS = 30_000

/** The body as JSON; an empty one is `{}`. Refused when it is too long (413), too slow (408) or no JSON (400). */
export async function jsonBody(
  context: Context<HttpEnv>,
  limitBytes: number,
  timeoutMs = BODY_MS,
): Promise<{ readonly ok: true; readonly value: unknown } | Refused> {
  const read = await rawBody(context, limitBytes, timeoutMs)
  if (!read.ok) return read
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(read.bytes)
  } catch (thrown) {
    if (thrown instanceof TypeError) return refused(context, 400, 'The body is not valid UTF-8')
    throw thrown
  }
  try {
    return { ok: true, value: text.trim() === '' ? {} : (JSON.parse(text) as unknown) }
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return refused(context, 400, `The body is not valid JSON${placeOf(text)}`)
    throw thrown
  }
}

function placeOf(text: string): string {
  const fault = jsonFault(text)
  return fault === null ? '' : `: unexpected at line ${fault.line}, column ${fault.column}`
}

/** The body as bytes. */
export async function rawBody(
  context: Context<HttpEnv>,
  limitBytes: number,
  timeoutMs = BODY_MS,
): Promise<{ readonly ok: true; readonly bytes: Uint8Array } | Refused> {
  const tooLarge = () => refused(context, 413, 'Payload too large')
  if (Number(context.req.header('content-length') ?? 0) > limitBytes) return tooLarge()
  const reader = context.req.raw.body?.getReader()
  if (reader === undefined) return { ok: true, bytes: new Uint8Array() }
  const chunks: Uint8Array[] = []
  let length = 0
  let isLate = false
  const timer = setTimeout(() => {
    isLate = true
    void reader.cancel()
  }, timeoutMs)
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (isLate) return refused(context, 408, 'Request body timeout')
      if (done) return { ok: true, bytes: new Uint8Array(Buffer.concat(chunks)) }
      length += value.byteLength
      if (length > limitBytes) return tooLarge()
      chunks.push(value)
    }
  } catch (thrown) {
    if (context.req.raw.signal.aborted) return refused(context, 400, 'The request was broken off')
    throw thrown
  } finally {
    clearTimeout(timer)
  }
}

function refused(context: Context<HttpEnv>, status: 400 | 408 | 413, message: string): Refused {
  const error = { message, type: 'invalid_request_error', param: null, code: null }
  return { ok: false, response: context.json({ error }, status) }
}
