import type { LanguageModelV3, LanguageModelV3CallOptions, LanguageModelV3StreamPart } from '@ai-sdk/provider'
import {
  type AgentRunner,
  type ModelInfo,
  RunnerFailure,
  type RunnerPart,
  type RunnerRequest,
} from '../../application/ports/agent-runner.js'
import type { Clock } from '../../application/ports/clock.js'
import { callOptions } from './call-options.js'
import { finishPart } from './finish-part.js'
import { KNOWN_PROVIDERS } from './known-providers.js'
import { LanguageModels } from './language-models.js'
import { PlainTextLane } from './plain-text-lane.js'
import { endedTooEarly, providerFailure } from './provider-failure.js'
import { keyVariablesOf, type Provider, type ProviderModel, type ProviderTable } from './provider-table.js'
import { runnerPart } from './runner-part.js'
import { WorkspacePrompts } from './system-prompt.js'
import { UpstreamConnections } from './upstream-request.js'

/** How long a provider may take to end its response after the last part, in milliseconds. */
const END_GRACE_MS = 2000

type ModelStream = ReadableStreamDefaultReader<LanguageModelV3StreamPart>
type FinishPart = Extract<RunnerPart, { type: 'finish' }>

/** A provider that can be called, and the model that was asked for. */
interface Target {
  readonly provider: Provider
  readonly baseUrl: string
  readonly modelId: string
  /** What the configuration says about the model, where it lists it. */
  readonly listed: ProviderModel | undefined
}

/**
 * Answers through the providers of a table, using the provider packages of the AI SDK and nothing above them: no hidden
 * retries, no telemetry, no second stream. Packages are loaded at the first run that needs them.
 */
export class AiSdkRunner implements AgentRunner {
  readonly #table: ProviderTable
  readonly #clock: Clock
  readonly #prompts = new WorkspacePrompts()
  readonly #connections = new UpstreamConnections()
  /** Which request belongs to which run: the SDK hands the run's signal to fetch as it is. */
  readonly #lanes = new WeakMap<AbortSignal, PlainTextLane>()
  readonly #models: LanguageModels

  constructor(table: ProviderTable, clock: Clock) {
    this.#table = table
    this.#clock = clock
    this.#models = new LanguageModels((input, init) => this.#fetch(input, init))
  }

  models(): readonly ModelInfo[] {
    return [...this.#table.providers.values()].flatMap((provider) =>
      provider.models.map(({ maxTokens: _, ...model }) => ({ ...model, provider: provider.id })),
    )
  }

  answer(request: RunnerRequest, signal: AbortSignal): AsyncIterable<RunnerPart> {
    return {
      [Symbol.asyncIterator]: () => {
        const upstream = new AbortController()
        const parts = this.#parts(request, signal, upstream)
        return {
          next: () => parts.next(),
          return: () => {
            upstream.abort()
            return parts.return(undefined)
          },
        }
      },
    }
  }

  /** Everything about one answer: errors become failures, the end closes the connection. */
  async *#parts(
    request: RunnerRequest,
    signal: AbortSignal,
    upstream: AbortController,
  ): AsyncGenerator<RunnerPart, undefined> {
    const abort = (): void => upstream.abort()
    signal.addEventListener('abort', abort)
    let isDone = false
    try {
      if (signal.aborted) throw abortError()
      const target = this.#target(request)
      try {
        for await (const part of this.#stream(target, request, upstream.signal)) {
          if (upstream.signal.aborted) throw abortError()
          isDone = part.type === 'finish'
          yield part
        }
      } catch (error) {
        throw upstream.signal.aborted
          ? abortError()
          : providerFailure(error, target.provider, target.modelId, this.#clock.now())
      }
    } finally {
      signal.removeEventListener('abort', abort)
      if (!isDone) upstream.abort()
    }
  }

  async *#stream(target: Target, request: RunnerRequest, signal: AbortSignal): AsyncGenerator<RunnerPart> {
    const { provider, baseUrl, modelId, listed } = target
    const system = await this.#prompts.promptFor(request.workspace, request.extraSystemPrompt)
    const model = await this.#models.modelFor(provider, baseUrl, modelId)
    if (signal.aborted) throw abortError()
    const options = callOptions(request, provider.api, system, listed, signal)
    const names = { provider: provider.id, model: modelId, api: provider.api }
    const stream =
      provider.api === 'openai-completions'
        ? yield* this.#plainText(model, options, signal, names)
        : await streamOf(model, options)
    if (stream !== null) yield* this.#modelParts(stream, target)
  }

  /** The short way; returns the SDK's stream when there is more than plain text, else null. */
  async *#plainText(
    model: LanguageModelV3,
    options: LanguageModelV3CallOptions,
    signal: AbortSignal,
    names: Pick<FinishPart, 'provider' | 'model' | 'api'>,
  ): AsyncGenerator<RunnerPart, ModelStream | null> {
    const lane = new PlainTextLane(this.#connections, signal, this.#clock)
    this.#lanes.set(signal, lane)
    const rest = streamOf(model, options)
    const end = (): void => lane.end()
    rest.then(end, end)
    for (let parts = await lane.take(); parts.length > 0; parts = await lane.take()) yield* parts
    const { finish } = lane
    if (finish === null) return rest
    yield {
      type: 'finish',
      stopReason: finish.stopReason,
      ...names,
      ...(finish.usage === undefined ? {} : { usage: finish.usage }),
    }
    return null
  }

  async *#modelParts(stream: ModelStream, target: Target): AsyncGenerator<RunnerPart> {
    const { provider, modelId } = target
    let hasText = false
    for (let read = await stream.read(); !read.done; read = await stream.read()) {
      const part = read.value
      if (part.type === 'error') throw part.error
      if (part.type === 'finish') {
        this.#letEnd(stream)
        yield finishPart(part, provider, modelId, hasText)
        return
      }
      const given = runnerPart(part)
      if (given === null) continue
      if (given.type === 'text') hasText = true
      yield given
    }
    throw endedTooEarly(provider, modelId)
  }

  /** Reads to the end, so that the connection can be used again; what comes after `finish` cannot change the answer. */
  #letEnd(stream: ModelStream): void {
    const timer = this.#clock.after(END_GRACE_MS, () => void stream.cancel().catch(() => timer.cancel()))
    const drain = (): Promise<void> => stream.read().then((read) => (read.done ? timer.cancel() : drain()))
    drain().catch(() => timer.cancel())
  }

  #target({ model }: RunnerRequest): Target {
    const provider = this.#table.providers.get(model.provider)
    if (provider === undefined) throw unknownProvider(model.provider, model.model)
    if (provider.baseUrl === undefined) {
      throw new RunnerFailure(
        'unknown-model',
        `${provider.id}/${model.model} has no address; set models.providers.${provider.id}.baseUrl`,
      )
    }
    if (needsKey(provider)) {
      throw new RunnerFailure(
        'auth',
        `${provider.id}/${model.model} has no API key; set ${provider.keyVariable} or models.providers.${provider.id}.apiKey`,
      )
    }
    const listed = provider.models.find((candidate) => candidate.id === model.model)
    return { provider, baseUrl: provider.baseUrl, modelId: model.model, listed }
  }

  #fetch(input: string | URL | Request, init: RequestInit | undefined): Promise<Response> {
    const lane = init?.signal == null ? undefined : this.#lanes.get(init.signal)
    if (lane === undefined || typeof init?.body !== 'string') return globalThis.fetch(input, init)
    return lane.fetch(String(input), init.headers as Record<string, string>, init.body)
  }
}

async function streamOf(model: LanguageModelV3, options: LanguageModelV3CallOptions): Promise<ModelStream> {
  const { stream } = await model.doStream(options)
  return stream.getReader()
}

/** A house's own address asks for a key; a server of one's own may not. Headers can carry one too. */
function needsKey(provider: Provider): boolean {
  if (provider.apiKey !== undefined) return false
  const isAtHome = [...KNOWN_PROVIDERS.values()].some((known) => known.baseUrl === provider.baseUrl)
  return (
    isAtHome && !Object.keys(provider.headers).some((name) => /^(authorization|x-api-key|x-goog-api-key)$/i.test(name))
  )
}

function unknownProvider(provider: string, model: string): RunnerFailure {
  const isKnown = KNOWN_PROVIDERS.has(provider)
  const fix = `add models.providers.${provider} to the configuration`
  const keyFix = isKnown ? `set ${keyVariablesOf(provider)[0]} and ${fix}` : fix
  return new RunnerFailure(
    'unknown-model',
    `${provider}/${model} cannot answer: the provider ${provider} is not configured; ${keyFix}`,
  )
}

function abortError(): DOMException {
  return new DOMException('the run was aborted', 'AbortError')
}
