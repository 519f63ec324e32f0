import type { TokenUsage } from '../session/transcript.js'
import type { ResponsesBody } from './responses-body.js'

export type ResponseStatus = 'in_progress' | 'completed' | 'incomplete' | 'failed'

export interface OutputText {
  readonly type: 'output_text'
  readonly text: string
  readonly annotations: readonly never[]
  readonly logprobs: readonly never[]
}

type ItemStatus = 'in_progress' | 'completed' | 'incomplete'

/** One item of `output`. */
export type OutputItem =
  | {
      readonly type: 'message'
      readonly id: string
      readonly status: ItemStatus
      readonly role: 'assistant'
      readonly content: readonly OutputText[]
    }
  | {
      readonly type: 'function_call'
      readonly id: string
      readonly status: ItemStatus
      readonly call_id: string
      readonly name: string
      /** JSON text of an object. */
      readonly arguments: string
    }
  | {
      readonly type: 'reasoning'
      readonly id: string
      readonly summary: readonly { readonly type: 'summary_text'; readonly text: string }[]
      readonly status: ItemStatus
    }

export interface ResponseUsage {
  readonly input_tokens: number
  readonly input_tokens_details: { readonly cached_tokens: number; readonly cache_write_tokens: number }
  readonly output_tokens: number
  readonly output_tokens_details: { readonly reasoning_tokens: number }
  readonly total_tokens: number
}

/** What is known of a response from the beginning. `created_at` is in seconds. */
export interface ResponseHead {
  readonly id: string
  readonly object: 'response'
  readonly created_at: number
  readonly background: false
  readonly model: string
  readonly instructions: string | null
  readonly max_output_tokens: number | null
  readonly max_tool_calls: number | null
  readonly metadata: Readonly<Record<string, string>>
  readonly parallel_tool_calls: boolean
  readonly previous_response_id: string | null
  readonly reasoning: { readonly effort: string | null; readonly summary: string | null }
  readonly service_tier: 'default'
  readonly store: boolean
  readonly temperature: number | null
  readonly text: Readonly<Record<string, unknown>>
  readonly tool_choice: unknown
  readonly tools: readonly Readonly<Record<string, unknown>>[]
  readonly top_logprobs: 0
  readonly top_p: number | null
  readonly truncation: 'auto' | 'disabled'
  readonly user: string | null
}

/** A response as clients of OpenAI read it. */
export interface ResponseObject extends ResponseHead {
  readonly status: ResponseStatus
  readonly completed_at: number | null
  readonly error: { readonly code: string; readonly message: string } | null
  readonly incomplete_details: { readonly reason: 'max_output_tokens' } | null
  readonly output: readonly OutputItem[]
  readonly usage: ResponseUsage | null
}

/** What a response repeats of the request; tools in the flat form, whichever they were sent in. */
export function responseHead(body: ResponsesBody, id: string, createdAtMs: number, isStored: boolean): ResponseHead {
  return {
    id,
    object: 'response',
    created_at: Math.floor(createdAtMs / 1000),
    background: false,
    model: body.model,
    instructions: body.instructions ?? null,
    max_output_tokens: body.max_output_tokens ?? null,
    max_tool_calls: body.max_tool_calls ?? null,
    metadata: body.metadata ?? {},
    parallel_tool_calls: body.parallel_tool_calls ?? true,
    previous_response_id: body.previous_response_id ?? null,
    reasoning: {
      effort: body.reasoning?.effort ?? null,
      summary: body.reasoning?.summary ?? body.reasoning?.generate_summary ?? null,
    },
    service_tier: 'default',
    store: isStored,
    temperature: body.temperature ?? null,
    text: { format: body.text?.format ?? { type: 'text' }, verbosity: body.text?.verbosity ?? 'medium' },
    tool_choice: body.tool_choice ?? 'auto',
    tools: (body.tools ?? []).map(flatTool),
    top_logprobs: 0,
    top_p: body.top_p ?? null,
    truncation: body.truncation ?? 'disabled',
    user: body.user ?? null,
  }
}

function flatTool(tool: NonNullable<ResponsesBody['tools']>[number]): Readonly<Record<string, unknown>> {
  const { name, description, parameters, strict } = 'function' in tool ? tool.function : tool
  return {
    type: 'function',
    name,
    description: description ?? null,
    parameters: parameters ?? null,
    strict: strict ?? false,
  }
}

/** Null where the provider told none. */
export function responseUsage(usage: TokenUsage | null): ResponseUsage | null {
  if (usage === null) return null
  return {
    input_tokens: usage.input,
    input_tokens_details: { cached_tokens: usage.cacheRead ?? 0, cache_write_tokens: usage.cacheWrite ?? 0 },
    output_tokens: usage.output,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: usage.total,
  }
}
