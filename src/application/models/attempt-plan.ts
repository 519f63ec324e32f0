import type { ModelChoice } from '../../domain/config/agent-directory.js'
import { isSameModel } from '../../domain/model/model-ref.js'
import type { RunnerFailureCode } from '../ports/agent-runner.js'

/** A model, asked with one key of its provider. */
export interface Attempt {
  readonly model: ModelChoice
  /** Absent: the provider has no key with a name. */
  readonly credential: string | undefined
}

/** When a key may be asked again, in Unix milliseconds; undefined = now. */
export type RestingUntil = (attempt: Attempt) => number | undefined

/**
 * In which order one answer is asked for: model by model, key by key, each at most once. Keys that rest are passed over;
 * when all of them rest, the one that is ready first gets one chance.
 */
export class AttemptPlan {
  #left: readonly Attempt[]
  readonly #restingUntil: RestingUntil
  /** Keys that were sent to rest by this very answer: other models may still do. */
  readonly #tired: Attempt[] = []
  #hasBegun = false
  #isLastResort = false

  constructor(attempts: readonly Attempt[], restingUntil: RestingUntil) {
    this.#left = attempts
    this.#restingUntil = restingUntil
  }

  /** Takes the next attempt; null = there is none. */
  next(): Attempt | null {
    const attempt = this.#nextOf()
    this.#hasBegun = true
    if (attempt !== null) this.#left = this.#left.filter((other) => other !== attempt)
    return attempt
  }

  /** Whether there would be another attempt if the one under way failed by itself. */
  get hasMore(): boolean {
    return !this.#isLastResort && this.#left.some((attempt) => this.#restingUntil(attempt) === undefined)
  }

  /** Leaves out what cannot do better than the attempt that failed. */
  failed({ model, credential }: Attempt, code: RunnerFailureCode): void {
    const isSameKey = (other: Attempt) => other.model.provider === model.provider && other.credential === credential
    switch (code) {
      case 'auth':
      case 'billing':
        this.#left = this.#left.filter((other) => !isSameKey(other))
        return
      case 'rate-limit':
        this.#tired.push({ model, credential })
        return
      case 'overloaded':
      case 'timeout':
        this.#tired.push({ model, credential })
        break
    }
    this.#left = this.#left.filter((other) => !isSameModel(other.model, model))
  }

  #nextOf(): Attempt | null {
    if (this.#isLastResort) return null
    const ready = this.#left.find((attempt) => this.#restingUntil(attempt) === undefined)
    if (ready !== undefined) return ready
    if (!this.#hasBegun) {
      this.#isLastResort = true
      return this.#readyFirst()
    }
    const isTired = (attempt: Attempt) =>
      this.#tired.some((key) => key.model.provider === attempt.model.provider && key.credential === attempt.credential)
    return this.#left.find(isTired) ?? null
  }

  #readyFirst(): Attempt | null {
    let first: Attempt | null = null
    let soonest = Number.POSITIVE_INFINITY
    for (const attempt of this.#left) {
      const until = this.#restingUntil(attempt) ?? 0
      if (until < soonest) {
        first = attempt
        soonest = until
      }
    }
    return first
  }
}
