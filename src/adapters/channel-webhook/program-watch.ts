import type { ChannelAccountStatus, ChannelFailureCode } from '../../application/ports/channel.js'
import { ChannelFailure } from '../../application/ports/channel.js'
import type { Clock, Timer } from '../../application/ports/clock.js'
import { messageOf } from '../../domain/failure.js'
import type { WebhookPace } from './webhook-pace.js'

export interface ProgramWatchParts {
  /** Asks the program whether it is there. */
  readonly look: (signal: AbortSignal) => Promise<unknown>
  readonly changed: () => void
  readonly pace: WebhookPace
  readonly random: () => number
  readonly clock: Clock
}

type Told = Pick<
  ChannelAccountStatus,
  'connected' | 'lastError' | 'lastErrorCode' | 'reconnectAttempts' | 'nextAttemptAt' | 'lastConnectedAt'
>

/** Knows whether the program takes answers: looks from time to time, and learns from every answer that is sent. */
export class ProgramWatch {
  readonly #parts: ProgramWatchParts
  readonly #ending = new AbortController()
  #timer: Timer | undefined
  #looking: Promise<void> = Promise.resolve()
  #failures = 0
  #told: Told = { connected: false }

  constructor(parts: ProgramWatchParts) {
    this.#parts = parts
    this.#look()
  }

  get told(): Told {
    return this.#told
  }

  /** Aborts when the account stops. */
  get signal(): AbortSignal {
    return this.#ending.signal
  }

  /** The program has taken something. */
  worked(): void {
    const { clock, changed } = this.#parts
    this.#failures = 0
    const wasConnected = this.#told.connected
    this.#told = { connected: true, lastConnectedAt: clock.now() }
    if (!wasConnected) changed()
  }

  /** Something could not be brought to the program. */
  failed(thrown: unknown): void {
    const code = codeOf(thrown)
    if (this.#ending.signal.aborted || code === 'stopped' || !SAYS_AWAY.has(code)) return
    const wasConnected = this.#told.connected
    this.#note(thrown)
    if (wasConnected) this.#lookIn(this.#waitMs())
  }

  async stop(): Promise<void> {
    this.#ending.abort()
    this.#timer?.cancel()
    await this.#looking
  }

  #look(): void {
    this.#looking = this.#parts.look(this.#ending.signal).then(
      () => {
        if (this.#ending.signal.aborted) return
        this.worked()
        this.#lookIn(this.#parts.pace.lookMs)
      },
      (thrown: unknown) => {
        if (this.#ending.signal.aborted) return
        this.#note(thrown)
        this.#lookIn(this.#waitMs())
      },
    )
  }

  #lookIn(delayMs: number): void {
    const { clock, changed } = this.#parts
    this.#timer?.cancel()
    this.#timer = clock.after(delayMs, () => this.#look())
    if (this.#told.connected) return
    this.#told = { ...this.#told, nextAttemptAt: clock.now() + delayMs }
    changed()
  }

  #note(thrown: unknown): void {
    this.#failures += 1
    const { lastConnectedAt } = this.#told
    this.#told = {
      connected: false,
      lastError: messageOf(thrown),
      lastErrorCode: codeOf(thrown),
      reconnectAttempts: this.#failures,
      ...(lastConnectedAt === undefined ? {} : { lastConnectedAt }),
    }
  }

  /** Twice as long each time, half of it by chance. */
  #waitMs(): number {
    const { pace, random } = this.#parts
    const wait = Math.min(pace.firstWaitMs * 2 ** Math.min(this.#failures - 1, 20), pace.longestWaitMs)
    return Math.round(wait / 2 + (wait / 2) * random())
  }
}

/** Failures of one message that say something about the program as a whole. */
const SAYS_AWAY: ReadonlySet<ChannelFailureCode> = new Set(['auth', 'network', 'not-found'])

function codeOf(thrown: unknown): ChannelFailureCode {
  return thrown instanceof ChannelFailure ? thrown.code : 'network'
}
