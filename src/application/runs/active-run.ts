import type { WaitingRun } from '../../domain/run/queue-decision.js'
import type { RunEnd, RunOutcome, RunRecord, RunRequest } from '../../domain/run/run.js'
import type { RunnerFailure } from '../ports/agent-runner.js'
import type { Steering } from './run-hooks.js'
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
  /** What gave no answer, where the model's provider did not. Only memory knows it. */
  readonly failure?: RunnerFailure
  readonly outcome?: RunOutcome
}

/** A run that was accepted and has not ended. */
export class ActiveRun implements WaitingRun {
  readonly narrator: RunNarrator
  /** Resolves once the end is durable; never rejects, and stays open when the run is put back in line. */
  readonly ended: Promise<RunFinal>
  /** Resolves when this instance has nothing more to do with it. */
  readonly left: Promise<void>
  /** It got its turn. */
  isUnderWay = false
  isWithdrawn = false
  isSurplus = false
  quietUntil = 0
  startedAt: number | undefined
  #record: RunRecord
  #leader: ActiveRun | undefined
  #members: ActiveRun[] = []
  #steering: () => Steering | null = () => null
  readonly #abort = new AbortController()
  #stopReason: ChatStopReason | undefined
  #isDecided = false
  #resolve: (final: RunFinal) => void = () => undefined
  #leave: () => void = () => undefined

  constructor(record: RunRecord, narrator: RunNarrator) {
    this.#record = record
    this.narrator = narrator
    this.ended = new Promise((resolve) => {
      this.#resolve = resolve
    })
    this.left = new Promise((resolve) => {
      this.#leave = resolve
    })
  }

  get record(): RunRecord {
    return this.#record
  }

  get request(): RunRequest {
    return this.#record.request
  }

  /** It was under way before a restart, and its question is in the transcript. */
  get hasBegun(): boolean {
    return this.#record.hasBegun === true
  }

  get isMadeUp(): boolean {
    return this.hasBegun || this.#record.merged !== undefined
  }

  /** The line it waits in: that of its session, or its own when it is bound to none. */
  get line(): string {
    return this.record.sessionKey ?? `run:${this.record.runId}`
  }

  /** The run that answers it: itself, or the one it became part of. */
  get leader(): ActiveRun {
    return this.#leader ?? this
  }

  /** Runs that became part of this one, in the order they were accepted. */
  get members(): readonly ActiveRun[] {
    return this.#members
  }

  get signal(): AbortSignal {
    return this.#abort.signal
  }

  /** Why it was stopped; undefined while nobody did. */
  get stopReason(): ChatStopReason | undefined {
    return this.#stopReason
  }

  /** Whether it can still be stopped or told something. */
  get isOpen(): boolean {
    return !this.#isDecided && this.#stopReason === undefined
  }

  /** Asks it to stop; the first reason counts. Returns whether this call was the first. */
  stop(reason: ChatStopReason): boolean {
    if (!this.isOpen) return false
    this.#stopReason = reason
    this.#abort.abort()
    return true
  }

  /** How it ends is clear from now on; stopping comes too late. */
  decide(): void {
    this.#isDecided = true
  }

  /** Answers others as well. @param request what it is asked now; absent = what it was */
  lead(others: readonly ActiveRun[], request?: RunRequest): void {
    for (const other of others) other.#leader = this
    this.#members = [...this.#members, ...others]
    if (request !== undefined) this.#record = { ...this.#record, request }
  }

  /** Says where words come from that arrive while it is under way. */
  listenTo(steering: () => Steering | null): void {
    this.#steering = steering
  }

  /** Words that arrived since it was asked last, to be committed as entries; null = none. */
  takeSteering(): Steering | null {
    return this.isOpen ? this.#steering() : null
  }

  /** Lets go of a run that another instance will carry out. */
  release(): void {
    this.narrator.fallSilent()
    this.#leave()
  }

  /** Tells everyone who waits for its end. */
  end(final: RunFinal): void {
    this.#resolve(final)
  }

  /** There is nothing more to do about it. */
  leave(): void {
    this.#leave()
  }
}
