import type { CronEntry } from '../../domain/cron/cron-entry.js'
import { isCronRunKey } from '../../domain/session/session-key.js'
import { PacedDocument, type PacedDocumentParts } from '../documents/paced-document.js'

/** Most entries of one job, and of all together. */
const MOST_OF_ONE = 200
const MOST = 1_000

const EMPTY = '[]\n'

/** How jobs have ended: the newest runs of each, also of jobs that are gone. */
export class CronHistory {
  readonly #document: PacedDocument
  /** Oldest first. */
  #entries: readonly CronEntry[] = []

  constructor(parts: PacedDocumentParts) {
    this.#document = new PacedDocument(parts, 'runs of jobs', () => this.#text(), EMPTY)
  }

  async open(): Promise<void> {
    const text = await this.#document.open()
    this.#entries = text === null ? [] : this.#read(text)
  }

  close(): Promise<void> {
    return this.#document.close()
  }

  /**
   * Keeps an entry; older ones go when there are too many.
   * @returns those that went
   */
  add(entry: CronEntry): readonly CronEntry[] {
    const all = [...this.#entries, entry]
    const ofJob = all.filter(({ jobId }) => jobId === entry.jobId)
    const tooMany = new Set(ofJob.slice(0, Math.max(0, ofJob.length - MOST_OF_ONE)))
    const left = all.filter((one) => !tooMany.has(one))
    const surplus = left.slice(0, Math.max(0, left.length - MOST))
    this.#entries = left.slice(surplus.length)
    this.#document.saveSoon()
    return [...tooMany, ...surplus]
  }

  /** The newest `limit` of a job, or of all jobs, oldest first. */
  of(jobId: string | undefined, limit: number): readonly CronEntry[] {
    const found = jobId === undefined ? this.#entries : this.#entries.filter((entry) => entry.jobId === jobId)
    return found.slice(-limit)
  }

  /** Those whose own session is to go: ended before `before` (Unix milliseconds). The sessions are not named any more then. */
  withoutSessions(before: number): readonly CronEntry[] {
    const old = this.#entries.filter(({ ts, sessionKey = '' }) => isCronRunKey(sessionKey) && ts < before)
    if (old.length === 0) return []
    const gone = new Set(old)
    this.#entries = this.#entries.map((entry) => {
      if (!gone.has(entry)) return entry
      const { sessionKey: _key, sessionId: _id, ...rest } = entry
      return rest
    })
    this.#document.saveSoon()
    return old
  }

  #text(): string {
    return `${JSON.stringify(this.#entries)}\n`
  }

  #read(text: string): readonly CronEntry[] {
    try {
      const entries: unknown = JSON.parse(text)
      if (Array.isArray(entries)) return entries as readonly CronEntry[]
    } catch {
      // Told below, like any other text that was never saved.
    }
    this.#document.isDamaged()
    return []
  }
}
