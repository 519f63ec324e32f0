import type { ModelCost, ModelRef } from '../../application/ports/agent-runner.js'
import type { ProviderKey } from '../../application/ports/provider-keys.js'
import type { GatewayConfig } from '../../domain/config/config.js'
import { BUILT_IN_PROVIDERS, KNOWN_PROVIDERS } from './known-providers.js'
import { type AuthConfig, namedKeys, variableFor } from './provider-keys.js'

/** Without a mode the configuration stands alone. */
type ModelsConfig = Pick<GatewayConfig['models'], 'providers'> & Partial<Pick<GatewayConfig['models'], 'mode'>>
type ProviderConfig = ModelsConfig['providers'][string]
type PriceConfig = NonNullable<NonNullable<ProviderConfig['models']>[number]['cost']>

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
  readonly cost?: ModelCost
}

/** A key and what it is called. */
export interface NamedKey extends ProviderKey {
  readonly value: string
}

/** One provider with everything resolved. */
export interface Provider {
  readonly id: string
  readonly api: ProviderApi
  /** Without a slash at the end; absent when nobody said where this provider answers. */
  readonly baseUrl?: string
  /** The key in use. */
  readonly apiKey?: string
  /** All keys there are, the first one is used unless another is asked for. */
  readonly keys: readonly NamedKey[]
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

const NO_AUTH: AuthConfig = { profiles: {}, order: {} }

/**
 * Resolves `models.providers` against the environment. Configured providers come first, as they are configured. With
 * `models.mode: merge` the built-in catalog follows: the general models of the houses, and every known provider whose
 * key is there. When none is configured, OPENAI_API_KEY, ANTHROPIC_API_KEY and GEMINI_API_KEY bring in the providers
 * they belong to. The default model is the first one that the first provider lists; the built-in catalog gives it only
 * when no provider is configured.
 */
export function providerTable(
  config: ModelsConfig,
  environment: Environment,
  auth: AuthConfig = NO_AUTH,
): ProviderTable {
  const isMerged = config.mode === 'merge'
  const configured = Object.entries(config.providers).map(([id, provider]) =>
    configuredProvider(id, provider, environment, auth),
  )
  const isUnconfigured = configured.length === 0
  const more = isMerged ? knownProviders(environment, auth) : isUnconfigured ? builtInProviders(environment, auth) : []
  const taken = new Set(configured.map(({ id }) => id.toLowerCase()))
  const found = [
    ...configured.map((provider) => (isMerged ? withBuiltInModels(provider) : provider)),
    ...more.filter(({ id }) => !taken.has(id)),
  ]
  const providers = new Map(found.map((provider) => [provider.id, provider]))
  return { providers, defaultModel: firstListedModel(isUnconfigured ? found : found.slice(0, configured.length)) }
}

function configuredProvider(id: string, config: ProviderConfig, environment: Environment, auth: AuthConfig): Provider {
  const variables = keyVariablesOf(id)
  const api = config.api === 'ollama' ? 'openai-completions' : (config.api ?? defaultApi(id))
  const home = KNOWN_PROVIDERS.get(id.toLowerCase())?.baseUrl
  const known = config.api === 'ollama' ? OLLAMA_BASE_URL : home
  const baseUrl = config.baseUrl ?? known ?? defaultBaseUrl(api)
  const complete = baseUrl === undefined ? undefined : completeBaseUrl(api, baseUrl)
  const isElsewhere = home !== undefined && complete !== home
  const keys = namedKeys({ provider: id, configured: config.apiKey, variables, isElsewhere }, environment, auth)
  return {
    id,
    api,
    keys,
    keyVariable: variables[0] ?? '',
    headers: config.headers ?? {},
    models: (config.models ?? []).map(configuredModel),
    ...(complete === undefined ? {} : { baseUrl: complete }),
    ...(keys[0] === undefined ? {} : { apiKey: keys[0].value }),
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
    ...(model.cost === undefined ? {} : { cost: priceOf(model.cost) }),
  }
}

function priceOf({ input = 0, output = 0, cacheRead = 0, cacheWrite = 0 }: Partial<PriceConfig>): ModelCost {
  return { input, output, cacheRead, cacheWrite }
}

/** Providers that need no section of their own: known ones with a key; those with models of their own come first. */
function knownProviders(environment: Environment, auth: AuthConfig): Provider[] {
  const builtIn = builtInProviders(environment, auth)
  const others = [...KNOWN_PROVIDERS.keys()].filter((id) => !BUILT_IN_PROVIDERS.some((provider) => provider.id === id))
  return [...builtIn, ...others.map((id) => configuredProvider(id, {}, environment, auth)).filter(hasKey)]
}

/** Found by their first variable alone: others may hold keys for something else. */
function builtInProviders(environment: Environment, auth: AuthConfig): Provider[] {
  return BUILT_IN_PROVIDERS.map(({ id, api, models }) => ({
    ...configuredProvider(id, { api }, environment, auth),
    models,
  })).filter(({ keys, keyVariable }) => keys.some(({ source, name }) => source === 'profile' || name === keyVariable))
}

function hasKey({ apiKey }: Provider): boolean {
  return apiKey !== undefined
}

/** The general models of a house, after those that are configured; only where it is asked at its own address. */
function withBuiltInModels(provider: Provider): Provider {
  const id = provider.id.toLowerCase()
  if (provider.baseUrl !== KNOWN_PROVIDERS.get(id)?.baseUrl) return provider
  const builtIn = BUILT_IN_PROVIDERS.find((candidate) => candidate.id === id)?.models ?? []
  const more = builtIn.filter((model) => !provider.models.some((listed) => listed.id === model.id))
  return { ...provider, models: [...provider.models, ...more] }
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
  return KNOWN_PROVIDERS.get(id.toLowerCase())?.keyVariables ?? [variableFor(id)]
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
