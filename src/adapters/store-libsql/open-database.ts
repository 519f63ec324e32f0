import { type FileHandle, open } from 'node:fs/promises'
import type Libsql from 'libsql'
import { StoreFailure } from '../../application/ports/session-store.js'
import { Connection } from './connection.js'
import { ensurePrivateFile, syncFolderOf } from './database-file.js'
import { migrate } from './migrate.js'
import { MIGRATIONS } from './migrations.js'
import type { ThreadedDatabase } from './wal-checkpoints.js'

/** How long a statement waits for another program's lock. The event loop stands still meanwhile, so it is short. */
const BUSY_MS = 2000
/**
 * The engine's own checkpoint blocks the event loop. It stays as a second line, far beyond where ours sets in, so that
 * the log is bounded (128 MiB) even if those should fail.
 */
const LAST_RESORT_CHECKPOINT_PAGES = 32_768
/** After a burst the log is cut back to this. */
const LOG_BYTES_KEPT = 32 * 1024 * 1024
/** Index and newest transcripts stay in memory up to this. */
const CACHE_KIB = 8192
/** Checking a file costs about 1 ms per MiB; larger ones would hold up the start. */
const CHECKED_BYTES = 16 * 1024 * 1024

const PRAGMAS = `
  PRAGMA synchronous = NORMAL;
  PRAGMA busy_timeout = ${BUSY_MS};
  PRAGMA wal_autocheckpoint = ${LAST_RESORT_CHECKPOINT_PAGES};
  PRAGMA journal_size_limit = ${LOG_BYTES_KEPT};
  PRAGMA cache_size = -${CACHE_KIB};
`

/** An open database: migrated, sound, private, and known to the disk. */
export interface OpenDatabase {
  readonly connection: Connection
  /** The write-ahead log, for syncing. The engine keeps using the same file until its last connection closes. */
  readonly log: FileHandle
}

/** Throws the port's failures as well as the engine's and the file system's own. */
export async function openDatabase(file: string): Promise<OpenDatabase> {
  const found = await ensurePrivateFile(file)
  const Database = await loadEngine()
  const connection = new Connection(new Database(file, { timeout: BUSY_MS }))
  try {
    prepareConnection(connection, file)
    if (found.wasLeftOpen && found.bytes <= CHECKED_BYTES) refuseIfDamaged(connection, file)
    migrate(connection, file, MIGRATIONS)
    // Writing anything makes sure that the log exists.
    connection.exec(`PRAGMA user_version = ${MIGRATIONS.length}`)
    return { connection, log: await openLog(found.path) }
  } catch (thrown) {
    connection.close()
    throw thrown
  }
}

/** Opens the write-ahead log and makes sure that it and its name survive a power cut. */
async function openLog(file: string): Promise<FileHandle> {
  const log = await open(`${file}-wal`, 'r+')
  try {
    await log.datasync()
    await syncFolderOf(file)
    return log
  } catch (thrown) {
    await log.close()
    throw thrown
  }
}

/** A second connection to the same file, working on the engine's threads. */
export async function connectThreaded(file: string): Promise<ThreadedDatabase> {
  const { default: Threaded } = await import('libsql/promise')
  const database = new Threaded(file, {}) as ThreadedDatabase
  try {
    await database.exec(PRAGMAS)
    return database
  } catch (thrown) {
    database.close()
    throw thrown
  }
}

/** The engine is native and comes as one package per platform, which an installation may have left out. */
export async function loadEngine(): Promise<typeof Libsql> {
  leaveNetworkOut(process.report)
  try {
    return (await import('libsql')).default
  } catch (thrown) {
    throw new StoreFailure(
      'store-unavailable',
      `The database engine for ${process.platform}-${process.arch} is not installed. Install Mayros again without leaving out optional dependencies.`,
      thrown,
    )
  }
}

/**
 * The engine finds out about the C library from a diagnostic report of this process, each time a part of it is loaded;
 * with the network such a report looks up the name of every client that is connected, and everything waits for that.
 */
function leaveNetworkOut(report: NodeJS.ProcessReport & { excludeNetwork?: boolean }): void {
  report.excludeNetwork = true
}

function prepareConnection(connection: Connection, file: string): void {
  connection.exec(PRAGMAS)
  const mode = connection.prepare('PRAGMA journal_mode = WAL').first()?.[0]
  if (mode === 'wal') return
  throw new StoreFailure(
    'store-unavailable',
    `${file} lies on a file system that databases cannot safely share. Put the state directory on a local disk.`,
  )
}

/** A process that dies leaves a sound file behind; a machine that dies may not, if its disk lied about syncing. */
function refuseIfDamaged(connection: Connection, file: string): void {
  const verdict = connection.prepare('PRAGMA quick_check(1)').first()?.[0]
  if (verdict === 'ok') return
  throw Object.assign(new Error(`${file}: ${String(verdict)}`), { code: 'SQLITE_CORRUPT' })
}
