/** The dialects models are spoken to in; `plain` knows text only, neither tools nor pictures. */
export const PROVIDER_KINDS = [
  'openai-completions',
  'openai-responses',
  'anthropic-messages',
  'google-generative-ai',
  'plain',
] as const

export type ProviderKind = (typeof PROVIDER_KINDS)[number]

/** What a provider accepts in a list of messages. */
export interface ProviderRules {
  readonly kind: ProviderKind
  /** Whether the model sees pictures of the user; without, a note stands in their place. */
  readonly images: boolean
  /** Whether results of tools may carry pictures. */
  readonly toolImages: boolean
  readonly tools: boolean
  /** Longest id of a tool call; all kinds take letters, digits, `_` and `-`, and no id twice. */
  readonly callIdChars: number
  /** Longest name of a tool, of the same characters. */
  readonly toolNameChars: number
  /** Whether names of tools must begin with a letter or `_`. */
  readonly namesBeginWithLetter: boolean
}

const WORDS = { tools: true, callIdChars: 64, toolNameChars: 64, namesBeginWithLetter: false }

/** Lengths and characters are those that the providers' references and refusals name; the strictest reader of a dialect counts. */
const RULES: Readonly<Record<ProviderKind, Omit<ProviderRules, 'kind' | 'images'>>> = {
  'openai-completions': { ...WORDS, toolImages: false, callIdChars: 40 },
  'openai-responses': { ...WORDS, toolImages: true },
  'anthropic-messages': { ...WORDS, toolImages: true },
  'google-generative-ai': { ...WORDS, toolImages: false, namesBeginWithLetter: true },
  plain: { ...WORDS, tools: false, toolImages: false },
}

/** The rules of a dialect, for a model that sees pictures or does not. */
export function providerRules(kind: ProviderKind, images: boolean): ProviderRules {
  const rules = RULES[kind]
  const sees = images && kind !== 'plain'
  return { kind, ...rules, images: sees, toolImages: sees && rules.toolImages }
}
