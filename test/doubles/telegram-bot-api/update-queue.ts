import type { Update } from 'grammy/types'

/** Updates that have not been confirmed; whoever asks for later ones confirms the earlier. */
export class UpdateQueue {
  readonly #waiting: Update[] = []
  #nextId = 1_000
  #wake: () => void = () => undefined

  /** Returns the number that it gets. */
  add(update: Omit<Update, 'update_id'>): number {
    this.#nextId++
    this.#waiting.push({ update_id: this.#nextId, ...update })
    this.#wake()
    return this.#nextId
  }

  /** Confirms everything below `offset` and resolves with the rest, waiting for one if there is none. */
  async from(offset: number, waitMs: number, leaving: AbortSignal): Promise<readonly Update[]> {
    while (this.#waiting[0] !== undefined && this.#waiting[0].update_id < offset) this.#waiting.shift()
    if (this.#waiting.length === 0 && waitMs > 0) await this.#arrival(waitMs, leaving)
    return [...this.#waiting]
  }

  /** The oldest of each chat that is not being brought already. */
  heads(busy: ReadonlySet<number>): readonly Update[] {
    const seen = new Set(busy)
    return this.#waiting.filter((update) => {
      const chat = chatOf(update)
      if (seen.has(chat)) return false
      seen.add(chat)
      return true
    })
  }

  done(updateId: number): void {
    const at = this.#waiting.findIndex(({ update_id: id }) => id === updateId)
    if (at !== -1) this.#waiting.splice(at, 1)
  }

  get size(): number {
    return this.#waiting.length
  }

  #arrival(waitMs: number, leaving: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer)
        leaving.removeEventListener('abort', end)
        resolve()
      }
      const timer = setTimeout(end, waitMs)
      leaving.addEventListener('abort', end)
      this.#wake = end
    })
  }
}

function chatOf(update: Update): number {
  return (update.message ?? update.channel_post)?.chat.id ?? 0
}
