import { z } from 'zod'

/** Longest name a tool may have, and of which letters, as OpenAI has it. */
const TOOL_NAME = /^[A-Za-z0-9_-]{1,64}$/

export const toolName = () => z.string().regex(TOOL_NAME, 'expected a name of 1 to 64 letters, digits, "_" and "-"')

const id = () => z.string().max(256).nullish()
const callId = () => z.string().min(1).max(256)
const status = () => z.enum(['in_progress', 'completed', 'incomplete']).nullish()
/** Fields of OpenAI that change nothing here. */
const ignored = () => z.unknown().optional()

/** Where the bytes of a picture or file are: here, or somewhere else. */
const source = () =>
  z.discriminatedUnion('type', [
    z.strictObject({ type: z.literal('url'), url: z.string() }),
    z.strictObject({ type: z.literal('base64'), media_type: z.string(), data: z.string() }),
  ])

const textParts = () =>
  [
    z.strictObject({ type: z.literal('input_text'), text: z.string(), prompt_cache_breakpoint: ignored() }),
    z.strictObject({
      type: z.literal('output_text'),
      text: z.string(),
      annotations: z.array(z.unknown()).nullish(),
      logprobs: z.array(z.unknown()).nullish(),
      // What the official client adds to what it received.
      parsed: ignored(),
    }),
    z.strictObject({ type: z.literal('refusal'), refusal: z.string() }),
  ] as const

const fileParts = () =>
  [
    z.strictObject({
      type: z.literal('input_image'),
      source: source().optional(),
      image_url: z.string().nullish(),
      file_id: z.string().nullish(),
      detail: z.enum(['low', 'high', 'auto', 'original']).nullish(),
      prompt_cache_breakpoint: ignored(),
    }),
    z.strictObject({
      type: z.literal('input_file'),
      source: source().optional(),
      file_data: z.string().nullish(),
      file_url: z.string().nullish(),
      file_id: z.string().nullish(),
      filename: z.string().max(256).nullish(),
      detail: z.enum(['low', 'high', 'auto']).nullish(),
      prompt_cache_breakpoint: ignored(),
    }),
  ] as const

/** One piece of a message or of what a tool returned. */
const part = () => z.discriminatedUnion('type', [...textParts(), ...fileParts()])

export type ResponsesPart = z.infer<ReturnType<typeof part>>

/** One item of `input`. Every `type` must be there; see `withItemTypes`. */
export const responsesItem = () =>
  z.discriminatedUnion('type', [
    z.strictObject({
      type: z.literal('message'),
      role: z.enum(['user', 'assistant', 'system', 'developer']),
      content: z.union([z.string(), z.array(part())]),
      id: id(),
      status: status(),
      phase: ignored(),
    }),
    z.strictObject({
      type: z.literal('function_call'),
      call_id: callId(),
      name: toolName(),
      arguments: z.string(),
      id: id(),
      status: status(),
      caller: ignored(),
      namespace: ignored(),
      created_by: ignored(),
      parsed_arguments: ignored(),
    }),
    z.strictObject({
      type: z.literal('function_call_output'),
      call_id: callId(),
      output: z.union([z.string(), z.array(part())]),
      id: id(),
      status: status(),
      caller: ignored(),
      created_by: ignored(),
    }),
    z.strictObject({
      type: z.literal('reasoning'),
      id: id(),
      summary: z.array(z.unknown()).optional(),
      content: z.array(z.unknown()).nullish(),
      encrypted_content: z.string().nullish(),
      status: status(),
    }),
    z.strictObject({ type: z.literal('item_reference'), id: z.string().min(1).max(256) }),
  ])

export type ResponsesItem = z.infer<ReturnType<typeof responsesItem>>

/** The body with the `type` written out of items that may leave it away: messages, which have a role, and references. */
export function withItemTypes(body: unknown): unknown {
  if (!isObject(body) || !Array.isArray(body.input)) return body
  const input = body.input.map((item: unknown) => {
    if (!isObject(item) || (item.type !== undefined && item.type !== null)) return item
    return { ...item, type: 'role' in item ? 'message' : 'item_reference' }
  })
  return { ...body, input }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
