import type { RunEnd, RunOutcome, RunRecord } from '../../domain/run/run.js'
import type { ChatStopReason, RunNarrator } from './run-narrator.js'

/** How a run ended. Times are Unix milliseconds. */
export interface RunFinal {
  readonly runId: string
  readonly state: RunEnd
  readonly startedAt?: number
  readonly endedAt: number
  readonly error?: string
  readonly outcome?: RunOutcome
}

/** A run that was accepted and has not ended. */
export class ActiveRun {
  readonly record: RunRecord
  readonly narrator: RunNarrator
  /** Resolves once the end is durable; never rejects. */
  readonly ended: Promise<RunFinal>
  /** It got its turn. */
  isUnderWay = false
  startedAt: number | undefined
  readonly #abort = new AbortController()
  #stopReason: ChatStopReason | undefined
  #resolve: (final: RunFinal) => void = () => undefined

  constructor(record: RunRecord, narrator: RunNarrator) {
    this.record = record
    this.narrator = narrator
    this.ended = new Promise((resolve) => {
      this.#resolve = resolve
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
    if (this.#stopReason !== undefined) return false
    this.#stopReason = reason
    this.#abort.abort()
    return true
  }

  /** Tells everyone who waits. */
  settle(final: RunFinal): void {
    this.#resolve(final)
  }
}
