import { messageOf } from '../../domain/failure.js'
import { limits } from '../../domain/protocol/limits.js'
import type { Broadcast } from '../connection/broadcast.js'
import type { Clock, Timer } from '../ports/clock.js'
import type { Log } from '../ports/log.js'
import type { PresenceBoard } from '../presence/presence-board.js'
import type { HealthBoard } from './health-board.js'

/**
 * Keeps the health snapshot fresh and tells clients of it: every minute, and soon after somebody connected or asked.
 * One refresh serves all of them; there is at most one a second however many ask.
 */
export class HealthNews {
  readonly #board: HealthBoard
  readonly #presence: PresenceBoard
  readonly #broadcast: Broadcast
  readonly #clock: Clock
  readonly #log: Log
  #cadence: Timer | undefined
  #quiet: Timer | undefined
  #isPending = false
  #isStopped = true

  constructor(board: HealthBoard, presence: PresenceBoard, broadcast: Broadcast, clock: Clock, log: Log) {
    this.#board = board
    this.#presence = presence
    this.#broadcast = broadcast
    this.#clock = clock
    this.#log = log
  }

  /** Resolves when the first snapshot is there. */
  async start(): Promise<void> {
    this.#isStopped = false
    await this.#board.refresh()
    this.#cadence = this.#clock.every(limits.healthRefreshMs, () => this.wanted())
  }

  stop(): void {
    this.#isStopped = true
    this.#cadence?.cancel()
    this.#quiet?.cancel()
    this.#quiet = undefined
    this.#isPending = false
  }

  /** Somebody would like a fresh snapshot. */
  wanted(): void {
    if (this.#isStopped) return
    if (this.#quiet !== undefined) {
      this.#isPending = true
      return
    }
    this.#quiet = this.#clock.after(limits.healthCoalesceMs, () => {
      this.#quiet = undefined
      if (!this.#isPending) return
      this.#isPending = false
      this.wanted()
    })
    this.#board.refresh().then(
      () => this.#tell(),
      (thrown) => this.#log.error('health refresh failed', { error: messageOf(thrown) }),
    )
  }

  #tell(): void {
    if (this.#isStopped) return
    const stateVersion = { presence: this.#presence.version, health: this.#board.version }
    this.#broadcast.publish('health', this.#board.snapshot, { stateVersion })
  }
}
