import { z } from 'zod'
import { lazily } from '../protocol/lazily.js'
import { toolName } from './responses-items.js'

const textPart = () => z.object({ type: z.enum(['text', 'input_text', 'output_text']), text: z.string() })
const refusalPart = () => z.object({ type: z.literal('refusal'), refusal: z.string() })
const imagePart = () =>
  z.object({
    type: z.enum(['image_url', 'input_image']),
    image_url: z.union([z.string(), z.object({ url: z.string() })]),
  })
const filePart = () =>
  z.object({
    type: z.literal('file'),
    file: z.object({
      file_data: z.string().nullish(),
      file_id: z.string().nullish(),
      filename: z.string().nullish(),
    }),
  })

const words = () => z.union([z.string(), z.array(z.union([textPart(), refusalPart()]))])

const message = () =>
  z.discriminatedUnion('role', [
    z.object({ role: z.enum(['system', 'developer']), content: words() }),
    z.object({
      role: z.literal('user'),
      content: z.union([z.string(), z.array(z.union([textPart(), imagePart(), filePart()]))]),
    }),
    z.object({
      role: z.literal('assistant'),
      content: words().nullish(),
      tool_calls: z
        .array(
          z.object({
            id: z.string().min(1),
            type: z.literal('function').optional(),
            function: z.object({ name: z.string().min(1), arguments: z.string() }),
          }),
        )
        .nullish(),
    }),
    z.object({ role: z.literal('tool'), tool_call_id: z.string().min(1), content: words() }),
    z.object({ role: z.literal('function'), name: z.string().min(1), content: z.string().nullable() }),
  ])

const tool = () =>
  z.object({
    type: z.literal('function'),
    function: z.object({
      name: toolName(),
      description: z.string().nullish(),
      /** JSON Schema of the arguments. */
      parameters: z.record(z.string(), z.unknown()).nullish(),
      strict: z.boolean().nullish(),
    }),
  })

const named = () => z.object({ type: z.literal('function'), function: z.object({ name: toolName() }) })

const toolChoice = () =>
  z.union([
    z.enum(['auto', 'none', 'required']),
    named(),
    z.object({
      type: z.literal('allowed_tools'),
      allowed_tools: z.object({ mode: z.enum(['auto', 'required']), tools: z.array(named()).min(1) }),
    }),
  ])

const format = () =>
  z.discriminatedUnion('type', [
    z.object({ type: z.literal('text') }),
    z.object({ type: z.literal('json_object') }),
    z.object({
      type: z.literal('json_schema'),
      json_schema: z.object({
        name: toolName(),
        description: z.string().nullish(),
        schema: z.record(z.string(), z.unknown()).nullish(),
        strict: z.boolean().nullish(),
      }),
    }),
  ])

const count = () => z.int().min(1).nullish()

/**
 * The body of `POST /v1/chat/completions`. Clients send many fields besides these; what is not known here changes nothing,
 * what is known and cannot be done is refused by `readChatBody`.
 */
export const chatBody = lazily(() =>
  z.object({
    model: z.string().default('mayros'),
    messages: z.array(message()).min(1),
    stream: z.boolean().nullish(),
    stream_options: z.object({ include_usage: z.boolean().nullish() }).nullish(),
    user: z.string().nullish(),
    tools: z.array(tool()).nullish(),
    tool_choice: toolChoice().nullish(),
    parallel_tool_calls: z.boolean().nullish(),
    max_tokens: count(),
    max_completion_tokens: count(),
    temperature: z.number().min(0).max(2).nullish(),
    top_p: z.number().min(0).max(1).nullish(),
    frequency_penalty: z.number().min(-2).max(2).nullish(),
    presence_penalty: z.number().min(-2).max(2).nullish(),
    seed: z.int().nullish(),
    stop: z.union([z.string(), z.array(z.string()).max(4)]).nullish(),
    response_format: format().nullish(),
    reasoning_effort: z.enum(['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max']).nullish(),
    n: z.int().nullish(),
    logprobs: z.boolean().nullish(),
    top_logprobs: z.int().nullish(),
    logit_bias: z.record(z.string(), z.number()).nullish(),
    modalities: z.array(z.string()).nullish(),
    audio: z.unknown().optional(),
    functions: z.unknown().optional(),
    function_call: z.unknown().optional(),
    web_search_options: z.unknown().optional(),
  }),
)

export type ChatBody = z.infer<ReturnType<typeof chatBody>>
export type ChatMessage = ChatBody['messages'][number]
