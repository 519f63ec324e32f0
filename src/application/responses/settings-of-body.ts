import type { ResponsesBody } from '../../domain/openai/responses-body.js'
import type { AnswerFormat, AnswerSettings } from '../agent-calls/agent-call.js'

/** How the model is to answer. */
export function settingsOfBody(body: ResponsesBody): AnswerSettings {
  const format = formatOf(body.text?.format)
  return {
    ...(isGiven(body.max_output_tokens) ? { maxTokens: body.max_output_tokens } : {}),
    ...(isGiven(body.temperature) ? { temperature: body.temperature } : {}),
    ...(isGiven(body.top_p) ? { topP: body.top_p } : {}),
    ...(format === null ? {} : { format }),
  }
}

/** Levels of ours for the efforts of OpenAI that have another name. */
const OTHER_NAMES: Readonly<Record<string, string>> = { none: 'off', max: 'xhigh' }

/** How much the model shall think; undefined: as it is used to. */
export function thinkingOfEffort(effort: string | null | undefined): string | undefined {
  return effort === null || effort === undefined ? undefined : (OTHER_NAMES[effort] ?? effort)
}

type Format = NonNullable<NonNullable<ResponsesBody['text']>['format']>

function formatOf(format: Format | null | undefined): AnswerFormat | null {
  if (format === null || format === undefined || format.type === 'text') return null
  if (format.type === 'json_object') return { type: 'json_object' }
  const { type, name, schema, description, strict } = format
  return {
    type,
    name,
    schema,
    ...(isGiven(description) ? { description } : {}),
    ...(isGiven(strict) ? { strict } : {}),
  }
}

function isGiven<T>(value: T | null | undefined): value is T {
  return value !== null && value !== undefined
}
