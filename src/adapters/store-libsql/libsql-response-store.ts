import type { ResponseStore } from '../../application/ports/response-store.js'
import type { StoredResponse } from '../../domain/openai/stored-response.js'
import type { LibsqlSessionStore } from './libsql-session-store.js'

/** The engine writes pages of this size. */
const PAGE_BYTES = 4096
/** A transaction blocks the event loop while it runs. */
const SWEPT_AT_ONCE = 100

/**
 * Answers of the Responses API in the database of the sessions, over its connection and in its groups of commits: open
 * exactly as long as that store is.
 */
export class LibsqlResponseStore implements ResponseStore {
  readonly #home: LibsqlSessionStore

  constructor(home: LibsqlSessionStore) {
    this.#home = home
  }

  async put(response: StoredResponse): Promise<void> {
    const { id, expiresAt } = response
    const json = JSON.stringify(response)
    const pages = 2 + Math.ceil(json.length / PAGE_BYTES)
    await this.#home.write({ pages, apply: ({ responses }) => responses.put(id, expiresAt, json) })
  }

  async get(id: string, now: number): Promise<StoredResponse | null> {
    return this.#home.read(({ responses }) => responses.get(id, now))
  }

  async delete(id: string, now: number): Promise<boolean> {
    let wasThere = false
    await this.#home.write({
      pages: 2,
      apply: ({ responses }) => {
        wasThere = responses.get(id, now) !== null
        responses.delete(id)
      },
    })
    return wasThere
  }

  async expire(now: number): Promise<number> {
    let count = 0
    let last = SWEPT_AT_ONCE
    while (last === SWEPT_AT_ONCE) {
      await this.#home.write({
        pages: 2 * SWEPT_AT_ONCE,
        apply: ({ responses }) => {
          last = responses.expire(now, SWEPT_AT_ONCE)
        },
      })
      count += last
    }
    return count
  }
}
