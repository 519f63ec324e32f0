/**
 * At which revision each name changed last, remembered for the newest `capacity` names. A forgotten name answers with
 * the newest revision that was forgotten: possibly too new, never too old, so whoever compares only looks again.
 */
export class LastChanges {
  readonly #capacity: number
  readonly #revisions = new Map<string, number>()
  #floor = 0

  constructor(capacity: number) {
    this.#capacity = capacity
  }

  changed(name: string, revision: number): void {
    this.#revisions.delete(name)
    this.#revisions.set(name, revision)
    if (this.#revisions.size <= this.#capacity) return
    const [oldest] = this.#revisions.entries()
    if (oldest === undefined) return
    this.#revisions.delete(oldest[0])
    this.#floor = oldest[1]
  }

  /** Everything may have changed. */
  allChanged(revision: number): void {
    this.#revisions.clear()
    this.#floor = revision
  }

  of(name: string): number {
    return this.#revisions.get(name) ?? this.#floor
  }
}
