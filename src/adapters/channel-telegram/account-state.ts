import type { ChannelAccountStatus, ChannelFailure } from '../../application/ports/channel.js'

type Told = Pick<
  ChannelAccountStatus,
  'connected' | 'lastError' | 'lastErrorCode' | 'nextAttemptAt' | 'lastConnectedAt' | 'self'
>

/** How an account stands with Telegram. */
export class AccountState {
  #told: Told = { connected: false }
  #attempts = 0
  readonly #changed: () => void

  constructor(changed: () => void) {
    this.#changed = changed
  }

  get told(): Told & { readonly reconnectAttempts: number } {
    return { ...this.#told, reconnectAttempts: this.#attempts }
  }

  /** Failures in a row. */
  get attempts(): number {
    return this.#attempts
  }

  connected(self: string, now: number): void {
    if (this.#told.connected) return
    this.#attempts = 0
    this.#told = { connected: true, lastConnectedAt: now, self }
    this.#changed()
  }

  lost({ message, code }: ChannelFailure, nextAttemptAt: number): void {
    const { lastConnectedAt, self } = this.#told
    this.#attempts++
    this.#told = {
      connected: false,
      lastError: message,
      lastErrorCode: code,
      nextAttemptAt,
      ...(lastConnectedAt === undefined ? {} : { lastConnectedAt }),
      ...(self === undefined ? {} : { self }),
    }
    this.#changed()
  }
}
