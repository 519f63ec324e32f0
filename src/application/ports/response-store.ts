/*
 * Answers that programs may ask for again and go on from: the memory behind `/v1/responses`.
 * Called by the use cases of the Responses API.
 * Promises: `put` is durable when it resolves; reads see everything that resolved before; what a read returns is the
 * caller's own or frozen; one that has expired is not there, swept or not.
 * May refuse: as the session store does, with a StoreFailure. Must never hand out an answer under another id.
 */
import type { StoredResponse } from '../../domain/openai/stored-response.js'

export interface ResponseStore {
  /** Replaces what the id had. */
  put(response: StoredResponse): Promise<void>
  /** Null when it is not there, or has expired by `now` (Unix ms): one that expires at `now` has. */
  get(id: string, now: number): Promise<StoredResponse | null>
  /** False when there was none, or it had expired by `now`. */
  delete(id: string, now: number): Promise<boolean>
  /** Forgets what has expired by `now`; resolves with how many those were. */
  expire(now: number): Promise<number>
}
