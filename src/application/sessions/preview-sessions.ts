import type { SessionsPreviewParams } from '../../domain/protocol/methods/sessions.js'
import { type PreviewItem, previewItem } from '../../domain/session/preview.js'
import { canonicalKey, type KeySpace } from '../../domain/session/session-key.js'
import type { Clock } from '../ports/clock.js'
import type { Log } from '../ports/log.js'
import type { SessionStore } from '../ports/session-store.js'

/** Keys beyond these are ignored. */
const MAX_KEYS = 64
const DEFAULT_ITEMS = 12
const MAX_ITEMS = 50
const DEFAULT_CHARS = 240
const MAX_CHARS = 2_000
/** Entries read per wanted item; some have nothing to show. */
const ENTRIES_PER_ITEM = 3

interface Preview {
  readonly key: string
  readonly status: 'ok' | 'empty' | 'missing' | 'error'
  readonly items: readonly PreviewItem[]
}

/** Shows the last things said in some sessions. */
export class PreviewSessions {
  readonly #store: SessionStore
  readonly #space: KeySpace
  readonly #clock: Clock
  readonly #log: Log

  constructor(store: SessionStore, space: KeySpace, clock: Clock, log: Log) {
    this.#store = store
    this.#space = space
    this.#clock = clock
    this.#log = log
  }

  async preview(params: SessionsPreviewParams): Promise<{ ts: number; previews: readonly Preview[] }> {
    const items = Math.min(params.limit ?? DEFAULT_ITEMS, MAX_ITEMS)
    const chars = Math.min(params.maxChars ?? DEFAULT_CHARS, MAX_CHARS)
    const keys = params.keys.map((key) => key.trim()).filter((key) => key !== '')
    const previews = await Promise.all(keys.slice(0, MAX_KEYS).map((key) => this.#previewOf(key, items, chars)))
    return { ts: this.#clock.now(), previews }
  }

  async #previewOf(key: string, limit: number, maxChars: number): Promise<Preview> {
    try {
      const canonical = canonicalKey(key, this.#space)
      const entry = canonical === null ? null : await this.#store.session(canonical)
      if (entry === null) return { key, status: 'missing', items: [] }
      const entries = await this.#store.transcript(entry.sessionId, limit * ENTRIES_PER_ITEM)
      const items = entries.flatMap(({ message }) => previewItem(message, maxChars) ?? []).slice(-limit)
      return { key, status: items.length === 0 ? 'empty' : 'ok', items }
    } catch (thrown) {
      this.#log.warn('session preview failed', { sessionKey: key, err: thrown })
      return { key, status: 'error', items: [] }
    }
  }
}
