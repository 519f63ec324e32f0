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
import { type PlainFinish, PlainTextLane } from './plain-text-lane.js'
import { endedTooEarly, providerFailure } from './provider-failure.js'
import { needsKey, withKey } from './provider-keys.js'
import { keyVariablesOf, type Provider, type ProviderModel, type ProviderTable } from './provider-table.js'
import { runnerPart } from './runner-part.js'
import { SignedThoughts } from './signed-thoughts.js'
import { type PromptLimits, WorkspacePrompts } from './system-prompt.js'
import { UpstreamConnections } from './upstream-request.js'

/** How long a provider may take to end its response after the last part, in milliseconds. */
const END_GRACE_MS = 2000

type ModelStream = ReadableStreamDefaultReader<LanguageModelV3StreamPart>

/** What ends a request to the provider. */
interface Upstream {
  readonly controller: AbortController
  /** The finish was handed out; there is nothing left to give up. */
  isDone: boolean
}

/** A request under way. */
interface Asked {
  /** The short way of answers that are plain text. */
  readonly lane: PlainTextLane | null
  readonly stream: Promise<ModelStream>
}

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
  readonly #prompts: WorkspacePrompts
  readonly #connections = new UpstreamConnections()
  readonly #thoughts = new SignedThoughts()
  /** Which request belongs to which run: the SDK hands the run's signal to fetch as it is. */
  readonly #lanes = new WeakMap<AbortSignal, PlainTextLane>()
  readonly #models: LanguageModels

  /** @param promptLimits how much of the workspace files goes into the system prompt; asked for at every run */
  constructor(table: ProviderTable, clock: Clock, promptLimits?: () => PromptLimits) {
    this.#table = table
    this.#clock = clock
    this.#prompts = new WorkspacePrompts(promptLimits)
    this.#models = new LanguageModels((input, init) => this.#fetch(input, init))
  }

  models(): readonly ModelInfo[] {
    return [...this.#table.providers.values()].flatMap((provider) =>
      provider.models.map((model) => ({ ...model, provider: provider.id })),
    )
  }

  answer(request: RunnerRequest, signal: AbortSignal): AsyncIterable<RunnerPart> {
    return {
      [Symbol.asyncIterator]: () => {
        const upstream: Upstream = { controller: new AbortController(), isDone: false }
        const parts = this.#parts(request, signal, upstream)
        return {
          next: () => parts.next(),
          return: () => {
            // A reader that leaves with the finish in its hands leaves the connection for the next run.
            if (!upstream.isDone) upstream.controller.abort()
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
    upstream: Upstream,
  ): AsyncGenerator<RunnerPart, undefined> {
    const { controller } = upstream
    let isAborted = false
    const abort = (): void => controller.abort()
    controller.signal.addEventListener('abort', () => {
      isAborted = true
    })
    signal.addEventListener('abort', abort)
    try {
      if (signal.aborted) throw abortError()
      const target = this.#target(request)
      try {
        const asked = await this.#asked(target, request, controller.signal)
        if (asked.lane !== null) {
          // No generator of its own: each one between a part and its reader costs a run of 40 deltas a tenth of its CPU.
          for (let parts = await asked.lane.take(); parts.length > 0; parts = await asked.lane.take()) {
            for (const part of parts) {
              if (isAborted) throw abortError()
              yield part
            }
          }
        }
        const plain = asked.lane?.finish ?? null
        if (plain !== null) {
          if (isAborted) throw abortError()
          upstream.isDone = true
          yield plainFinish(plain, target)
          return
        }
        for await (const part of this.#modelParts(await asked.stream, target, request.runId)) {
          if (isAborted) throw abortError()
          upstream.isDone = part.type === 'finish'
          yield part
        }
      } catch (error) {
        throw controller.signal.aborted
          ? abortError()
          : providerFailure(error, target.provider, target.modelId, this.#clock.now())
      }
    } finally {
      signal.removeEventListener('abort', abort)
      if (!upstream.isDone) controller.abort()
    }
  }

  /** Sends the request. Where there is a lane, its parts come first; the stream follows if they were not everything. */
  async #asked(target: Target, request: RunnerRequest, signal: AbortSignal): Promise<Asked> {
    const { provider, baseUrl, modelId, listed } = target
    const system = await this.#prompts.promptFor(request.workspace, request.extraSystemPrompt)
    const model = await this.#models.modelFor(provider, baseUrl, modelId)
    if (signal.aborted) throw abortError()
    const options = callOptions(request, provider.api, system, listed, signal, this.#thoughts)
    if (provider.api !== 'openai-completions') return { lane: null, stream: streamOf(model, options) }
    const lane = new PlainTextLane(this.#connections, signal, this.#clock)
    this.#lanes.set(signal, lane)
    const stream = streamOf(model, options)
    const end = (): void => lane.end()
    stream.then(end, end)
    return { lane, stream }
  }

  async *#modelParts(stream: ModelStream, target: Target, runId: string): AsyncGenerator<RunnerPart> {
    const { provider, modelId } = target
    const follow = provider.api === 'anthropic-messages' ? this.#thoughts.follow(runId) : null
    let hasText = false
    let hasCalls = false
    for (let read = await stream.read(); !read.done; read = await stream.read()) {
      const part = read.value
      if (part.type === 'error') throw part.error
      if (part.type === 'finish') {
        this.#letEnd(stream)
        yield finishPart(part, provider, modelId, { hasText, hasCalls })
        return
      }
      follow?.(part)
      const given = runnerPart(part)
      if (given === null) continue
      if (given.type === 'text') hasText = true
      if (given.type === 'tool.call') hasCalls = true
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

  #target({ model, credential }: RunnerRequest): Target {
    const known = this.#table.providers.get(model.provider)
    if (known === undefined) throw unknownProvider(model.provider, model.model)
    const provider = withKey(known, credential)
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

function plainFinish({ stopReason, usage }: PlainFinish, { provider, modelId }: Target): RunnerPart {
  const names = { provider: provider.id, model: modelId, api: provider.api }
  return { type: 'finish', stopReason, ...names, ...(usage === undefined ? {} : { usage }) }
}

async function streamOf(model: LanguageModelV3, options: LanguageModelV3CallOptions): Promise<ModelStream> {
  const { stream } = await model.doStream(options)
  return stream.getReader()
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
