import type { ChatBody } from '../../domain/openai/chat-body.js'
import type { ResponsesBody } from '../../domain/openai/responses-body.js'
import type { AnswerFormat, AnswerSettings } from '../agent-calls/agent-call.js'

/** How the model is to answer. */
export function chatSettings(body: ChatBody): AnswerSettings {
  const maxTokens = body.max_completion_tokens ?? body.max_tokens
  const stop = typeof body.stop === 'string' ? [body.stop] : (body.stop ?? [])
  const format = formatOf(body.response_format)
  return {
    ...(isGiven(maxTokens) ? { maxTokens } : {}),
    ...(isGiven(body.temperature) ? { temperature: body.temperature } : {}),
    ...(isGiven(body.top_p) ? { topP: body.top_p } : {}),
    ...(isGiven(body.frequency_penalty) ? { frequencyPenalty: body.frequency_penalty } : {}),
    ...(isGiven(body.presence_penalty) ? { presencePenalty: body.presence_penalty } : {}),
    ...(isGiven(body.seed) ? { seed: body.seed } : {}),
    ...(stop.length === 0 ? {} : { stop }),
    ...(format === null ? {} : { format }),
  }
}

/** The caller's tools and their choice, in the words of the Responses API. */
export function chatTools({ tools, tool_choice: choice }: ChatBody): Pick<ResponsesBody, 'tools' | 'tool_choice'> {
  return {
    tools: (tools ?? []).map(({ function: { name, description, parameters } }) => ({
      type: 'function',
      function: { name, description, parameters },
    })),
    tool_choice: choiceOf(choice),
  }
}

function choiceOf(choice: ChatBody['tool_choice']): ResponsesBody['tool_choice'] {
  if (choice === null || choice === undefined || typeof choice === 'string') return choice
  if (choice.type === 'function') return { type: 'function', name: choice.function.name }
  const { mode, tools } = choice.allowed_tools
  return { type: 'allowed_tools', mode, tools: tools.map(({ function: { name } }) => ({ type: 'function', name })) }
}

function formatOf(format: ChatBody['response_format']): AnswerFormat | null {
  if (format === null || format === undefined || format.type === 'text') return null
  if (format.type === 'json_object') return { type: 'json_object' }
  const { name, description, schema, strict } = format.json_schema
  if (!isGiven(schema)) return { type: 'json_object' }
  return {
    type: 'json_schema',
    name,
    schema,
    ...(isGiven(description) ? { description } : {}),
    ...(isGiven(strict) ? { strict } : {}),
  }
}

function isGiven<T>(value: T | null | undefined): value is T {
  return value !== null && value !== undefined
}
