import type { Clock } from '../../ports/clock.js'

/** A page as it was read; `text` is null when it is none. */
export interface ReadPage {
  readonly mimeType: string | null
  readonly title: string | null
  readonly text: string | null
}

/** Pages that are asked for again soon, the latest few. */
const MOST_PAGES = 16

/** Remembers what pages said, so that an agent that looks again troubles nobody. */
export class KeptPages {
  readonly #clock: Clock
  readonly #pages = new Map<string, { readonly page: ReadPage; readonly at: number }>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Null when it was never read, or longer ago than `forMs`. */
  find(url: string, forMs: number): ReadPage | null {
    const kept = this.#pages.get(url)
    return kept !== undefined && this.#clock.monotonic() - kept.at < forMs ? kept.page : null
  }

  keep(url: string, page: ReadPage): void {
    this.#pages.delete(url)
    this.#pages.set(url, { page, at: this.#clock.monotonic() })
    for (const oldest of this.#pages.keys()) {
      if (this.#pages.size <= MOST_PAGES) break
      this.#pages.delete(oldest)
    }
  }
}
