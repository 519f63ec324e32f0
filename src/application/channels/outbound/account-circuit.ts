import type { ChannelFailureCode } from '../../ports/channel.js'
import type { Clock, Timer } from '../../ports/clock.js'
import type { Halt } from './halt.js'

/** So many failures in a row, whichever chats they were for, mean that the account does not work. */
const FAILURES_TO_OPEN = 5
const SHORTEST_BREAK_MS = 1000
const LONGEST_BREAK_MS = 60_000
/** These mean so at once. */
const ACCOUNT_WIDE: ReadonlySet<string> = new Set<ChannelFailureCode>(['auth', 'stopped'])

/**
 * Keeps the chats of an account from trying one by one what cannot work for any of them. While it is open nobody tries;
 * after each break one chat tries for all.
 */
export class AccountCircuit {
  readonly #clock: Pick<Clock, 'now' | 'after'>
  readonly #waiting = new Set<() => void>()
  #failures = 0
  /** Breaks in a row; 0 = closed. */
  #breaks = 0
  #openUntil = 0
  #isTrying = false

  constructor(clock: Pick<Clock, 'now' | 'after'>) {
    this.#clock = clock
  }

  get isOpen(): boolean {
    return this.#breaks > 0
  }

  /** Resolves when the caller may try, and must then tell how it went; or at the halt. */
  async admit(halt: Halt): Promise<void> {
    while (!halt.isReached && this.isOpen) {
      const waitMs = this.#openUntil - this.#clock.now()
      if (waitMs <= 0 && !this.#isTrying) {
        this.#isTrying = true
        return
      }
      await this.#rest(waitMs > 0 ? waitMs : null, halt)
    }
  }

  /** The network answered, be it with a refusal. */
  worked(): void {
    this.#failures = 0
    this.#isTrying = false
    if (this.isOpen) this.reset()
  }

  failed(code: string, retryAfterMs = 0): void {
    this.#failures += 1
    this.#isTrying = false
    const now = this.#clock.now()
    // Others were on their way when it opened.
    if (this.isOpen && now < this.#openUntil) return
    if (!this.isOpen && this.#failures < FAILURES_TO_OPEN && !ACCOUNT_WIDE.has(code)) return
    const breakMs = Math.min(LONGEST_BREAK_MS, SHORTEST_BREAK_MS * 2 ** Math.min(this.#breaks, 30))
    this.#breaks += 1
    this.#openUntil = now + Math.max(breakMs, retryAfterMs)
    this.#wake()
  }

  /** Whoever was admitted has not tried after all. */
  passed(): void {
    this.#isTrying = false
    if (this.isOpen) this.#wake()
  }

  /** Something has changed that may have mended the account: whoever waits tries again. */
  reset(): void {
    this.#failures = 0
    this.#breaks = 0
    this.#openUntil = 0
    this.#isTrying = false
    this.#wake()
  }

  /** Waits; not to the end when the account works again, nor beyond the halt. */
  pause(delayMs: number, halt: Halt): Promise<void> {
    return this.#rest(delayMs, halt)
  }

  #wake(): void {
    const waiting = [...this.#waiting]
    this.#waiting.clear()
    for (const wake of waiting) wake()
  }

  /** @param delayMs null = until something changes */
  #rest(delayMs: number | null, halt: Halt): Promise<void> {
    if (halt.isReached) return Promise.resolve()
    return new Promise((resolve) => {
      let timer: Timer | undefined
      const end = () => {
        timer?.cancel()
        this.#waiting.delete(end)
        forget()
        resolve()
      }
      this.#waiting.add(end)
      const forget = halt.onReach(end)
      if (delayMs !== null) timer = this.#clock.after(delayMs, end)
    })
  }
}
