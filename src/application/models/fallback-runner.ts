import type { ModelChoice } from '../../domain/config/agent-directory.js'
import { isSameModel } from '../../domain/model/model-ref.js'
import type { AgentRunner, RunnerPart, RunnerRequest } from '../ports/agent-runner.js'
import type { Clock } from '../ports/clock.js'
import type { Log } from '../ports/log.js'
import type { Metrics } from '../ports/metrics.js'
import type { ProviderKeys } from '../ports/provider-keys.js'
import type { Attempt } from './attempt-plan.js'
import type { Cooldowns } from './cooldowns.js'
import { FallbackAnswer } from './fallback-answer.js'

/** How long a model may keep silent while another one could answer, in milliseconds. */
const SILENCE_MS = 180_000

/** Another model answers than was chosen, or the chosen one does again. */
export interface ModelSwitch {
  readonly phase: 'fallback' | 'fallback_cleared'
  readonly selected: ModelChoice
  readonly active: ModelChoice
  /** Code of the failure that led here; `cooldown` where the chosen model was not even asked. */
  readonly reason?: string
}

/** What a request to a model says beside the conversation. */
export interface RequestSettings {
  readonly thinking?: string
  readonly params?: Readonly<Record<string, unknown>>
}

export interface FallbackParts {
  readonly runner: Pick<AgentRunner, 'answer'>
  readonly keys: Pick<ProviderKeys, 'keysOf'>
  readonly cooldowns: Cooldowns
  readonly metrics: Pick<Metrics, 'providerFailed'>
  readonly clock: Clock
  readonly log: Log
  /** What holds for a model where the request says nothing. */
  readonly settingsOf: (model: ModelChoice) => RequestSettings
  /** Told once per change, before the first part of the answer. */
  readonly switched: (request: RunnerRequest, change: ModelSwitch) => void
  /** Default: 180 000. */
  readonly silenceMs?: number
}

/**
 * Lets the next model, or the next key, answer where one cannot. A switch happens only before anything of the answer was
 * heard. A conversation that is too long is the caller's to shorten, so that failure is passed on at once, like every
 * failure in the middle of an answer. The calls of one run, known by its signal, stay with the model that answered last.
 */
export class FallbackRunner {
  readonly #parts: FallbackParts
  readonly #active = new WeakMap<AbortSignal, ModelChoice>()

  constructor(parts: FallbackParts) {
    this.#parts = parts
  }

  /** One answer by `request.model`, else by one of the others, in their order. Keeps the promises of `AgentRunner`. */
  ask(request: RunnerRequest, fallbacks: readonly ModelChoice[], signal: AbortSignal): AsyncIterable<RunnerPart> {
    const { silenceMs = SILENCE_MS } = this.#parts
    return {
      [Symbol.asyncIterator]: () => {
        const active = this.#active.get(signal)
        const attempts = this.#attempts([request.model, ...fallbacks], active)
        return new FallbackAnswer({ ...this.#parts, silenceMs }, request, attempts, signal, (model, reason) =>
          this.#answering(request, model, reason, signal),
        )
      },
    }
  }

  #attempts(models: readonly ModelChoice[], active: ModelChoice | undefined): readonly Attempt[] {
    const first = active === undefined ? [] : models.filter((model) => isSameModel(model, active))
    return [...first, ...models.filter((model) => !first.includes(model))].flatMap((model): Attempt[] => {
      const keys = this.#parts.keys.keysOf(model.provider)
      return keys.length === 0
        ? [{ model, credential: undefined }]
        : keys.map(({ name }) => ({ model, credential: name }))
    })
  }

  #answering(request: RunnerRequest, active: ModelChoice, reason: string | undefined, signal: AbortSignal): void {
    const selected = request.model
    const before = this.#active.get(signal) ?? selected
    this.#active.set(signal, active)
    if (isSameModel(before, active)) return
    const phase = isSameModel(selected, active) ? 'fallback_cleared' : 'fallback'
    this.#parts.switched(request, { phase, selected, active, ...(reason === undefined ? {} : { reason }) })
  }
}
