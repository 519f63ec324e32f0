import { RawJson } from '../../domain/protocol/raw-json.js'
import type { Broadcast } from '../connection/broadcast.js'
import type { Clients } from '../connection/clients.js'
import type { HealthBoard } from '../health/health-board.js'
import type { Clock, Timer } from '../ports/clock.js'
import type { PresenceBoard } from './presence-board.js'

const QUIET_MS = 1_000
const LONGEST_QUIET_MS = 5_000
/** Output of one round to all clients together, in bytes; with thousands of clients each hears of the newest rows only. */
const LARGEST_ROUND = 32 * 1024 * 1024
/** Output we are willing to spend on presence, in bytes a millisecond. */
const BYTES_PER_MS = 20_000

/**
 * Tells clients that the board changed. The first change is told at once; what follows is gathered, the longer the
 * more there is to tell, so that many clients coming at once cost each other nothing.
 */
export class PresenceNews {
  readonly #board: PresenceBoard
  readonly #health: HealthBoard
  readonly #broadcast: Broadcast
  readonly #clients: Clients
  readonly #clock: Clock
  #quiet: Timer | undefined
  #isPending = false
  #isStopped = false

  constructor(board: PresenceBoard, health: HealthBoard, broadcast: Broadcast, clients: Clients, clock: Clock) {
    this.#board = board
    this.#health = health
    this.#broadcast = broadcast
    this.#clients = clients
    this.#clock = clock
  }

  /** The board has changed. */
  changed(): void {
    if (this.#isStopped) return
    if (this.#quiet === undefined) this.#tell()
    else this.#isPending = true
  }

  stop(): void {
    this.#isStopped = true
    this.#quiet?.cancel()
    this.#quiet = undefined
    this.#isPending = false
  }

  #tell(): void {
    const rows = this.#board.newestRows(LARGEST_ROUND / Math.max(1, this.#clients.size))
    const stateVersion = { presence: this.#board.version, health: this.#health.version }
    this.#broadcast.publish('presence', new RawJson(`{"presence":${rows.text}}`), { stateVersion })
    const cost = (rows.text.length * this.#clients.size) / BYTES_PER_MS
    this.#quiet = this.#clock.after(Math.min(Math.max(QUIET_MS, cost), LONGEST_QUIET_MS), () => {
      this.#quiet = undefined
      if (!this.#isPending) return
      this.#isPending = false
      this.#tell()
    })
  }
}
