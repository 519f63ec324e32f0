import { INTERRUPTED } from '../../domain/run/interrupted.js'
import type { RunRecord } from '../../domain/run/run.js'
import type { Clock } from '../ports/clock.js'
import type { Ids } from '../ports/ids.js'
import type { Log } from '../ports/log.js'
import type { SessionStore, StoreChange } from '../ports/session-store.js'
import type { InterruptionNotices } from './interruption-notices.js'
import type { RunDesk } from './run-desk.js'

/** Ended runs are kept this long so that a repeated idempotency key is recognised. */
const KEEP_ENDED_MS = 24 * 60 * 60 * 1000

/**
 * Brings the ledger in order after a start: what was under way when the last process ended is closed with a clear
 * error, what was accepted and never started gets its turn.
 */
export class RecoverRuns {
  readonly #store: SessionStore
  readonly #desk: RunDesk
  readonly #notices: InterruptionNotices
  readonly #tools: { readonly clock: Clock; readonly ids: Ids; readonly log: Log }

  constructor(
    store: SessionStore,
    desk: RunDesk,
    notices: InterruptionNotices,
    tools: { readonly clock: Clock; readonly ids: Ids; readonly log: Log },
  ) {
    this.#store = store
    this.#desk = desk
    this.#notices = notices
    this.#tools = tools
  }

  async recover(): Promise<void> {
    const { clock, log } = this.#tools
    await this.#store.commit([{ kind: 'run.forget', before: clock.now() - KEEP_ENDED_MS }])
    for (const record of await this.#store.unfinishedRuns()) {
      const facts = { runId: record.runId, sessionKey: record.sessionKey }
      if (record.state === 'accepted') {
        log.info('run resumed that was accepted before the restart', facts)
        this.#desk.resume(record)
      } else {
        log.warn('run closed that the last process did not finish', facts)
        await this.#close(record)
      }
    }
  }

  async #close(record: RunRecord): Promise<void> {
    const endedAt = this.#tools.clock.now()
    await this.#store.commit([
      ...(await this.#apology(record, endedAt)),
      { kind: 'run.finish', runId: record.runId, state: 'interrupted', endedAt, error: INTERRUPTED },
    ])
    const startedAt = record.startedAt === undefined ? {} : { startedAt: record.startedAt }
    this.#desk.remember({ runId: record.runId, state: 'interrupted', endedAt, error: INTERRUPTED, ...startedAt })
    this.#notices.add(record, endedAt)
  }

  /** Closes the turn in the transcript, so that it stays one that a model provider accepts. */
  async #apology(record: RunRecord, timestamp: number): Promise<StoreChange[]> {
    const session = record.sessionKey === null ? null : await this.#store.session(record.sessionKey)
    if (session === null) return []
    const message = {
      role: 'assistant' as const,
      content: [],
      timestamp,
      stopReason: 'error' as const,
      errorMessage: INTERRUPTED,
      idempotencyKey: `${record.runId}:assistant`,
    }
    return [
      { kind: 'session.update', key: session.key, changes: { abortedLastRun: true }, otherwise: session },
      { kind: 'transcript.append', sessionId: session.sessionId, entries: [{ id: this.#tools.ids.uuid(), message }] },
    ]
  }
}
