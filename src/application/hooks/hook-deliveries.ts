import type { Clock } from '../ports/clock.js'
import type { HookAnswer } from './hook-request.js'

const KEPT_MS = 24 * 60 * 60 * 1000
const MOST = 2_000

/**
 * Answers a delivery that comes again as it was answered the first time, also while the first is under way. What was
 * refused or went wrong may be tried again. Runs are known beyond this memory, by their ids.
 */
export class HookDeliveries {
  readonly #clock: Pick<Clock, 'now'>
  /** Oldest first. */
  readonly #known = new Map<string, { readonly answer: Promise<HookAnswer>; readonly at: number }>()

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock
  }

  /** @param key of the delivery; null = it is like no other */
  async once(key: string | null, answer: () => Promise<HookAnswer>): Promise<HookAnswer> {
    if (key === null) return answer()
    this.#forgetOld()
    const known = this.#known.get(key)
    if (known !== undefined) return known.answer
    const entry = { answer: answer(), at: this.#clock.now() }
    this.#known.set(key, entry)
    try {
      const given = await entry.answer
      if (!['woken', 'accepted', 'skipped'].includes(given.kind)) this.#forget(key, entry)
      return given
    } catch (thrown) {
      this.#forget(key, entry)
      throw thrown
    }
  }

  #forget(key: string, entry: object): void {
    if (this.#known.get(key) === entry) this.#known.delete(key)
  }

  #forgetOld(): void {
    const now = this.#clock.now()
    for (const [key, { at }] of this.#known) {
      if (this.#known.size < MOST && now - at < KEPT_MS) return
      this.#known.delete(key)
    }
  }
}
