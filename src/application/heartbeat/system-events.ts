const MAX_PER_SESSION = 20

/** Things that happened and that the model should hear of with the next message of a session. */
export class SystemEvents {
  readonly #waiting = new Map<string, string[]>()

  /** Queues a line; the oldest gives way when there are too many. A repetition of the newest line is left out. */
  queue(sessionKey: string, text: string): void {
    const lines = this.#waiting.get(sessionKey) ?? []
    if (lines.at(-1) === text) return
    lines.push(text)
    if (lines.length > MAX_PER_SESSION) lines.shift()
    this.#waiting.set(sessionKey, lines)
  }

  /** Takes everything that waits for a session. */
  take(sessionKey: string): readonly string[] {
    const lines = this.#waiting.get(sessionKey) ?? []
    this.#waiting.delete(sessionKey)
    return lines
  }

  /** Whether something waits for a session. */
  isWaiting(sessionKey: string): boolean {
    return this.#waiting.has(sessionKey)
  }

  /** Everything that waits, for `status`. */
  get all(): readonly string[] {
    return [...this.#waiting.values()].flat()
  }
}
