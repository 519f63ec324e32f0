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
 *
 * `responses` keeps answers of the Responses API as JSON until they expire.
 *
 * `model_calls` is the ledger of usage. `total_cost` is null where the cost is not known, `tools` (name to count, JSON)
 * where none was asked for. Archives know the key they belonged to since the same version; of older ones it is worked
 * out from the sessions and runs that still name their transcript.
 *
 * `inbox` is what networks were told is received; `entry` is null once it needs no answer any more, and only the id is
 * kept. `outbox` is what is still to be said; `failed_at` is null while it is to be sent, else it is a dead
 * letter and `failure` says why.
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
  `
  CREATE TABLE responses (
    id TEXT PRIMARY KEY NOT NULL,
    expires_at INTEGER NOT NULL,
    response TEXT NOT NULL
  );
  CREATE INDEX responses_by_expiry ON responses (expires_at);
  `,
  `
  ALTER TABLE transcript_entries RENAME TO transcript_entries_as_they_came;
  CREATE TABLE transcript_entries (
    session_id TEXT NOT NULL,
    seq INTEGER NOT NULL,
    entry TEXT NOT NULL,
    PRIMARY KEY (session_id, seq)
  ) WITHOUT ROWID;
  INSERT INTO transcript_entries SELECT session_id, seq, entry FROM transcript_entries_as_they_came
    ORDER BY session_id, seq;
  DROP TABLE transcript_entries_as_they_came;
  `,
  `
  CREATE TABLE model_calls (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    agent TEXT NOT NULL,
    session_key TEXT,
    session_id TEXT NOT NULL,
    run_id TEXT NOT NULL,
    channel TEXT,
    provider TEXT NOT NULL,
    model TEXT NOT NULL,
    is_answered INTEGER NOT NULL,
    input INTEGER NOT NULL,
    output INTEGER NOT NULL,
    cache_read INTEGER NOT NULL,
    cache_write INTEGER NOT NULL,
    total INTEGER NOT NULL,
    input_cost REAL,
    output_cost REAL,
    cache_read_cost REAL,
    cache_write_cost REAL,
    total_cost REAL,
    user INTEGER NOT NULL,
    assistant INTEGER NOT NULL,
    tool_calls INTEGER NOT NULL,
    tool_results INTEGER NOT NULL,
    errors INTEGER NOT NULL,
    latency_ms INTEGER,
    tools TEXT
  );
  CREATE INDEX model_calls_by_time ON model_calls (at);
  CREATE INDEX model_calls_by_session ON model_calls (session_key, at);

  ALTER TABLE archives ADD COLUMN session_key TEXT;
  UPDATE archives SET session_key =
    (SELECT key FROM sessions WHERE sessions.session_id = archives.session_id ORDER BY updated_at DESC LIMIT 1);
  UPDATE archives SET session_key = ended.session_key
    FROM (SELECT json_extract(record, '$.outcome.sessionId') AS session_id,
      max(json_extract(record, '$.sessionKey')) AS session_key FROM runs GROUP BY 1) AS ended
    WHERE archives.session_key IS NULL AND ended.session_id = archives.session_id;
  CREATE INDEX archives_by_key ON archives (session_key);
  `,
  `
  CREATE TABLE inbox (
    position INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    at INTEGER NOT NULL,
    entry TEXT
  );
  CREATE INDEX inbox_undone ON inbox (position) WHERE entry IS NOT NULL;
  CREATE INDEX inbox_done ON inbox (at) WHERE entry IS NULL;

  CREATE TABLE outbox (
    position INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    entry TEXT NOT NULL,
    sent_to INTEGER NOT NULL,
    failed_at INTEGER,
    failure TEXT
  );
  CREATE INDEX outbox_dead ON outbox (failed_at) WHERE failed_at IS NOT NULL;
  CREATE INDEX outbox_undelivered ON outbox (position) WHERE failed_at IS NULL;
  `,
]
