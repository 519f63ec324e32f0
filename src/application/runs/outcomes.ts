import type { Clock } from '../ports/clock.js'
import type { RunFinal } from './active-run.js'

/** Remembers how runs ended, for a while, and wakes those who wait for an end. */
export class Outcomes {
  readonly #clock: Clock
  readonly #ttlMs: number
  readonly #maxEntries: number
  /** Oldest first. */
  readonly #finals = new Map<string, { readonly final: RunFinal; readonly at: number }>()
  readonly #waiters = new Map<string, Set<(final: RunFinal) => void>>()

  constructor(clock: Clock, ttlMs: number, maxEntries: number) {
    this.#clock = clock
    this.#ttlMs = ttlMs
    this.#maxEntries = maxEntries
  }

  put(final: RunFinal): void {
    this.#finals.delete(final.runId)
    this.#finals.set(final.runId, { final, at: this.#clock.now() })
    this.#forgetOld()
    const waiters = this.#waiters.get(final.runId)
    this.#waiters.delete(final.runId)
    for (const wake of waiters ?? []) wake(final)
  }

  get(runId: string): RunFinal | null {
    const kept = this.#finals.get(runId)
    return kept === undefined || this.#clock.now() - kept.at > this.#ttlMs ? null : kept.final
  }

  /** Resolves with the end, or with null after `timeoutMs` milliseconds. */
  wait(runId: string, timeoutMs: number): Promise<RunFinal | null> {
    const known = this.get(runId)
    if (known !== null || timeoutMs === 0) return Promise.resolve(known)
    return new Promise((resolve) => {
      const waiters = this.#waiters.get(runId) ?? new Set()
      this.#waiters.set(runId, waiters)
      const timer = this.#clock.after(timeoutMs, () => {
        waiters.delete(wake)
        if (waiters.size === 0) this.#waiters.delete(runId)
        resolve(null)
      })
      const wake = (final: RunFinal): void => {
        timer.cancel()
        resolve(final)
      }
      waiters.add(wake)
    })
  }

  #forgetOld(): void {
    const now = this.#clock.now()
    for (const [runId, kept] of this.#finals) {
      if (this.#finals.size <= this.#maxEntries && now - kept.at <= this.#ttlMs) return
      this.#finals.delete(runId)
    }
  }
}
