import type { Clock } from '../../ports/clock.js'

const KEPT_MS = 5 * 60 * 1000
const MOST = 1_000

interface Answer {
  readonly at: number
  readonly result: Promise<object>
}

/**
 * What came of requests that have a key of their own, failures included: whoever sends one again is told the same, and
 * nothing is said twice. In memory only.
 */
export class RecentAnswers {
  readonly #clock: Pick<Clock, 'now'>
  readonly #answers = new Map<string, Answer>()

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock
  }

  /** The answer of before, also one that is on its way; else that of `ask`. */
  once(key: string, ask: () => Promise<object>): Promise<object> {
    return this.known(key) ?? this.#keep(key, ask())
  }

  /** What is known by now; a request that is under way is not. */
  known(key: string): Promise<object> | null {
    const answer = this.#answers.get(key)
    return answer === undefined || this.#clock.now() - answer.at > KEPT_MS ? null : answer.result
  }

  /** Keeps what has ended. */
  keep(key: string, result: Promise<object>): void {
    void this.#keep(key, result)
  }

  #keep(key: string, result: Promise<object>): Promise<object> {
    this.#put(key, result)
    const again = () => this.#put(key, result)
    result.then(again, again)
    return result
  }

  /** The time counts from the end. */
  #put(key: string, result: Promise<object>): void {
    this.#answers.delete(key)
    this.#answers.set(key, { at: this.#clock.now(), result })
    const [oldest] = this.#answers.keys()
    if (this.#answers.size > MOST && oldest !== undefined) this.#answers.delete(oldest)
  }
}
