import { messageOf } from '../../domain/failure.js'
import type { Clock, Timer } from '../ports/clock.js'
import type { Document } from '../ports/document.js'
import type { Log } from '../ports/log.js'

/** At most one save in this time: a flood of changes must not wear out the disk. */
const SAVE_PAUSE_MS = 1_000

export interface PacedDocumentParts {
  readonly document: Document
  readonly clock: Clock
  readonly log: Log
}

/** Keeps something over restarts that is worth a try, but no failure: what cannot be read or saved is said in the log. */
export class PacedDocument {
  readonly #parts: PacedDocumentParts
  readonly #what: string
  readonly #textNow: () => string
  readonly #emptyText: string
  /** What the document says, as far as known; null = nothing. */
  #savedText: string | null = null
  /** Saves under way, or the pause behind the last. */
  #saving: Promise<void> | null = null
  #pause: { readonly timer: Timer; readonly end: () => void } | null = null
  #isUnsaved = false
  #isOpen = false
  #hasComplained = false

  /**
   * @param what a plural, for the log: `lockouts`
   * @param textNow what is to be kept
   * @param emptyText what nothing at all looks like; it is only written over something
   */
  constructor(parts: PacedDocumentParts, what: string, textNow: () => string, emptyText: string) {
    this.#parts = parts
    this.#what = what
    this.#textNow = textNow
    this.#emptyText = emptyText
  }

  /** What was kept; null = nothing, or nothing that can be read. From now on changes are saved. */
  async open(): Promise<string | null> {
    this.#isOpen = true
    const { document, log } = this.#parts
    try {
      this.#savedText = await document.read()
    } catch (thrown) {
      log.warn(`saved ${this.#what} cannot be read, starting without`, {
        path: document.location,
        error: messageOf(thrown),
      })
    }
    return this.#savedText
  }

  /** The text is not what was ever saved. */
  isDamaged(): void {
    const { document, log } = this.#parts
    log.warn(`saved ${this.#what} are damaged, starting without`, { path: document.location })
  }

  /** At once, or behind the save and the pause that are under way. */
  saveSoon(): void {
    this.#isUnsaved = true
    if (!this.#isOpen || this.#saving !== null) return
    this.#saving = this.#saveAll()
  }

  /** Saves what is not saved. Nothing is saved from then on. */
  async close(): Promise<void> {
    if (!this.#isOpen) return
    this.#isOpen = false
    this.#pause?.end()
    await this.#saving
    await this.#save()
  }

  async #saveAll(): Promise<void> {
    while (this.#isUnsaved && this.#isOpen) {
      this.#isUnsaved = false
      await this.#save()
      if (this.#isOpen) await this.#rest()
    }
    this.#saving = null
  }

  #rest(): Promise<void> {
    return new Promise<void>((resolve) => {
      const end = () => {
        this.#pause?.timer.cancel()
        this.#pause = null
        resolve()
      }
      this.#pause = { timer: this.#parts.clock.after(SAVE_PAUSE_MS, end), end }
    })
  }

  /** Never rejects. Of several failures in a row only the first is told. */
  async #save(): Promise<void> {
    const { document, log } = this.#parts
    const text = this.#textNow()
    if (text === (this.#savedText ?? this.#emptyText)) return
    try {
      await document.write(text)
      this.#savedText = text
      this.#hasComplained = false
    } catch (thrown) {
      if (!this.#hasComplained) {
        log.error(`${this.#what} cannot be saved`, { path: document.location, error: messageOf(thrown) })
      }
      this.#hasComplained = true
    }
  }
}
