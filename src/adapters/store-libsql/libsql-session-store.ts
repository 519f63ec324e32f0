import type { FileHandle } from 'node:fs/promises'
import type { DeadLetter, InboxEntry, UndeliveredEntry } from '../../application/ports/channel-mail.js'
import type {
  SessionQuery,
  SessionStore,
  StoreChange,
  TranscriptArchive,
} from '../../application/ports/session-store.js'
import { StoreFailure } from '../../application/ports/session-store.js'
import type { RunRecord } from '../../domain/run/run.js'
import type { SessionEntry } from '../../domain/session/session-entry.js'
import type { TranscriptEntry } from '../../domain/session/transcript.js'
import type {
  GroupedLatency,
  GroupedTool,
  GroupedUsage,
  UsageDimension,
  UsagePoint,
  UsageQuery,
} from '../../domain/usage/usage-query.js'
import type { Connection } from './connection.js'
import { GroupCommit } from './group-commit.js'
import { MailRows } from './mail-rows.js'
import { storeFailure } from './native-failure.js'
import { connectThreaded, openDatabase } from './open-database.js'
import { type PendingCommit, PreparedCommit, type Rows } from './prepared-commit.js'
import { ResponseRows } from './response-rows.js'
import { RunRows } from './run-rows.js'
import { SessionRows } from './session-rows.js'
import { TranscriptRows } from './transcript-rows.js'
import { UsageReader } from './usage-reader.js'
import { UsageRows } from './usage-rows.js'
import { WalCheckpoints } from './wal-checkpoints.js'

interface Opened {
  readonly connection: Connection
  readonly log: FileHandle
  readonly rows: Rows
  readonly commits: GroupCommit
  readonly checkpoints: WalCheckpoints
  readonly usage: UsageReader
}

/**
 * Sessions in one SQLite file. Reads and transactions are short and run on the event loop; whatever waits for the disk
 * does not: a transaction leaves its pages in the write-ahead log without a sync (`synchronous = NORMAL`), then the log
 * is synced on Node's thread pool, and only then the commit resolves. One process per file is expected; others may read.
 */
export class LibsqlSessionStore implements SessionStore {
  readonly location: string
  #opening: Promise<void> | null = null
  #closing: Promise<void> | null = null
  #opened: Opened | null = null
  /** Set when the disk failed to confirm a commit; from then on memory and disk may differ, so nothing is answered. */
  #broken: StoreFailure | null = null

  /** `file` is the path of the database, say `<state directory>/mayros.db`. */
  constructor(file: string) {
    this.location = file
  }

  async open(): Promise<void> {
    await this.#closing
    this.#opening ??= this.#open()
    await this.#opening
  }

  close(): Promise<void> {
    this.#closing ??= this.#close().finally(() => {
      this.#closing = null
    })
    return this.#closing
  }

  async commit(changes: readonly StoreChange[]): Promise<void> {
    await this.write(new PreparedCommit(changes))
  }

  /** For the other stores of this database: a commit like any other, durable on return, in call order. */
  async write(pending: PendingCommit): Promise<void> {
    const { commits } = this.#use()
    try {
      await commits.submit(pending)
    } catch (thrown) {
      throw storeFailure(thrown, this.location)
    }
  }

  /** For the other stores of this database. */
  read<Result>(query: (rows: Rows) => Result): Result {
    return this.#read(query)
  }

  async session(key: string): Promise<SessionEntry | null> {
    return this.#read(({ sessions }) => sessions.get(key))
  }

  async sessionById(sessionId: string): Promise<SessionEntry | null> {
    return this.#read(({ sessions }) => sessions.getByTranscript(sessionId))
  }

  async list(query: SessionQuery): Promise<readonly SessionEntry[]> {
    return this.#read(({ sessions }) => sessions.list(query))
  }

  async count(): Promise<number> {
    return this.#read(({ sessions }) => sessions.count())
  }

  async transcript(sessionId: string, last?: number): Promise<readonly TranscriptEntry[]> {
    return this.#read(({ transcripts }) => transcripts.read(sessionId, last))
  }

  async transcriptLength(sessionId: string): Promise<number> {
    return this.#read(({ transcripts }) => transcripts.length(sessionId))
  }

  async archives(sessionId: string): Promise<readonly TranscriptArchive[]> {
    return this.#read(({ transcripts }) => transcripts.archives(sessionId))
  }

  async archivesOf(sessionKey: string): Promise<readonly TranscriptArchive[]> {
    return this.#read(({ transcripts }) => transcripts.archivesOf(sessionKey))
  }

  async archived(archiveId: string, last?: number): Promise<readonly TranscriptEntry[]> {
    return this.#read(({ transcripts }) => transcripts.archived(archiveId, last))
  }

  async run(runId: string): Promise<RunRecord | null> {
    return this.#read(({ runs }) => runs.get(runId))
  }

  async unfinishedRuns(): Promise<readonly RunRecord[]> {
    return this.#read(({ runs }) => runs.unfinished())
  }

  usage(query: UsageQuery, by: readonly UsageDimension[]): Promise<readonly GroupedUsage[]> {
    return this.#addUp((ledger) => ledger.usage(query, by))
  }

  toolUses(query: UsageQuery, by: readonly UsageDimension[]): Promise<readonly GroupedTool[]> {
    return this.#addUp((ledger) => ledger.toolUses(query, by))
  }

  latencies(query: UsageQuery, by: readonly UsageDimension[]): Promise<readonly GroupedLatency[]> {
    return this.#addUp((ledger) => ledger.latencies(query, by))
  }

  usagePoints(query: UsageQuery, most: number): Promise<readonly UsagePoint[]> {
    return this.#addUp((ledger) => ledger.usagePoints(query, most))
  }

  async knowsInbound(id: string): Promise<boolean> {
    return this.#read(({ mail }) => mail.knows(id))
  }

  async undoneInbox(): Promise<readonly InboxEntry[]> {
    return this.#read(({ mail }) => mail.undone())
  }

  async undelivered(): Promise<readonly UndeliveredEntry[]> {
    return this.#read(({ mail }) => mail.undelivered())
  }

  async deadLetters(limit: number): Promise<readonly DeadLetter[]> {
    return this.#read(({ mail }) => mail.dead(limit))
  }

  async #open(): Promise<void> {
    try {
      const { connection, log } = await openDatabase(this.location)
      this.#opened = this.#assemble(connection, log)
    } catch (thrown) {
      this.#opening = null
      throw storeFailure(thrown, this.location)
    }
  }

  #assemble(connection: Connection, log: FileHandle): Opened {
    const rows: Rows = {
      sessions: new SessionRows(connection),
      transcripts: new TranscriptRows(connection),
      runs: new RunRows(connection),
      responses: new ResponseRows(connection),
      usage: new UsageRows(connection),
      mail: new MailRows(connection),
    }
    const checkpoints = new WalCheckpoints(() => connectThreaded(this.location))
    const commits = new GroupCommit({
      applyTogether: (group) => {
        if (this.#broken !== null) throw this.#broken
        try {
          connection.transaction(() => {
            for (const commit of group) commit.apply(rows)
          })
        } catch (thrown) {
          rows.sessions.undone()
          rows.runs.undone()
          throw thrown
        }
      },
      sync: () => this.#sync(log),
      betweenGroups: (pagesWritten) => checkpoints.note(pagesWritten),
    })
    const usage = new UsageReader(() => connectThreaded(this.location))
    return { connection, log, rows, commits, checkpoints, usage }
  }

  async #close(): Promise<void> {
    const opening = this.#opening
    let opened = this.#opened
    this.#opened = null
    if (opening === null) return
    if (opened === null) {
      // Called before opening was through; if it fails, its caller hears of it and there is nothing to close.
      await Promise.allSettled([opening])
      opened = this.#opened
      this.#opened = null
    }
    this.#opening = null
    if (opened !== null) await this.#letGo(opened)
  }

  async #letGo({ connection, log, commits, checkpoints, usage }: Opened): Promise<void> {
    await commits.idle()
    await checkpoints.close()
    await usage.close()
    try {
      await log.close()
      // Statements that are not collected yet keep the connection half open, so the log is emptied here and now.
      if (this.#broken === null) connection.prepare('PRAGMA wal_checkpoint(TRUNCATE)').all()
    } catch (thrown) {
      throw storeFailure(thrown, this.location)
    } finally {
      this.#broken = null
      connection.close()
    }
  }

  async #sync(log: FileHandle): Promise<void> {
    try {
      await log.datasync()
    } catch (thrown) {
      this.#broken = storeFailure(thrown, this.location)
      throw this.#broken
    }
  }

  #use(): Opened {
    if (this.#opened === null) throw new StoreFailure('store-closed', 'the session store is not open')
    if (this.#broken !== null) throw this.#broken
    return this.#opened
  }

  async #addUp<Result>(query: (ledger: UsageReader) => Promise<Result>): Promise<Result> {
    const { usage } = this.#use()
    try {
      return await query(usage)
    } catch (thrown) {
      throw storeFailure(thrown, this.location)
    }
  }

  #read<Result>(query: (rows: Rows) => Result): Result {
    const { rows } = this.#use()
    try {
      return query(rows)
    } catch (thrown) {
      throw storeFailure(thrown, this.location)
    }
  }
}
