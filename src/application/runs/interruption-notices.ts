import { sees } from '../../domain/audience.js'
import { targetedEvent } from '../../domain/protocol/frames.js'
import { INTERRUPTED } from '../../domain/run/interrupted.js'
import type { RunRecord } from '../../domain/run/run.js'
import type { Client } from '../connection/client.js'
import type { Clock } from '../ports/clock.js'

/** Clients come back within half a minute; twice that is enough for all of them. */
const TELL_FOR_MS = 60_000

/**
 * Tells returning clients about the runs that ended with the last process. Nobody is connected when recovery closes
 * them, so each client that may read hears of them when it connects, outside the sequence.
 */
export class InterruptionNotices {
  readonly #clock: Clock
  #frames: string[] = []
  #until = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  add(record: RunRecord, endedAt: number): void {
    this.#until = this.#clock.now() + TELL_FOR_MS
    const { runId, sessionKey, startedAt } = record
    const key = sessionKey === null ? {} : { sessionKey }
    const start = startedAt === undefined ? {} : { startedAt }
    const data = { phase: 'error', error: INTERRUPTED, endedAt, ...start }
    this.#frames.push(targetedEvent('agent', { runId, stream: 'lifecycle', data, seq: 1, ts: endedAt, ...key }))
    if (sessionKey !== null) {
      this.#frames.push(targetedEvent('chat', { runId, sessionKey, seq: 1, state: 'error', errorMessage: INTERRUPTED }))
    }
  }

  /** To be told of every client that comes in. */
  greet(client: Client): void {
    if (this.#frames.length === 0) return
    if (this.#clock.now() > this.#until) this.#frames = []
    else if (sees(client.identity.audience, 'read')) for (const frame of this.#frames) client.send(frame)
  }
}
