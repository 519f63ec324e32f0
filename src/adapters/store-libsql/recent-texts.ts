/** Characters that are kept together with their keys; an entry of the session index has about 500. */
const MAX_CHARACTERS = 2 * 1024 * 1024

/**
 * The JSON of rows that were read or written lately, by key, so that whoever changes one row again and again does not
 * look it up each time. Text, because every reader must get an object of its own. What was put in longest ago goes first.
 *
 * True only as long as nobody else writes to the file, and only for transactions that came through: after any other
 * end it has to be cleared.
 */
export class RecentTexts {
  readonly #texts = new Map<string, string>()
  #characters = 0

  get(key: string): string | undefined {
    return this.#texts.get(key)
  }

  put(key: string, text: string): void {
    this.delete(key)
    this.#texts.set(key, text)
    this.#characters += key.length + text.length
    if (this.#characters > MAX_CHARACTERS) this.#shrink()
  }

  delete(key: string): void {
    const text = this.#texts.get(key)
    if (text === undefined) return
    this.#texts.delete(key)
    this.#characters -= key.length + text.length
  }

  clear(): void {
    this.#texts.clear()
    this.#characters = 0
  }

  #shrink(): void {
    for (const oldest of this.#texts.keys()) {
      if (this.#characters <= MAX_CHARACTERS) return
      this.delete(oldest)
    }
  }
}
