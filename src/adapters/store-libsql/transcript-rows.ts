import type { TranscriptArchive } from '../../application/ports/session-store.js'
import type { TranscriptEntry } from '../../domain/session/transcript.js'
import type { Connection, Prepared } from './connection.js'
import { parsedList } from './parsed-list.js'

/** The last number that an archive of session ?1 holds; everything beyond is live. */
const ARCHIVED_UP_TO = 'COALESCE((SELECT max(last_seq) FROM archives WHERE session_id = ?1), 0)'
/** The last number that session ?1 gave away; 0 before the first. */
const LAST_SEQ = 'COALESCE((SELECT max(seq) FROM transcript_entries WHERE session_id = ?1), 0)'

/** The key that points at transcript ?2 now. */
const KEY_OF = '(SELECT key FROM sessions WHERE session_id = ?2 ORDER BY updated_at DESC LIMIT 1)'

/** The newest ?2 live entries of session ?1 in one row, newest first. Exported for the test that asks for its plan. */
export const NEWEST_ENTRIES = `SELECT group_concat(entry, ',') FROM (SELECT entry FROM transcript_entries
  WHERE session_id = ?1 AND seq > ${ARCHIVED_UP_TO} ORDER BY seq DESC LIMIT ?2)`

/** Transcripts, live and archived. */
export class TranscriptRows {
  readonly #append: Prepared
  readonly #newest: Prepared
  readonly #bounds: Prepared
  readonly #archive: Prepared
  readonly #find: Prepared
  readonly #lift: Prepared
  readonly #settle: Prepared
  readonly #insert: Prepared
  readonly #archives: Prepared
  readonly #archivesOf: Prepared
  readonly #archived: Prepared
  readonly #forgetEntries: Prepared
  readonly #forgetArchives: Prepared

  constructor(connection: Connection) {
    this.#append = connection.prepare(
      `INSERT INTO transcript_entries (session_id, seq, entry) VALUES (?1, ${LAST_SEQ} + 1, ?2)`,
    )
    this.#newest = connection.prepare(NEWEST_ENTRIES)
    this.#bounds = connection.prepare(`SELECT ${ARCHIVED_UP_TO}, ${LAST_SEQ}`)
    this.#archive = connection.prepare(
      `INSERT INTO archives (id, session_id, first_seq, last_seq, about, session_key)
       VALUES (?1, ?2, ?3, ?4, ?5, COALESCE(?6, ${KEY_OF}))`,
    )
    this.#find = connection.prepare(
      `SELECT seq FROM transcript_entries
       WHERE session_id = ?1 AND seq > ${ARCHIVED_UP_TO} AND json_extract(entry, '$.id') = ?2 ORDER BY seq LIMIT 1`,
    )
    // In two steps, by way of numbers below zero, since no two rows may have the same number even for a moment.
    this.#lift = connection.prepare('UPDATE transcript_entries SET seq = -seq - 1 WHERE session_id = ?1 AND seq > ?2')
    this.#settle = connection.prepare('UPDATE transcript_entries SET seq = -seq WHERE session_id = ?1 AND seq < 0')
    this.#insert = connection.prepare('INSERT INTO transcript_entries (session_id, seq, entry) VALUES (?1, ?2, ?3)')
    this.#archives = connection.prepare(
      `SELECT group_concat(about, ',') FROM (SELECT about FROM archives WHERE session_id = ?1 ORDER BY last_seq)`,
    )
    this.#archivesOf = connection.prepare(
      `SELECT group_concat(about, ',') FROM (SELECT about FROM archives WHERE session_key = ?1
       ORDER BY json_extract(about, '$.at'), rowid)`,
    )
    this.#archived = connection.prepare(
      `SELECT group_concat(entry, ',') FROM (SELECT e.entry FROM archives a
       JOIN transcript_entries e ON e.session_id = a.session_id AND e.seq BETWEEN a.first_seq AND a.last_seq
       WHERE a.id = ?1 ORDER BY e.seq DESC LIMIT ?2)`,
    )
    this.#forgetEntries = connection.prepare('DELETE FROM transcript_entries WHERE session_id = ?1')
    this.#forgetArchives = connection.prepare('DELETE FROM archives WHERE session_id = ?1')
  }

  append(sessionId: string, entryJson: string): void {
    this.#append.run(sessionId, entryJson)
  }

  /** Oldest first: the newest `last` live entries, or all. */
  read(sessionId: string, last: number | undefined): TranscriptEntry[] {
    return parsedList<TranscriptEntry>(this.#newest.first(sessionId, last ?? -1)).reverse()
  }

  length(sessionId: string): number {
    const { archivedUpTo, lastSeq } = this.#boundsOf(sessionId)
    return lastSeq - archivedUpTo
  }

  /** Puts all but the newest `keepLast` live entries under the archive's name; none to put = no archive. */
  archive(about: Omit<TranscriptArchive, 'entries'>, keepLast: number, key: string | undefined): void {
    const { archivedUpTo, lastSeq } = this.#boundsOf(about.sessionId)
    const entries = lastSeq - archivedUpTo - Math.max(0, keepLast)
    if (entries <= 0) return
    this.#putAside(about, archivedUpTo, entries, key)
  }

  /**
   * Archives up to and with the live entry `through` and puts the summary in its place; no such entry = nothing to do.
   * Those that stay move up by one number, so that numbers have no gaps and the summary stands in front of them.
   */
  summarise(
    about: Omit<TranscriptArchive, 'entries'>,
    through: string,
    summaryJson: string,
    key: string | undefined,
  ): void {
    const { sessionId } = about
    const found = this.#find.first(sessionId, through)
    if (found === undefined) return
    const last = Number(found[0])
    const { archivedUpTo } = this.#boundsOf(sessionId)
    this.#putAside(about, archivedUpTo, last - archivedUpTo, key)
    this.#lift.run(sessionId, last)
    this.#settle.run(sessionId)
    this.#insert.run(sessionId, last + 1, summaryJson)
  }

  /** Live entries and archives. */
  forget(sessionId: string): void {
    this.#forgetEntries.run(sessionId)
    this.#forgetArchives.run(sessionId)
  }

  archives(sessionId: string): TranscriptArchive[] {
    return parsedList(this.#archives.first(sessionId))
  }

  archivesOf(key: string): TranscriptArchive[] {
    return parsedList(this.#archivesOf.first(key))
  }

  /** Oldest first: the newest `last` entries, or all. */
  archived(archiveId: string, last: number | undefined): TranscriptEntry[] {
    return parsedList<TranscriptEntry>(this.#archived.first(archiveId, last ?? -1)).reverse()
  }

  #putAside(
    about: Omit<TranscriptArchive, 'entries'>,
    archivedUpTo: number,
    entries: number,
    key: string | undefined,
  ): void {
    const text = JSON.stringify({ ...about, entries } satisfies TranscriptArchive)
    this.#archive.run(about.id, about.sessionId, archivedUpTo + 1, archivedUpTo + entries, text, key ?? null)
  }

  /** Numbers are given without gaps, so lengths are differences. */
  #boundsOf(sessionId: string): { readonly archivedUpTo: number; readonly lastSeq: number } {
    const row = this.#bounds.first(sessionId)
    return { archivedUpTo: Number(row?.[0]), lastSeq: Number(row?.[1]) }
  }
}
