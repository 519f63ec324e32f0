import type { StoredResponse } from '../../domain/openai/stored-response.js'
import type { Connection, Prepared } from './connection.js'

/** Answers of the Responses API, whole, by id. */
export class ResponseRows {
  readonly #put: Prepared
  readonly #get: Prepared
  readonly #delete: Prepared
  readonly #expired: Prepared

  constructor(connection: Connection) {
    this.#put = connection.prepare('INSERT OR REPLACE INTO responses (id, expires_at, response) VALUES (?1, ?2, ?3)')
    this.#get = connection.prepare('SELECT response FROM responses WHERE id = ?1 AND expires_at > ?2')
    this.#delete = connection.prepare('DELETE FROM responses WHERE id = ?1')
    this.#expired = connection.prepare('SELECT id FROM responses WHERE expires_at <= ?1 ORDER BY expires_at LIMIT ?2')
  }

  put(id: string, expiresAt: number, json: string): void {
    this.#put.run(id, expiresAt, json)
  }

  get(id: string, now: number): StoredResponse | null {
    const json = this.#get.first(id, now)?.[0]
    return json === undefined ? null : (JSON.parse(String(json)) as StoredResponse)
  }

  delete(id: string): void {
    this.#delete.run(id)
  }

  /** At most `limit` of those that have expired; how many those were. */
  expire(now: number, limit: number): number {
    const ids = this.#expired.all(now, limit).map(([id]) => String(id))
    for (const id of ids) this.#delete.run(id)
    return ids.length
  }
}
