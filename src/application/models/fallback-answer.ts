import type { ModelChoice } from '../../domain/config/agent-directory.js'
import { messageOf } from '../../domain/failure.js'
import { formatModelRef } from '../../domain/model/model-ref.js'
import { RunnerFailure, type RunnerPart, type RunnerRequest } from '../ports/agent-runner.js'
import { type Attempt, AttemptPlan } from './attempt-plan.js'
import type { FallbackParts } from './fallback-runner.js'
import { type LostAttempt, noAnswer } from './no-answer.js'

type Result = IteratorResult<RunnerPart, undefined>

const OVER: Result = { done: true, value: undefined }

/** An attempt under way. */
interface Speaker {
  readonly attempt: Attempt
  readonly parts: AsyncIterator<RunnerPart>
  readonly controller: AbortController
  /** Unix milliseconds. */
  readonly startedAt: number
}

/**
 * One answer, asked for until somebody begins it. No generator: after the first part the parts of whoever speaks are
 * handed on as they are.
 */
export class FallbackAnswer implements AsyncIterator<RunnerPart, undefined> {
  readonly #parts: FallbackParts & { readonly silenceMs: number }
  readonly #request: RunnerRequest
  readonly #signal: AbortSignal
  readonly #plan: AttemptPlan
  readonly #begun: (model: ModelChoice, reason: string | undefined) => void
  readonly #lost: LostAttempt[] = []
  readonly #stop = () => this.#speaker?.controller.abort()
  #speaker: Speaker | null = null
  #isHeard = false
  #isFinished = false
  #isOver = false

  constructor(
    parts: FallbackParts & { readonly silenceMs: number },
    request: RunnerRequest,
    attempts: readonly Attempt[],
    signal: AbortSignal,
    begun: (model: ModelChoice, reason: string | undefined) => void,
  ) {
    this.#parts = parts
    this.#request = request
    this.#signal = signal
    this.#begun = begun
    this.#plan = new AttemptPlan(
      attempts,
      ({ model, credential }) => parts.cooldowns.of(model.provider, credential, parts.clock.now())?.until,
    )
  }

  next(): Promise<Result> {
    if (this.#isOver) return Promise.resolve(OVER)
    const isHeard = this.#isHeard
    const result: Promise<Result> = isHeard && this.#speaker !== null ? this.#speaker.parts.next() : this.#begin()
    result.then(this.#hear, (thrown) => this.#broke(thrown, isHeard))
    return result
  }

  async return(): Promise<Result> {
    const speaker = this.#speaker
    const wasOver = this.#isOver
    this.#end()
    if (speaker === null || wasOver) return OVER
    // Who leaves with the finish in hand leaves the connection to the next run.
    if (!this.#isFinished) speaker.controller.abort()
    await speaker.parts.return?.()
    return OVER
  }

  readonly #hear = (result: Result): void => {
    if (result.done === true) this.#end()
    else if (result.value.type === 'finish') this.#finished()
  }

  #broke(thrown: unknown, isHeard: boolean): void {
    if (isHeard && this.#speaker !== null) this.#record(this.#speaker, thrown)
    this.#end()
  }

  /** The first part of the first model that begins to answer. */
  async #begin(): Promise<Result> {
    if (this.#signal.aborted) throw aborted()
    this.#signal.addEventListener('abort', this.#stop)
    for (let attempt = this.#plan.next(); attempt !== null; attempt = this.#plan.next()) {
      const speaker = this.#start(attempt)
      try {
        const result = await this.#firstOf(speaker)
        this.#isHeard = true
        if (!this.#isOver) this.#begun(attempt.model, this.#reasonFor(attempt))
        return result
      } catch (thrown) {
        if (this.#isOver || this.#signal.aborted || !(thrown instanceof RunnerFailure)) throw thrown
        this.#record(speaker, thrown)
        if (thrown.code === 'context-overflow') throw thrown
        this.#lost.push({ attempt, failure: thrown })
        this.#plan.failed(attempt, thrown.code)
      }
    }
    throw noAnswer(this.#lost)
  }

  #start(attempt: Attempt): Speaker {
    const { runner, clock, settingsOf } = this.#parts
    const { model, credential } = attempt
    const controller = new AbortController()
    const settings = settingsOf(model)
    const thinking = this.#request.thinking ?? settings.thinking
    const params = this.#request.params ?? settings.params
    const request: RunnerRequest = {
      ...this.#request,
      model,
      ...(credential === undefined ? {} : { credential }),
      ...(thinking === undefined ? {} : { thinking }),
      ...(params === undefined ? {} : { params }),
    }
    const parts = runner.answer(request, controller.signal)[Symbol.asyncIterator]()
    this.#speaker = { attempt, parts, controller, startedAt: clock.now() }
    return this.#speaker
  }

  /** Silence counts as a failure only while there is somebody else to ask. */
  async #firstOf({ attempt, parts, controller }: Speaker): Promise<Result> {
    const { clock, silenceMs } = this.#parts
    const first = parts.next()
    if (!this.#plan.hasMore) return first
    let timer: { cancel(): void } | undefined
    const tooLate = new Promise<never>((_, reject) => {
      timer = clock.after(silenceMs, () => {
        const who = formatModelRef(attempt.model)
        reject(new RunnerFailure('timeout', `${who} did not begin to answer within ${silenceMs / 1000} s; try again`))
        controller.abort()
      })
    })
    try {
      return await Promise.race([first, tooLate])
    } finally {
      timer?.cancel()
    }
  }

  /** Keeps in mind what the failure says about the key, and says that it happened. */
  #record({ attempt, startedAt }: Speaker, thrown: unknown): void {
    if (!(thrown instanceof RunnerFailure) || this.#signal.aborted) return
    const { cooldowns, metrics, clock, log } = this.#parts
    const { model, credential } = attempt
    const { code, retryAfterMs } = thrown
    metrics.providerFailed(model.provider, code)
    const cooldown = cooldowns.failed(model.provider, credential, {
      code,
      startedAt,
      failedAt: clock.now(),
      retryAfterMs,
    })
    log.warn('model gave no answer', {
      runId: this.#request.runId,
      model: formatModelRef(model),
      credential,
      code,
      error: messageOf(thrown),
      ...(cooldown === undefined ? {} : { restsUntil: new Date(cooldown.until).toISOString() }),
    })
  }

  /** Why this model answers and not the one that was chosen. */
  #reasonFor({ model }: Attempt): string | undefined {
    if (model === this.#request.model) return undefined
    return this.#lost[0]?.failure.code ?? 'cooldown'
  }

  #finished(): void {
    const speaker = this.#speaker
    if (speaker === null) return
    this.#isFinished = true
    const { model, credential } = speaker.attempt
    this.#parts.cooldowns.succeeded(model.provider, credential, speaker.startedAt)
    this.#signal.removeEventListener('abort', this.#stop)
  }

  #end(): void {
    this.#isOver = true
    this.#signal.removeEventListener('abort', this.#stop)
  }
}

function aborted(): DOMException {
  return new DOMException('the run was aborted', 'AbortError')
}
