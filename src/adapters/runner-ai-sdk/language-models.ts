import type { LanguageModelV3 } from '@ai-sdk/provider'
import type { Provider } from './provider-table.js'

/** Models that are kept ready; making one costs about as much as a run. */
const MAX_READY_MODELS = 64

type Fetch = typeof globalThis.fetch
type MakeModel = (modelId: string) => LanguageModelV3

/** Makes the SDK's models. Each dialect's package is loaded when it is first needed. */
export class LanguageModels {
  readonly #laneFetch: Fetch
  readonly #makers = new Map<string, Promise<MakeModel>>()
  readonly #ready = new Map<string, Promise<LanguageModelV3>>()

  /** @param laneFetch how requests of the dialect `openai-completions` are made */
  constructor(laneFetch: Fetch) {
    this.#laneFetch = laneFetch
  }

  modelFor(provider: Provider, baseUrl: string, modelId: string): Promise<LanguageModelV3> {
    const key = `${keyInUse(provider)}/${modelId}`
    const ready = this.#ready.get(key)
    if (ready !== undefined) return ready
    const model = this.#makerFor(provider, baseUrl).then((make) => make(modelId))
    const oldest = this.#ready.size < MAX_READY_MODELS ? undefined : this.#ready.keys().next().value
    if (oldest !== undefined) this.#ready.delete(oldest)
    this.#ready.set(key, model)
    return model
  }

  #makerFor(provider: Provider, baseUrl: string): Promise<MakeModel> {
    const inUse = keyInUse(provider)
    const known = this.#makers.get(inUse)
    if (known !== undefined) return known
    const maker = this.#load(provider, baseUrl)
    this.#makers.set(inUse, maker)
    return maker
  }

  /** Every setting is given, an empty key too, because the SDK reads environment variables for what is missing. */
  async #load(provider: Provider, baseURL: string): Promise<MakeModel> {
    const headers = { ...provider.headers }
    const fetch = provider.apiKey === undefined ? fetchWithoutEmptyKey : undefined
    const settings = { baseURL, headers, apiKey: provider.apiKey ?? '', ...(fetch === undefined ? {} : { fetch }) }
    switch (provider.api) {
      case 'openai-completions': {
        const { createOpenAICompatible } = await import('@ai-sdk/openai-compatible')
        const sdk = createOpenAICompatible({
          ...settings,
          name: 'upstream',
          includeUsage: true,
          supportsStructuredOutputs: true,
          fetch: this.#laneFetch,
        })
        return (modelId) => sdk.chatModel(modelId)
      }
      case 'openai-responses': {
        const { createOpenAI } = await import('@ai-sdk/openai')
        const sdk = createOpenAI(settings)
        return (modelId) => sdk.responses(modelId)
      }
      case 'anthropic-messages': {
        const { createAnthropic } = await import('@ai-sdk/anthropic')
        const sdk = createAnthropic(settings)
        return (modelId) => sdk.messages(modelId)
      }
      case 'google-generative-ai': {
        const { createGoogleGenerativeAI } = await import('@ai-sdk/google')
        const sdk = createGoogleGenerativeAI(settings)
        return (modelId) => sdk.chat(modelId)
      }
    }
  }
}

/** A provider and which of its keys is used. */
function keyInUse({ id, apiKey, keys }: Provider): string {
  return `${id} ${keys.findIndex(({ value }) => value === apiKey)}`
}

/** Some servers of one's own take no key, and refuse an empty one. */
const fetchWithoutEmptyKey: Fetch = (input, init) => {
  const headers = new Headers(init?.headers)
  for (const name of ['authorization', 'x-api-key', 'x-goog-api-key']) {
    const value = headers.get(name)?.trim() ?? ''
    if (value === '' || value === 'Bearer') headers.delete(name)
  }
  return globalThis.fetch(input, { ...init, headers })
}
