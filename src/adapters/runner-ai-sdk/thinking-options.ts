import type { SharedV3ProviderOptions } from '@ai-sdk/provider'
import type { ProviderApi } from './provider-table.js'

type Effort = 'low' | 'medium' | 'high'

/** What a level means where there are three. */
const EFFORTS: Readonly<Record<string, Effort>> = {
  minimal: 'low',
  low: 'low',
  medium: 'medium',
  high: 'high',
  xhigh: 'high',
}

/** What a level means where thinking is bought in tokens. */
const BUDGETS: Readonly<Record<string, number>> = {
  minimal: 1024,
  low: 2048,
  medium: 8192,
  high: 16_384,
  xhigh: 32_768,
}

/**
 * Says in a provider's words how much a model shall think. Says nothing where the model is not known to take it, because
 * providers refuse a whole request for one setting they do not know: an answer at the default is better than none.
 * @param level off, minimal, low, medium, high or xhigh; anything else and `undefined` mean the model's default
 * @param isReasoning what the configuration says about the model, where it says anything
 */
export function thinkingOptions(
  api: ProviderApi,
  model: string,
  level: string | undefined,
  isReasoning: boolean | undefined,
): SharedV3ProviderOptions {
  if (level === undefined || isReasoning === false) return {}
  switch (api) {
    case 'openai-completions':
      return openAiEffort('openaiCompatible', model, level, isReasoning === true)
    case 'openai-responses':
      return openAiEffort('openai', model, level, isReasoning === true)
    case 'anthropic-messages':
      return anthropicThinking(model, level)
    case 'google-generative-ai':
      return googleThinking(model, level)
  }
}

/** https://platform.openai.com/docs/guides/reasoning: `minimal` exists for gpt-5 only, `none` from 5.1 to 5.x. */
function openAiEffort(key: string, model: string, level: string, isReasoning: boolean): SharedV3ProviderOptions {
  const name = model.slice(model.lastIndexOf('/') + 1)
  if (/^gpt-5.*-chat/.test(name)) return {}
  const isOpenAiReasoning = /^(o\d|gpt-[5-9])/.test(name)
  if (level === 'off') {
    if (/^gpt-5\.[1-9](-mini|-nano)?$/.test(name)) return { [key]: { reasoningEffort: 'none' } }
    return /^gpt-5(-mini|-nano)?$/.test(name) ? { [key]: { reasoningEffort: 'minimal' } } : {}
  }
  const effort = EFFORTS[level]
  return effort !== undefined && (isReasoning || isOpenAiReasoning) ? { [key]: { reasoningEffort: effort } } : {}
}

/** https://docs.anthropic.com/en/docs/build-with-claude/extended-thinking: thinking is off unless asked for. */
function anthropicThinking(model: string, level: string): SharedV3ProviderOptions {
  const budgetTokens = BUDGETS[level]
  if (budgetTokens === undefined) return {}
  const takesBudget = /claude-(3-7-|(opus|sonnet|haiku)-4-|(opus|sonnet)-5(?!-\d))/.test(model)
  return takesBudget ? { anthropic: { thinking: { type: 'enabled', budgetTokens } } } : {}
}

/** https://ai.google.dev/gemini-api/docs/thinking: 2.5 takes tokens, where only flash models can be silenced. */
function googleThinking(model: string, level: string): SharedV3ProviderOptions {
  if (/gemini-2\.5-(pro|flash)(?!.*(image|tts|audio))/.test(model)) {
    if (level === 'off') return model.includes('pro') ? {} : { google: { thinkingConfig: { thinkingBudget: 0 } } }
    const thinkingBudget = BUDGETS[level]
    if (thinkingBudget === undefined) return {}
    return { google: { thinkingConfig: { thinkingBudget: Math.min(thinkingBudget, 24_576), includeThoughts: true } } }
  }
  const effort = EFFORTS[level]
  if (effort === undefined || !/gemini-3(\.\d+)?-(pro|flash)(?!.*(image|tts|audio))/.test(model)) return {}
  return { google: { thinkingConfig: { thinkingLevel: effort === 'medium' ? 'high' : effort, includeThoughts: true } } }
}
