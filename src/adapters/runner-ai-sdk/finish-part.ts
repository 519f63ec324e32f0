import type { LanguageModelV3StreamPart, LanguageModelV3Usage } from '@ai-sdk/provider'
import { RunnerFailure, type RunnerPart } from '../../application/ports/agent-runner.js'
import type { StopReason, TokenUsage } from '../../domain/session/transcript.js'
import { endedTooEarly } from './provider-failure.js'
import type { Provider } from './provider-table.js'

type ModelFinish = Extract<LanguageModelV3StreamPart, { type: 'finish' }>

/** What an answer was made of. */
export interface Said {
  readonly hasText: boolean
  readonly hasCalls: boolean
}

/**
 * The SDK's last part in our words.
 * @throws RunnerFailure when the stream ended without the provider's word that it is done, or when a filter kept back
 *   the whole answer
 */
export function finishPart(part: ModelFinish, provider: Provider, model: string, said: Said): RunnerPart {
  const { unified, raw } = part.finishReason
  if (raw === undefined && (unified === 'other' || unified === 'error')) throw endedTooEarly(provider, model)
  const label = `${provider.id}/${model}`
  if (unified === 'error') throw new RunnerFailure('provider', `${label} stopped with an error (${raw}); try again`)
  if (unified === 'content-filter' && !said.hasText && !said.hasCalls) {
    throw new RunnerFailure(
      'provider',
      `${label} kept its answer back (${raw ?? unified}); put the message in other words`,
    )
  }
  const usage = tokenUsage(part.usage)
  return {
    type: 'finish',
    stopReason: said.hasCalls ? 'toolUse' : stopReason(unified),
    provider: provider.id,
    model,
    api: provider.api,
    ...(usage === null ? {} : { usage }),
  }
}

/** Some servers say `tool_calls` and ask for none; then there is nothing to wait for. */
function stopReason(unified: ModelFinish['finishReason']['unified']): StopReason {
  return unified === 'length' ? 'length' : 'stop'
}

function tokenUsage({ inputTokens, outputTokens }: LanguageModelV3Usage): TokenUsage | null {
  if (inputTokens.total === undefined && outputTokens.total === undefined) return null
  const input = inputTokens.total ?? 0
  const output = outputTokens.total ?? 0
  const { cacheRead, cacheWrite } = inputTokens
  return {
    input,
    output,
    total: input + output,
    ...(cacheRead === undefined || cacheRead === 0 ? {} : { cacheRead }),
    ...(cacheWrite === undefined || cacheWrite === 0 ? {} : { cacheWrite }),
  }
}
