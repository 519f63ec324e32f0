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

/**
 * https://platform.openai.com/docs/guides/reasoning: `minimal` exists for gpt-5 only, `none` from 5.1 on, `xhigh` from
 * 5.2 on. Models that cannot stop thinking get the least there is.
 */
function openAiEffort(key: string, model: string, level: string, isReasoning: boolean): SharedV3ProviderOptions {
  const name = model.slice(model.lastIndexOf('/') + 1)
  const effort = openAiWord(name, level, isReasoning)
  return effort === undefined ? {} : { [key]: { reasoningEffort: effort } }
}

function openAiWord(name: string, level: string, isReasoning: boolean): string | undefined {
  if (/^gpt-5.*-chat/.test(name)) return undefined
  const isFirst = /^gpt-5(-mini|-nano)?$/.test(name)
  if (level === 'off') {
    if (isFirst) return 'minimal'
    if (/^gpt-5\.[1-9](-mini|-nano)?$|^gpt-6(-sol|-luna|\.1-terra)$/.test(name)) return 'none'
    return /^(o\d|gpt-6)/.test(name) ? 'low' : undefined
  }
  const effort = EFFORTS[level]
  if (effort === undefined || !(isReasoning || /^(o\d|gpt-[5-9])/.test(name))) return undefined
  if (level === 'minimal' && isFirst) return 'minimal'
  return level === 'xhigh' && /^gpt-(5\.[2-9](-codex)?$|[6-9])/.test(name) ? 'xhigh' : effort
}

/**
 * https://docs.anthropic.com/en/docs/build-with-claude/extended-thinking: thinking is bought in tokens and off unless
 * asked for, up to the models that decide for themselves and are told how much effort to make.
 */
function anthropicThinking(model: string, level: string): SharedV3ProviderOptions {
  if (/claude-((opus|sonnet|haiku)-5-5|fable-5)/.test(model)) {
    const effort = level === 'off' ? 'low' : level === 'xhigh' ? 'xhigh' : EFFORTS[level]
    return effort === undefined ? {} : { anthropic: { effort } }
  }
  const budgetTokens = BUDGETS[level]
  if (budgetTokens === undefined) return {}
  const takesBudget = /claude-(3-7-|(opus|sonnet|haiku)-4-|(opus|sonnet)-5(?!-\d))/.test(model)
  return takesBudget ? { anthropic: { thinking: { type: 'enabled', budgetTokens } } } : {}
}

/** https://ai.google.dev/gemini-api/docs/thinking: 2.5 takes tokens, 3 takes levels; only flash models can be silenced. */
function googleThinking(model: string, level: string): SharedV3ProviderOptions {
  if (/gemini-2\.5-(pro|flash)(?!.*(image|tts|audio))/.test(model)) {
    if (level === 'off') return model.includes('pro') ? {} : { google: { thinkingConfig: { thinkingBudget: 0 } } }
    const thinkingBudget = BUDGETS[level]
    if (thinkingBudget === undefined) return {}
    return { google: { thinkingConfig: { thinkingBudget: Math.min(thinkingBudget, 24_576), includeThoughts: true } } }
  }
  const kind = /gemini-3(?:\.\d+)?-(pro|flash)(?!.*(?:image|tts|audio))/.exec(model)?.[1]
  if (kind === undefined || !(level === 'off' || Object.hasOwn(EFFORTS, level))) return {}
  const thinkingLevel = kind === 'flash' ? flashLevel(level) : proLevel(level)
  return { google: { thinkingConfig: { thinkingLevel, ...(level === 'off' ? {} : { includeThoughts: true }) } } }
}

function flashLevel(level: string): string {
  return level === 'off' ? 'minimal' : level === 'xhigh' ? 'high' : level
}

/** Knows two levels only. */
function proLevel(level: string): string {
  return level === 'off' || level === 'minimal' || level === 'low' ? 'low' : 'high'
}
