import type { ModelRef } from '../../application/ports/agent-runner.js'
import type { GatewayConfig } from '../../domain/config/config.js'
import { BUILT_IN_PROVIDERS, type BuiltInProvider, KNOWN_PROVIDERS } from './known-providers.js'

type ModelsConfig = Pick<GatewayConfig['models'], 'providers'>
type ProviderConfig = ModelsConfig['providers'][string]

/** Wire dialect of a provider. Ollama's server speaks one of the others, so it has none of its own. */
export type ProviderApi = Exclude<NonNullable<ProviderConfig['api']>, 'ollama'>

/** Where Ollama answers in the dialect of OpenAI. */
const OLLAMA_BASE_URL = 'http://127.0.0.1:11434/v1'

/** Environment variables by name; a blank one counts as unset. */
export type Environment = Readonly<Record<string, string | undefined>>

/** What is known about one model of a provider. */
export interface ProviderModel {
  readonly id: string
  readonly name: string
  readonly reasoning?: boolean
  readonly input?: readonly ('text' | 'image')[]
  /** Tokens. */
  readonly contextWindow?: number
  /** Longest answer in tokens. */
  readonly maxTokens?: number
}

/** One provider with everything resolved. */
export interface Provider {
  readonly id: string
  readonly api: ProviderApi
  /** Without a slash at the end; absent when nobody said where this provider answers. */
  readonly baseUrl?: string
  readonly apiKey?: string
  /** The variable to set when the key is missing; named in messages. */
  readonly keyVariable: string
  readonly headers: Readonly<Record<string, string>>
  readonly models: readonly ProviderModel[]
}

/** Who can answer, and who does when nobody chose. */
export interface ProviderTable {
  readonly providers: ReadonlyMap<string, Provider>
  /** Null when there is no provider, or none that lists a model. */
  readonly defaultModel: ModelRef | null
}

/**
 * Resolves `models.providers` against the environment. Configured providers come as they are configured; when there are
 * none, OPENAI_API_KEY, ANTHROPIC_API_KEY and GEMINI_API_KEY bring in the providers they belong to.
 * The default model is the first one that the first provider lists.
 */
export function providerTable(config: ModelsConfig, environment: Environment): ProviderTable {
  const configured = Object.entries(config.providers)
  const found =
    configured.length > 0
      ? configured.map(([id, provider]) => configuredProvider(id, provider, environment))
      : BUILT_IN_PROVIDERS.flatMap((builtIn) => builtInProvider(builtIn, environment))
  const providers = new Map(found.map((provider) => [provider.id, provider]))
  return { providers, defaultModel: firstListedModel(found) }
}

function configuredProvider(id: string, config: ProviderConfig, environment: Environment): Provider {
  const keyVariables = keyVariablesOf(id)
  const api = config.api === 'ollama' ? 'openai-completions' : (config.api ?? defaultApi(id))
  const apiKey = config.apiKey ?? firstSet(keyVariables, environment)
  const known = config.api === 'ollama' ? OLLAMA_BASE_URL : KNOWN_PROVIDERS.get(id.toLowerCase())?.baseUrl
  const baseUrl = config.baseUrl ?? known ?? defaultBaseUrl(api)
  return {
    id,
    api,
    keyVariable: keyVariables[0] ?? '',
    headers: config.headers ?? {},
    models: (config.models ?? []).map(configuredModel),
    ...(baseUrl === undefined ? {} : { baseUrl: completeBaseUrl(api, baseUrl) }),
    ...(apiKey === undefined ? {} : { apiKey }),
  }
}

function configuredModel(model: NonNullable<ProviderConfig['models']>[number]): ProviderModel {
  return {
    id: model.id,
    name: model.name ?? model.id,
    ...(model.reasoning === undefined ? {} : { reasoning: model.reasoning }),
    ...(model.input === undefined ? {} : { input: model.input }),
    ...(model.contextWindow === undefined ? {} : { contextWindow: model.contextWindow }),
    ...(model.maxTokens === undefined ? {} : { maxTokens: model.maxTokens }),
  }
}

function builtInProvider(builtIn: BuiltInProvider, environment: Environment): Provider[] {
  const known = KNOWN_PROVIDERS.get(builtIn.id)
  const keyVariable = known?.keyVariables[0]
  if (known === undefined || keyVariable === undefined) return []
  const apiKey = firstSet([keyVariable], environment)
  if (apiKey === undefined) return []
  return [{ ...builtIn, baseUrl: known.baseUrl, apiKey, keyVariable, headers: {} }]
}

function firstListedModel(providers: readonly Provider[]): ModelRef | null {
  for (const provider of providers) {
    const model = provider.models[0]
    if (model !== undefined) return { provider: provider.id, model: model.id }
  }
  return null
}

/** The variables that may hold a provider's key: the known ones, else `<ID>_API_KEY`. */
export function keyVariablesOf(id: string): readonly string[] {
  const known = KNOWN_PROVIDERS.get(id.toLowerCase())
  return known?.keyVariables ?? [`${id.toUpperCase().replace(/[^A-Z0-9]+/g, '_')}_API_KEY`]
}

function firstSet(names: readonly string[], environment: Environment): string | undefined {
  for (const name of names) {
    const value = environment[name]?.trim()
    if (value !== undefined && value !== '') return value
  }
  return undefined
}

function defaultApi(id: string): ProviderApi {
  if (id.toLowerCase() === 'anthropic') return 'anthropic-messages'
  return id.toLowerCase() === 'google' ? 'google-generative-ai' : 'openai-completions'
}

/** Dialects that one house speaks have a home; the open one of many servers has none. */
function defaultBaseUrl(api: ProviderApi): string | undefined {
  if (api === 'anthropic-messages') return KNOWN_PROVIDERS.get('anthropic')?.baseUrl
  if (api === 'google-generative-ai') return KNOWN_PROVIDERS.get('google')?.baseUrl
  return undefined
}

/**
 * The address up to and with the API version. People give it with and without: for Anthropic's and Google's dialect
 * the version they all use is added where the address ends without one.
 */
function completeBaseUrl(api: ProviderApi, baseUrl: string): string {
  const address = baseUrl.replace(/\/+$/, '')
  if (/\/v\d+[a-z0-9]*$/.test(address)) return address
  if (api === 'anthropic-messages') return `${address}/v1`
  return api === 'google-generative-ai' ? `${address}/v1beta` : address
}
