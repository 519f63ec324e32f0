import type { SessionQuery } from '../../application/ports/session-store.js'
import { StoreFailure } from '../../application/ports/session-store.js'
import type { SessionEntry } from '../../domain/session/session-entry.js'
import { isCronRunKey } from '../../domain/session/session-key.js'
import type { Connection, Prepared } from './connection.js'
import { isDuplicate } from './native-failure.js'
import { parsedList } from './parsed-list.js'
import { RecentTexts } from './recent-texts.js'
import { sessionListing } from './session-listing.js'

/** Keeps a hit from reaching over two fields; taken out of what is searched and of what is searched for. */
const FIELD_END = '\u001f'

/** The session index: one row per key. */
export class SessionRows {
  readonly #connection: Connection
  readonly #byKey: Prepared
  readonly #byTranscript: Prepared
  readonly #count: Prepared
  readonly #insert: Prepared
  readonly #replace: Prepared
  readonly #refresh: Prepared
  readonly #delete: Prepared
  readonly #listings = new Map<string, Prepared>()
  readonly #recent = new RecentTexts()

  constructor(connection: Connection) {
    this.#connection = connection
    this.#byKey = connection.prepare('SELECT entry FROM sessions WHERE key = ?1')
    this.#byTranscript = connection.prepare(
      'SELECT entry FROM sessions WHERE session_id = ?1 ORDER BY updated_at DESC LIMIT 1',
    )
    this.#count = connection.prepare('SELECT count(*) FROM sessions')
    this.#insert = connection.prepare(
      `INSERT INTO sessions (key, updated_at, searchable, entry, session_id, agent, label, spawned_by, listing)
       VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)`,
    )
    this.#replace = connection.prepare(
      `UPDATE sessions SET updated_at = ?2, searchable = ?3, entry = ?4, session_id = ?5, agent = ?6, label = ?7,
       spawned_by = ?8 WHERE key = ?1`,
    )
    this.#refresh = connection.prepare('UPDATE sessions SET searchable = ?2, entry = ?3 WHERE key = ?1')
    this.#delete = connection.prepare('DELETE FROM sessions WHERE key = ?1')
  }

  get(key: string): SessionEntry | null {
    const text = this.#recent.get(key) ?? this.#read(key)
    return text === undefined ? null : (JSON.parse(text) as SessionEntry)
  }

  getByTranscript(sessionId: string): SessionEntry | null {
    return parsedEntry(this.#byTranscript.first(sessionId))
  }

  count(): number {
    return Number(this.#count.first()?.[0])
  }

  list(query: SessionQuery): SessionEntry[] {
    const search = query.search === undefined ? undefined : withoutFieldEnds(query.search)
    const { sql, values } = sessionListing(search === undefined ? query : { ...query, search })
    let statement = this.#listings.get(sql)
    if (statement === undefined) {
      statement = this.#connection.prepare(sql)
      this.#listings.set(sql, statement)
    }
    return parsedList(statement.first(...values))
  }

  /** Writes `entry`, whose JSON is `text`, where `before` (null = nothing) stood. Throws `label-taken`. */
  put(entry: SessionEntry, text: string, before: SessionEntry | null): void {
    this.#write(entry, text, before)
    this.#recent.put(entry.key, text)
  }

  delete(key: string): void {
    this.#recent.delete(key)
    this.#delete.run(key)
  }

  /** To be told when a transaction was undone. */
  undone(): void {
    this.#recent.clear()
  }

  #read(key: string): string | undefined {
    const text = this.#byKey.first(key)?.[0] as string | undefined
    if (text !== undefined) this.#recent.put(key, text)
    return text
  }

  #write(entry: SessionEntry, text: string, before: SessionEntry | null): void {
    if (before !== null && isIndexedAlike(before, entry)) {
      this.#refresh.run(entry.key, searchable(entry), text)
      return
    }
    const label = folded(entry.label)
    const columns = [entry.key, entry.updatedAt, searchable(entry), text] as const
    const indexed = [entry.sessionId, entry.agentId.toLowerCase(), label, folded(entry.spawnedBy)] as const
    try {
      if (before === null) this.#insert.run(...columns, ...indexed, listingOf(entry.key))
      else this.#replace.run(...columns, ...indexed)
    } catch (thrown) {
      if (isDuplicate(thrown)) throw new StoreFailure('label-taken', `label already in use: ${entry.label}`, thrown)
      throw thrown
    }
  }
}

/** Rows that differ in nothing an index holds are written without touching an index. */
function isIndexedAlike(one: SessionEntry, other: SessionEntry): boolean {
  return (
    one.updatedAt === other.updatedAt &&
    one.sessionId === other.sessionId &&
    one.agentId === other.agentId &&
    one.label === other.label &&
    one.spawnedBy === other.spawnedBy
  )
}

function parsedEntry(row: readonly unknown[] | undefined): SessionEntry | null {
  return row === undefined ? null : (JSON.parse(row[0] as string) as SessionEntry)
}

function listingOf(key: string): number {
  if (key === 'global') return 1
  if (key === 'unknown') return 2
  return isCronRunKey(key) ? 3 : 0
}

function searchable(entry: SessionEntry): string {
  const fields = [entry.displayName, entry.label, entry.subject, entry.sessionId, entry.key]
  let text = ''
  for (const field of fields) if (field !== undefined) text += `${withoutFieldEnds(field)}${FIELD_END}`
  return text.toLowerCase()
}

function withoutFieldEnds(text: string): string {
  return text.includes(FIELD_END) ? text.replaceAll(FIELD_END, '') : text
}

function folded(text: string | undefined): string | null {
  return text === undefined ? null : text.toLowerCase()
}
