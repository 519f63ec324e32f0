/** How much may be kept of what clients say while nobody answers, all of them together. */
export class HeldBytes {
  readonly #max: number
  #taken = 0

  constructor(max: number) {
    this.#max = max
  }

  /** False when it would be too much. */
  take(bytes: number): boolean {
    if (this.#taken + bytes > this.#max) return false
    this.#taken += bytes
    return true
  }

  giveBack(bytes: number): void {
    this.#taken -= bytes
  }
}
