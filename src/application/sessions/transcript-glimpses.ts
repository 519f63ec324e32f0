import { derivedTitle, hasGivenTitle, readableText, shortened } from '../../domain/session/preview.js'
import type { SessionEntry } from '../../domain/session/session-entry.js'
import type { Glimpse } from '../../domain/session/session-row.js'
import type { TranscriptEntry } from '../../domain/session/transcript.js'
import type { RevisionedStore } from './revisioned-store.js'

export interface GlimpseWish {
  readonly title: boolean
  readonly lastMessage: boolean
}

interface Seen {
  readonly revision: number
  readonly firstWords: string | undefined
  readonly lastWords: string | undefined
}

/** Longest `lastMessagePreview`. */
const PREVIEW_CHARS = 240
/** Entries looked at for the last words. */
const LAST_ENTRIES = 20
/** Transcripts up to this many entries are searched for their first words; of longer ones only this many newest entries. */
const SEARCHED_ENTRIES = 200
const REMEMBERED_TRANSCRIPTS = 1_000

/** What the transcripts of listed sessions begin and end with. Each is read once per change, and never as a whole when it is long. */
export class TranscriptGlimpses {
  readonly #store: RevisionedStore
  readonly #seen = new Map<string, Seen>()

  constructor(store: RevisionedStore) {
    this.#store = store
  }

  async of(entry: SessionEntry, wish: GlimpseWish): Promise<Glimpse> {
    const needsFirst = wish.title && !hasGivenTitle(entry)
    const seen = needsFirst || wish.lastMessage ? await this.#look(entry.sessionId) : undefined
    const lastWords = wish.lastMessage ? seen?.lastWords : undefined
    return {
      ...(wish.title ? { derivedTitle: derivedTitle(entry, seen?.firstWords) } : {}),
      ...(lastWords === undefined ? {} : { lastMessagePreview: lastWords }),
    }
  }

  async #look(sessionId: string): Promise<Seen> {
    const revision = this.#store.transcriptRevision(sessionId)
    const known = this.#seen.get(sessionId)
    if (known?.revision === revision) return known
    const entries = await this.#store.transcript(sessionId, SEARCHED_ENTRIES)
    const seen: Seen = { revision, firstWords: firstWordsOf(entries), lastWords: lastWordsOf(entries) }
    this.#seen.delete(sessionId)
    this.#seen.set(sessionId, seen)
    if (this.#seen.size > REMEMBERED_TRANSCRIPTS) {
      for (const oldest of this.#seen.keys()) {
        this.#seen.delete(oldest)
        break
      }
    }
    return seen
  }
}

function firstWordsOf(entries: readonly TranscriptEntry[]): string | undefined {
  for (const { message } of entries) {
    if (message.role !== 'user') continue
    const words = readableText(message)
    if (words !== '') return shortened(words, PREVIEW_CHARS)
  }
  return undefined
}

function lastWordsOf(entries: readonly TranscriptEntry[]): string | undefined {
  for (const { message } of entries.slice(-LAST_ENTRIES).reverse()) {
    if (message.role !== 'user' && message.role !== 'assistant') continue
    const words = readableText(message)
    if (words !== '') return shortened(words, PREVIEW_CHARS)
  }
  return undefined
}
