/** A moment that comes once, for as many as want to hear of it (an AbortSignal warns of more than a few listeners). */
export class Halt {
  readonly #listeners = new Set<() => void>()
  #isReached = false

  get isReached(): boolean {
    return this.#isReached
  }

  reach(): void {
    this.#isReached = true
    const listeners = [...this.#listeners]
    this.#listeners.clear()
    for (const listener of listeners) listener()
  }

  /** Calls `listener` when it comes, not if it has come; returns how to take that back. */
  onReach(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}
