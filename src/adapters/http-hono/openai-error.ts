import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { AgentCallEnd } from '../../application/agent-calls/agent-call.js'
import { StoreFailure } from '../../application/ports/session-store.js'
import { OpenAiRefusal, type OpenAiRefusalCode } from '../../domain/openai/openai-refusal.js'
import { Refusal } from '../../domain/protocol/refusal.js'

/** An error as the official clients read it. */
export interface OpenAiError {
  readonly status: ContentfulStatusCode
  readonly message: string
  readonly type: string
  readonly code: string | null
  readonly param: string | null
  /** Whether the same request may succeed later; clients ask again by themselves unless told not to. */
  readonly isRetryable: boolean
  readonly retryAfterMs?: number | undefined
}

type Failed = Extract<AgentCallEnd, { status: 'failed' }>
type Told = readonly [status: ContentfulStatusCode, type: string, code: string, isRetryable: boolean]

/**
 * What a caller is told when there is no answer. Trouble between gateway and provider is 502 and never 401, which would
 * mean the caller's own token.
 */
const OF_END: Readonly<Record<Failed['code'], Told>> = {
  auth: [502, 'api_error', 'provider_auth', false],
  billing: [502, 'api_error', 'provider_billing', false],
  'unknown-model': [502, 'api_error', 'provider_model', false],
  'rate-limit': [429, 'rate_limit_error', 'rate_limit_exceeded', true],
  overloaded: [503, 'server_error', 'server_overloaded', true],
  timeout: [504, 'server_error', 'timeout', true],
  connection: [502, 'api_error', 'provider_unreachable', true],
  'context-overflow': [400, 'invalid_request_error', 'context_length_exceeded', false],
  format: [400, 'invalid_request_error', 'provider_refused', false],
  provider: [502, 'api_error', 'provider_error', true],
  store: [500, 'server_error', 'store', true],
  internal: [500, 'server_error', 'internal_error', false],
}

export function errorOfEnd(end: Failed | Extract<AgentCallEnd, { status: 'aborted' }>): OpenAiError {
  if (end.status === 'aborted') {
    const message = 'The answer was broken off.'
    return { status: 500, message, type: 'server_error', code: 'aborted', param: null, isRetryable: false }
  }
  const [status, type, code, isRetryable] = OF_END[end.code]
  return { status, message: end.message, type, code, param: null, isRetryable, retryAfterMs: end.retryAfterMs }
}

const OF_REFUSAL: Readonly<Record<OpenAiRefusalCode, ContentfulStatusCode>> = {
  invalid_request: 400,
  unsupported_parameter: 400,
  invalid_tool: 400,
  invalid_input_file: 400,
  model_not_found: 404,
  session_not_allowed: 403,
  response_not_found: 404,
}

/** What was thrown, as an error of this dialect; whatever is no refusal is thrown on. */
export function errorOfRefusal(thrown: unknown): OpenAiError {
  const type = 'invalid_request_error'
  if (thrown instanceof OpenAiRefusal) {
    const { message, param } = thrown
    const code = thrown.code === 'invalid_request' ? null : thrown.code
    return { status: OF_REFUSAL[thrown.code], message, type, code, param, isRetryable: false }
  }
  if (thrown instanceof StoreFailure) {
    const message = 'The store cannot be used at the moment.'
    return { status: 503, message, type: 'server_error', code: 'store', param: null, isRetryable: thrown.retryable }
  }
  if (!(thrown instanceof Refusal)) throw thrown
  const { message, retryable: isRetryable, retryAfterMs } = thrown
  if (thrown.code === 'INVALID_REQUEST') return { status: 400, message, type, code: null, param: null, isRetryable }
  return { status: 503, message, type: 'server_error', code: 'unavailable', param: null, isRetryable, retryAfterMs }
}

/** An error as it stands in a body, or in the middle of a stream. */
export function openAiErrorBody({ message, type, param, code }: OpenAiError) {
  return { error: { message, type, param, code } }
}

/** The response that tells of an error. */
export function openAiErrorResponse(context: Context, error: OpenAiError): Response {
  const { status, isRetryable, retryAfterMs } = error
  if (retryAfterMs !== undefined) {
    context.header('Retry-After', String(Math.max(1, Math.ceil(retryAfterMs / 1000))))
    context.header('Retry-After-Ms', String(Math.ceil(retryAfterMs)))
  }
  // The official clients ask again after every status from 500 on, unless this says otherwise.
  if (!isRetryable && status >= 500) context.header('X-Should-Retry', 'false')
  return context.json(openAiErrorBody(error), status)
}
