/**
 * Every change of the schema, in order: entry n takes a file from version n to n + 1. Entries that were released are
 * never edited, only followed by new ones. `PRAGMA user_version` says how many a file has behind it.
 *
 * Of version 1:
 * - `sessions` keeps the entry as JSON; beside it stand only the values that are searched or sorted by, folded to lower
 *   case. `listing` is 0 for ordinary sessions, 1 for `global`, 2 for `unknown`, 3 for those no list shows.
 * - A transcript is the entries of one `session_id` by `seq`, which counts on for ever. An archive is a range of `seq`,
 *   so archiving moves no text: whatever lies beyond the last archive is live.
 * - A run's request may carry pictures; it stands apart so that a change of state does not write it again.
 *   `ended_at` is null while the run has not ended, or its question is still to be written.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE sessions (
    key TEXT PRIMARY KEY NOT NULL,
    session_id TEXT NOT NULL,
    agent TEXT NOT NULL,
    label TEXT,
    spawned_by TEXT,
    updated_at INTEGER NOT NULL,
    listing INTEGER NOT NULL,
    searchable TEXT NOT NULL,
    entry TEXT NOT NULL
  );
  CREATE INDEX sessions_by_recency ON sessions (updated_at DESC, key) WHERE listing < 3;
  CREATE INDEX sessions_by_agent ON sessions (agent, updated_at DESC, key) WHERE listing < 3;
  CREATE INDEX sessions_by_parent ON sessions (spawned_by, updated_at DESC, key) WHERE spawned_by IS NOT NULL;
  CREATE INDEX sessions_by_transcript ON sessions (session_id, updated_at DESC);
  CREATE UNIQUE INDEX sessions_by_label ON sessions (label) WHERE label IS NOT NULL;

  CREATE TABLE transcript_entries (
    session_id TEXT NOT NULL,
    seq INTEGER NOT NULL,
    entry TEXT NOT NULL
  );
  CREATE UNIQUE INDEX transcript_entries_in_order ON transcript_entries (session_id, seq);

  CREATE TABLE archives (
    id TEXT PRIMARY KEY NOT NULL,
    session_id TEXT NOT NULL,
    first_seq INTEGER NOT NULL,
    last_seq INTEGER NOT NULL,
    about TEXT NOT NULL
  );
  CREATE UNIQUE INDEX archives_in_order ON archives (session_id, last_seq);

  CREATE TABLE runs (
    position INTEGER PRIMARY KEY,
    run_id TEXT NOT NULL UNIQUE,
    ended_at INTEGER,
    record TEXT NOT NULL
  );
  CREATE INDEX runs_by_end ON runs (ended_at);
  CREATE TABLE run_requests (
    position INTEGER PRIMARY KEY,
    request TEXT NOT NULL
  );
  `,
]
