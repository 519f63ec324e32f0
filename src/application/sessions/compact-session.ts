import type { ModelChoice } from '../../domain/config/agent-directory.js'
import { messageOf } from '../../domain/failure.js'
import type { SessionsCompactParams } from '../../domain/protocol/methods/sessions.js'
import { unavailable } from '../../domain/protocol/refusal.js'
import type { SessionEntry } from '../../domain/session/session-entry.js'
import type { KeySpace } from '../../domain/session/session-key.js'
import { RunnerFailure } from '../ports/agent-runner.js'
import type { Clock } from '../ports/clock.js'
import type { Ids } from '../ports/ids.js'
import type { SessionStore, StoreChange } from '../ports/session-store.js'
import type { CompactHistory } from '../runs/compact-history.js'
import { archiveName } from './archive-name.js'
import { requiredKey } from './required-key.js'

const DEFAULT_LINES = 400

export interface CompactedSession {
  readonly ok: true
  readonly key: string
  readonly compacted: boolean
  /** Where what was cut can still be read. */
  readonly archived?: string
  /** Entries that are left. */
  readonly kept?: number
  /** Estimates of what the model reads, where a summary was asked for. */
  readonly tokensBefore?: number
  readonly tokensAfter?: number
  readonly reason?: 'no sessionId' | 'no transcript'
}

/** Who writes summaries, and with which model for a session. */
export interface Summaries {
  readonly history: Pick<CompactHistory, 'compact'>
  readonly modelOf: (session: SessionEntry) => ModelChoice
}

/**
 * Makes a transcript shorter and puts the rest aside. With a number of lines it keeps that many of the newest entries,
 * no model involved; without, older turns give way to a summary.
 */
export class CompactSession {
  readonly #store: SessionStore
  readonly #space: KeySpace
  readonly #makes: { readonly clock: Clock; readonly ids: Ids }
  readonly #summaries: Summaries | null

  /** @param summaries null: without a number of lines, the newest 400 entries are kept */
  constructor(
    store: SessionStore,
    space: KeySpace,
    makes: { readonly clock: Clock; readonly ids: Ids },
    summaries: Summaries | null = null,
  ) {
    this.#store = store
    this.#space = space
    this.#makes = makes
    this.#summaries = summaries
  }

  async compact(params: SessionsCompactParams): Promise<CompactedSession> {
    const key = requiredKey(params.key, this.#space)
    const entry = await this.#store.session(key)
    if (entry === null) return { ok: true, key, compacted: false, reason: 'no sessionId' }
    const length = await this.#store.transcriptLength(entry.sessionId)
    if (length === 0) return { ok: true, key, compacted: false, reason: 'no transcript' }
    return params.maxLines === undefined && this.#summaries !== null
      ? this.#summarise(entry, this.#summaries)
      : this.#cut(entry, length, params.maxLines ?? DEFAULT_LINES)
  }

  async #cut(entry: SessionEntry, length: number, keepLast: number): Promise<CompactedSession> {
    const { key, sessionId } = entry
    if (length <= keepLast) return { ok: true, key, compacted: false, kept: length }
    const archiveId = this.#makes.ids.uuid()
    const at = this.#makes.clock.now()
    await this.#store.commit([
      { kind: 'transcript.archive', sessionId, sessionKey: key, archiveId, reason: 'compacted', at, keepLast },
      clearedCounters(entry),
    ])
    return { ok: true, key, compacted: true, archived: archiveName(this.#store.location, archiveId), kept: keepLast }
  }

  /** Who asked for a summary is told when there is none, and loses nothing. */
  async #summarise(entry: SessionEntry, { history, modelOf }: Summaries): Promise<CompactedSession> {
    const { key, sessionId } = entry
    const never = new AbortController().signal
    const wish = { onFailure: 'throw' } as const
    const outcome = await history.compact(entry, modelOf(entry), never, wish).catch((thrown: unknown) => {
      if (!(thrown instanceof RunnerFailure)) throw thrown
      throw unavailable(`The conversation could not be summarised: ${messageOf(thrown)}`, {
        retryable: thrown.retryable,
      })
    })
    const { compacted, tokensBefore, tokensAfter, archiveId } = outcome
    const current = await this.#store.session(key)
    if (compacted && current?.sessionId === sessionId) await this.#store.commit([clearedCounters(current)])
    const kept = await this.#store.transcriptLength(sessionId)
    return {
      ok: true,
      key,
      compacted,
      ...(archiveId === undefined ? {} : { archived: archiveName(this.#store.location, archiveId) }),
      kept,
      tokensBefore,
      tokensAfter,
    }
  }
}

function clearedCounters(entry: SessionEntry): StoreChange {
  const changes = { inputTokens: null, outputTokens: null, totalTokens: null }
  return { kind: 'session.update', key: entry.key, changes, otherwise: entry }
}
