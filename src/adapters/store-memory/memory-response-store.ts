import type { ResponseStore } from '../../application/ports/response-store.js'
import type { StoredResponse } from '../../domain/openai/stored-response.js'
import { frozenCopy } from './frozen-copy.js'

/** Answers that are kept as long as the object is. */
export class MemoryResponseStore implements ResponseStore {
  readonly #responses = new Map<string, StoredResponse>()

  async put(response: StoredResponse): Promise<void> {
    this.#responses.set(response.id, frozenCopy(response))
  }

  async get(id: string, now: number): Promise<StoredResponse | null> {
    const found = this.#responses.get(id)
    return found === undefined || found.expiresAt <= now ? null : found
  }

  async delete(id: string, now: number): Promise<boolean> {
    const found = await this.get(id, now)
    this.#responses.delete(id)
    return found !== null
  }

  async expire(now: number): Promise<number> {
    let count = 0
    for (const { id, expiresAt } of [...this.#responses.values()]) {
      if (expiresAt > now) continue
      this.#responses.delete(id)
      count += 1
    }
    return count
  }
}
