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

export interface RecoverTools {
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
  /** What else the commit that closes a run has to say: that there will be no answer. */
  readonly endingOf?: (record: RunRecord, error: string) => readonly StoreChange[]
}

/**
 * Brings the ledger in order after a start: what was under way when the last process ended is closed with a clear
 * error, unless somebody waits for it in a chat, where it is tried once more; what was accepted and never started gets its turn unless nobody can be waiting for it any more, and questions
 * that were withdrawn are written in their place.
 */
export class RecoverRuns {
  readonly #store: SessionStore
  readonly #desk: RunDesk
  readonly #notices: InterruptionNotices
  readonly #tools: RecoverTools

  constructor(store: SessionStore, desk: RunDesk, notices: InterruptionNotices, tools: RecoverTools) {
    this.#store = store
    this.#desk = desk
    this.#notices = notices
    this.#tools = tools
  }

  async recover(): Promise<void> {
    const { clock, log } = this.#tools
    await this.#store.commit([{ kind: 'run.forget', before: clock.now() - KEEP_ENDED_MS }])
    const unfinished = await this.#store.unfinishedRuns()
    for (const record of unfinished) {
      if (record.mergedInto !== undefined) continue
      const facts = { runId: record.runId, sessionKey: record.sessionKey }
      const members = unfinished.filter(({ mergedInto }) => mergedInto === record.runId)
      if (record.state === 'running' && record.request.reply !== undefined && record.hasBegun !== true) {
        log.warn('run put back in line that the last process did not finish', facts)
        await this.#store.commit([{ kind: 'run.requeue', runId: record.runId }])
        await this.#desk.resume({ ...record, state: 'accepted', hasBegun: true }, members)
      } else if (record.state === 'running') {
        log.warn('run closed that the last process did not finish', facts)
        await this.#close(record, members)
      } else if (record.method === 'http') {
        await this.#forsake(record)
      } else {
        if (record.state === 'accepted') log.info('run resumed that was accepted before the restart', facts)
        await this.#desk.resume(record, members)
      }
    }
  }

  /** Whoever asked is gone with the connection. */
  async #forsake({ runId }: RunRecord): Promise<void> {
    const endedAt = this.#tools.clock.now()
    await this.#store.commit([{ kind: 'run.finish', runId, state: 'interrupted', endedAt, error: INTERRUPTED }])
    this.#desk.remember({ runId, state: 'interrupted', endedAt, error: INTERRUPTED })
  }

  async #close(record: RunRecord, members: readonly RunRecord[]): Promise<void> {
    const endedAt = this.#tools.clock.now()
    await this.#store.commit([
      ...(await this.#apology(record, endedAt)),
      { kind: 'run.finish', runId: record.runId, state: 'interrupted', endedAt, error: INTERRUPTED },
      ...(this.#tools.endingOf?.(record, INTERRUPTED) ?? []),
    ])
    const startedAt = record.startedAt === undefined ? {} : { startedAt: record.startedAt }
    for (const one of [record, ...members]) {
      this.#desk.remember({ runId: one.runId, state: 'interrupted', endedAt, error: INTERRUPTED, ...startedAt })
      this.#notices.add({ ...one, ...startedAt }, endedAt)
    }
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
