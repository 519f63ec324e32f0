import type { SessionsCompactParams } from '../../domain/protocol/methods/sessions.js'
import type { KeySpace } from '../../domain/session/session-key.js'
import type { Clock } from '../ports/clock.js'
import type { Ids } from '../ports/ids.js'
import type { SessionStore } from '../ports/session-store.js'
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
  readonly reason?: 'no sessionId' | 'no transcript'
}

/** Keeps the newest entries of a transcript and puts the rest aside. No model is involved. */
export class CompactSession {
  readonly #store: SessionStore
  readonly #space: KeySpace
  readonly #makes: { readonly clock: Clock; readonly ids: Ids }

  constructor(store: SessionStore, space: KeySpace, makes: { readonly clock: Clock; readonly ids: Ids }) {
    this.#store = store
    this.#space = space
    this.#makes = makes
  }

  async compact(params: SessionsCompactParams): Promise<CompactedSession> {
    const key = requiredKey(params.key, this.#space)
    const keepLast = params.maxLines ?? DEFAULT_LINES
    const entry = await this.#store.session(key)
    if (entry === null) return { ok: true, key, compacted: false, reason: 'no sessionId' }
    const { sessionId } = entry
    const length = await this.#store.transcriptLength(sessionId)
    if (length === 0) return { ok: true, key, compacted: false, reason: 'no transcript' }
    if (length <= keepLast) return { ok: true, key, compacted: false, kept: length }
    const archiveId = this.#makes.ids.uuid()
    const at = this.#makes.clock.now()
    await this.#store.commit([
      { kind: 'transcript.archive', sessionId, archiveId, reason: 'compacted', at, keepLast },
      {
        kind: 'session.update',
        key,
        changes: { inputTokens: null, outputTokens: null, totalTokens: null },
        otherwise: entry,
      },
    ])
    return { ok: true, key, compacted: true, archived: archiveName(this.#store.location, archiveId), kept: keepLast }
  }
}
