import { z } from 'zod'
import { lazily } from '../protocol/lazily.js'
import { responsesItem, toolName } from './responses-items.js'

const MAX_METADATA = 16

const toolFields = () => ({
  name: toolName(),
  description: z.string().nullish(),
  /** JSON Schema of the arguments. */
  parameters: z.record(z.string(), z.unknown()).nullish(),
  strict: z.boolean().nullish(),
})

const named = () => z.strictObject({ type: z.literal('function'), name: toolName() })
const nestedName = () => z.strictObject({ type: z.literal('function'), function: z.strictObject({ name: toolName() }) })

/** Function tools, flat as in the Responses API or nested as in Chat Completions. */
const tool = () =>
  z.union([
    z.strictObject({
      type: z.literal('function'),
      ...toolFields(),
      allowed_callers: z.unknown().optional(),
      defer_loading: z.unknown().optional(),
      output_schema: z.unknown().optional(),
    }),
    z.strictObject({ type: z.literal('function'), function: z.strictObject(toolFields()) }),
  ])

const toolChoice = () =>
  z.union([
    z.enum(['auto', 'none', 'required']),
    named(),
    nestedName(),
    z.strictObject({
      type: z.literal('allowed_tools'),
      mode: z.enum(['auto', 'required']),
      tools: z.array(z.union([named(), nestedName()])).min(1),
    }),
  ])

const format = () =>
  z.discriminatedUnion('type', [
    z.strictObject({ type: z.literal('text') }),
    z.strictObject({ type: z.literal('json_object') }),
    z.strictObject({
      type: z.literal('json_schema'),
      name: toolName(),
      schema: z.record(z.string(), z.unknown()),
      description: z.string().nullish(),
      strict: z.boolean().nullish(),
    }),
  ])

const summary = () => z.enum(['auto', 'concise', 'detailed']).nullish()

/**
 * The body of `POST /v1/responses`, strict. Everything the official clients of OpenAI send is known; what changes
 * nothing here is taken and left alone, what cannot be done is refused by `unsupportedIn`.
 */
export const responsesBody = lazily(() =>
  z.strictObject({
    model: z.string().min(1).max(256),
    input: z.union([z.string(), z.array(responsesItem())]),
    instructions: z.string().nullish(),
    tools: z.array(tool()).max(128).nullish(),
    tool_choice: toolChoice().nullish(),
    parallel_tool_calls: z.boolean().nullish(),
    max_tool_calls: z.int().min(1).nullish(),
    stream: z.boolean().nullish(),
    stream_options: z.strictObject({ include_obfuscation: z.boolean().nullish() }).nullish(),
    max_output_tokens: z.int().min(1).nullish(),
    temperature: z.number().min(0).max(2).nullish(),
    top_p: z.number().min(0).max(1).nullish(),
    text: z
      .strictObject({ format: format().nullish(), verbosity: z.enum(['low', 'medium', 'high']).nullish() })
      .nullish(),
    reasoning: z
      .strictObject({
        effort: z.enum(['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max']).nullish(),
        summary: summary(),
        generate_summary: summary(),
        context: z.unknown().optional(),
        mode: z.unknown().optional(),
      })
      .nullish(),
    previous_response_id: z.string().min(1).max(256).nullish(),
    store: z.boolean().nullish(),
    metadata: z
      .record(z.string().max(64), z.string().max(512))
      .refine((entries) => Object.keys(entries).length <= MAX_METADATA, `expected at most ${MAX_METADATA} entries`)
      .nullish(),
    user: z.string().max(256).nullish(),
    truncation: z.enum(['auto', 'disabled']).nullish(),
    include: z.array(z.string()).nullish(),
    safety_identifier: z.string().nullish(),
    prompt_cache_key: z.string().nullish(),
    prompt_cache_retention: z.string().nullish(),
    prompt_cache_options: z.unknown().optional(),
    service_tier: z.string().nullish(),
    context_management: z.unknown().optional(),
    top_logprobs: z.int().min(0).max(20).nullish(),
    background: z.boolean().nullish(),
    conversation: z.unknown().optional(),
    prompt: z.unknown().optional(),
    moderation: z.unknown().optional(),
  }),
)

export type ResponsesBody = z.infer<ReturnType<typeof responsesBody>>

/** The first thing the body asks for that nobody here can do; null when there is none. */
export function unsupportedIn(body: ResponsesBody): keyof ResponsesBody | null {
  if (body.background === true) return 'background'
  if ((body.top_logprobs ?? 0) > 0) return 'top_logprobs'
  for (const name of ['conversation', 'prompt', 'moderation'] as const) {
    if (body[name] !== undefined && body[name] !== null) return name
  }
  return null
}
