import type { ProviderApi } from './provider-table.js'

/** What we know about a provider without being told. */
export interface KnownProvider {
  readonly baseUrl: string
  /** Environment variables that hold its key, the first that is set wins. */
  readonly keyVariables: readonly string[]
}

/** Providers whose address need not be configured. Addresses are those of their public documentation. */
export const KNOWN_PROVIDERS: ReadonlyMap<string, KnownProvider> = new Map([
  ['openai', known('https://api.openai.com/v1', 'OPENAI_API_KEY')],
  ['anthropic', known('https://api.anthropic.com/v1', 'ANTHROPIC_API_KEY')],
  ['google', known('https://generativelanguage.googleapis.com/v1beta', 'GEMINI_API_KEY', 'GOOGLE_API_KEY')],
  ['openrouter', known('https://openrouter.ai/api/v1', 'OPENROUTER_API_KEY')],
  ['groq', known('https://api.groq.com/openai/v1', 'GROQ_API_KEY')],
  ['mistral', known('https://api.mistral.ai/v1', 'MISTRAL_API_KEY')],
  ['xai', known('https://api.x.ai/v1', 'XAI_API_KEY')],
  ['zai', known('https://api.z.ai/api/paas/v4', 'ZAI_API_KEY')],
  ['moonshot', known('https://api.moonshot.ai/v1', 'MOONSHOT_API_KEY')],
  ['minimax', known('https://api.minimax.io/v1', 'MINIMAX_API_KEY')],
  ['deepseek', known('https://api.deepseek.com/v1', 'DEEPSEEK_API_KEY')],
])

/** A provider that is used when nobody configured any and its key is in the environment. */
export interface BuiltInProvider {
  readonly id: string
  readonly api: ProviderApi
  /** The first one answers when nobody chose. */
  readonly models: readonly { readonly id: string; readonly name: string }[]
}

/** In order of preference. The models are the general ones of each house; any other can be named in the configuration. */
export const BUILT_IN_PROVIDERS: readonly BuiltInProvider[] = [
  {
    id: 'openai',
    api: 'openai-responses',
    models: [
      { id: 'gpt-5.6', name: 'GPT-5.6' },
      { id: 'gpt-5.4-mini', name: 'GPT-5.4 mini' },
    ],
  },
  {
    id: 'anthropic',
    api: 'anthropic-messages',
    models: [
      { id: 'claude-sonnet-5', name: 'Claude Sonnet 5' },
      { id: 'claude-opus-5', name: 'Claude Opus 5' },
      { id: 'claude-haiku-4-5', name: 'Claude Haiku 4.5' },
    ],
  },
  {
    id: 'google',
    api: 'google-generative-ai',
    models: [
      { id: 'gemini-flash-latest', name: 'Gemini Flash' },
      { id: 'gemini-pro-latest', name: 'Gemini Pro' },
    ],
  },
]

function known(baseUrl: string, ...keyVariables: string[]): KnownProvider {
  return { baseUrl, keyVariables }
}
