import type { LanguageModelV3CallOptions, SharedV3ProviderOptions } from '@ai-sdk/provider'
import type { ProviderApi } from './provider-table.js'

type Settings = Partial<
  Pick<
    LanguageModelV3CallOptions,
    | 'temperature'
    | 'topP'
    | 'topK'
    | 'maxOutputTokens'
    | 'stopSequences'
    | 'seed'
    | 'presencePenalty'
    | 'frequencyPenalty'
  >
>

/** Every accepted spelling of a number, without underscores and in lower case. */
const NUMBERS: Readonly<Record<string, Exclude<keyof Settings, 'stopSequences'>>> = {
  temperature: 'temperature',
  topp: 'topP',
  topk: 'topK',
  maxtokens: 'maxOutputTokens',
  maxoutputtokens: 'maxOutputTokens',
  maxcompletiontokens: 'maxOutputTokens',
  seed: 'seed',
  presencepenalty: 'presencePenalty',
  frequencypenalty: 'frequencyPenalty',
}

/** What a configured model is always asked with, in the SDK's words. */
export interface ModelParams {
  readonly settings: Settings
  /** What only the provider understands; it goes along where a dialect takes whatever is sent. */
  readonly options: SharedV3ProviderOptions
}

/** Where the open dialect takes further fields of the request from; see LanguageModels. */
const OPEN_FIELDS = 'upstream'

/** Sorts `agents.defaults.models.<ref>.params`. Values of a wrong type are left out: the answer matters more. */
export function modelParams(params: Readonly<Record<string, unknown>> | undefined, api: ProviderApi): ModelParams {
  const settings: { -readonly [Name in keyof Settings]: Settings[Name] } = {}
  const others: SharedV3ProviderOptions[string] = {}
  for (const [name, value] of Object.entries(params ?? {})) {
    const folded = name.replaceAll('_', '').toLowerCase()
    const number = Object.hasOwn(NUMBERS, folded) ? NUMBERS[folded] : undefined
    if (number !== undefined) {
      if (typeof value === 'number' && Number.isFinite(value)) settings[number] = value
    } else if (folded === 'stop' || folded === 'stopsequences') {
      const words = (Array.isArray(value) ? value : [value]).filter((word) => typeof word === 'string')
      if (words.length > 0) settings.stopSequences = words
    } else if (!OWN_FIELDS.has(folded)) others[name] = value as SharedV3ProviderOptions[string][string]
  }
  const hasOthers = api === 'openai-completions' && Object.keys(others).length > 0
  return { settings, options: hasOthers ? { [OPEN_FIELDS]: others } : {} }
}

/** Fields that the request itself is made of. */
const OWN_FIELDS = new Set(['model', 'messages', 'stream', 'streamoptions', 'tools'])
