import type { RunEnd, RunOutcome, RunRecord } from '../../domain/run/run.js'
import type { ChatStopReason, RunNarrator } from './run-narrator.js'

/** How a run ended. Times are Unix milliseconds. */
export interface RunFinal {
  readonly runId: string
  readonly state: RunEnd
  readonly startedAt?: number
  readonly endedAt: number
  readonly error?: string
  /** Advice about an error: whether the same message may succeed later, and when. Only memory knows it. */
  readonly retry?: { readonly retryAfterMs?: number }
  readonly outcome?: RunOutcome
}

/** A run that was accepted and has not ended. */
export class ActiveRun {
  readonly record: RunRecord
  readonly narrator: RunNarrator
  /** Resolves once the end is durable; never rejects, and stays open when the run is put back in line. */
  readonly ended: Promise<RunFinal>
  /** Resolves when this instance has nothing more to do with it. */
  readonly left: Promise<void>
  /** It got its turn. */
  isUnderWay = false
  startedAt: number | undefined
  readonly #abort = new AbortController()
  #stopReason: ChatStopReason | undefined
  #isDecided = false
  #resolve: (final: RunFinal) => void = () => undefined
  #leave: () => void = () => undefined

  constructor(record: RunRecord, narrator: RunNarrator) {
    this.record = record
    this.narrator = narrator
    this.ended = new Promise((resolve) => {
      this.#resolve = resolve
    })
    this.left = new Promise((resolve) => {
      this.#leave = resolve
    })
  }

  /** The lane it runs in: its session, or itself when it is bound to none. */
  get lane(): string {
    return this.record.sessionKey ?? `run:${this.record.runId}`
  }

  get signal(): AbortSignal {
    return this.#abort.signal
  }

  /** Why it was stopped; undefined while nobody did. */
  get stopReason(): ChatStopReason | undefined {
    return this.#stopReason
  }

  /** Asks it to stop; the first reason counts. Returns whether this call was the first. */
  stop(reason: ChatStopReason): boolean {
    if (this.#isDecided || this.#stopReason !== undefined) return false
    this.#stopReason = reason
    this.#abort.abort()
    return true
  }

  /** How it ends is clear from now on; stopping comes too late. */
  decide(): void {
    this.#isDecided = true
  }

  /** Lets go of a run that another instance will carry out. */
  release(): void {
    this.narrator.fallSilent()
    this.#leave()
  }

  /** Tells everyone who waits. */
  settle(final: RunFinal): void {
    this.#resolve(final)
    this.#leave()
  }
}
