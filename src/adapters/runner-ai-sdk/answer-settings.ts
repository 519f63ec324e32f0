import type { LanguageModelV3CallOptions } from '@ai-sdk/provider'
import type { AnswerFormat, AnswerSettings, ToolChoice } from '../../domain/run/answer-settings.js'

type Settings = Partial<
  Pick<
    LanguageModelV3CallOptions,
    | 'maxOutputTokens'
    | 'temperature'
    | 'topP'
    | 'frequencyPenalty'
    | 'presencePenalty'
    | 'seed'
    | 'stopSequences'
    | 'responseFormat'
  >
>

/**
 * How to answer this once, in the SDK's words. A provider package leaves out what its provider does not know.
 * @param longest most tokens of an answer of this model
 */
export function answerSettings(settings: AnswerSettings, longest: number | undefined): Settings {
  const { maxTokens, temperature, topP, frequencyPenalty, presencePenalty, seed, stop, format } = settings
  return {
    ...(maxTokens === undefined ? {} : { maxOutputTokens: Math.min(maxTokens, longest ?? maxTokens) }),
    ...(temperature === undefined ? {} : { temperature }),
    ...(topP === undefined ? {} : { topP }),
    ...(frequencyPenalty === undefined ? {} : { frequencyPenalty }),
    ...(presencePenalty === undefined ? {} : { presencePenalty }),
    ...(seed === undefined ? {} : { seed }),
    ...(stop === undefined ? {} : { stopSequences: [...stop] }),
    ...formatOf(format),
  }
}

/** The SDK takes every schema for a strict one, which OpenAI refuses where it is not; unless asked for it is none. */
export function schemaOptions(format: AnswerFormat | undefined): { readonly strictJsonSchema?: boolean } {
  return format?.type === 'json_schema' ? { strictJsonSchema: format.strict === true } : {}
}

/** Which tool must be asked for, in the SDK's words. */
export function toolChoiceOf(choice: ToolChoice): NonNullable<LanguageModelV3CallOptions['toolChoice']> {
  return typeof choice === 'string' ? { type: choice } : { type: 'tool', toolName: choice.name }
}

function formatOf(format: AnswerFormat | undefined): Pick<Settings, 'responseFormat'> {
  if (format === undefined || format.type === 'text') return {}
  if (format.type === 'json_object') return { responseFormat: { type: 'json' } }
  const { schema, name, description } = format
  return { responseFormat: { type: 'json', schema, name, ...(description === undefined ? {} : { description }) } }
}
