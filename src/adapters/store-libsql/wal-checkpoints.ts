/** The engine's interface that works on threads of its own. */
export interface ThreadedDatabase {
  exec(sql: string): Promise<void>
  prepare(sql: string): Promise<ThreadedStatement>
  close(): void
}

export interface ThreadedStatement {
  raw(on: boolean): unknown
  all(values?: readonly unknown[]): Promise<readonly (readonly unknown[])[]>
}

/**
 * Pages of write-ahead log (8 MiB) after which they are moved into the database. Twice the engine's default, since
 * each moving costs three syncs; not more, since whoever opens the file after a crash reads the log first.
 */
const CHECKPOINT_PAGES = 2048

/**
 * Moves the write-ahead log into the database, away from the event loop: a second connection does the copying and
 * syncing on the engine's threads while commits go on. The log starts over only when a checkpoint reached the very last
 * commit, which commits that go on prevent; so each large checkpoint is followed by one of what came meanwhile, for
 * which the next commits wait a moment.
 */
export class WalCheckpoints {
  readonly #connect: () => Promise<ThreadedDatabase>
  #connection: ThreadedDatabase | null = null
  #statement: ThreadedStatement | null = null
  #pagesSince = 0
  #running: Promise<void> | null = null
  #isTailLeft = false

  constructor(connect: () => Promise<ThreadedDatabase>) {
    this.#connect = connect
  }

  /** To be called between commits; a promise means that the next commit must wait for it. It never rejects. */
  note(pages: number): Promise<void> | undefined {
    this.#pagesSince += pages
    if (this.#running !== null) return undefined
    if (this.#isTailLeft) {
      this.#isTailLeft = false
      return this.#run()
    }
    if (this.#pagesSince < CHECKPOINT_PAGES) return undefined
    this.#isTailLeft = true
    void this.#run()
    return undefined
  }

  async close(): Promise<void> {
    await this.#running
    this.#statement = null
    this.#connection?.close()
    this.#connection = null
  }

  #run(): Promise<void> {
    this.#pagesSince = 0
    const settled = () => {
      // Nothing is lost by a checkpoint that failed: the log keeps everything, the next attempt comes with further
      // commits, and a disk that is broken for good makes those commits fail by themselves.
      this.#running = null
    }
    this.#running = this.#checkpoint().then(settled, settled)
    return this.#running
  }

  async #checkpoint(): Promise<void> {
    this.#connection ??= await this.#connect()
    if (this.#statement === null) {
      this.#statement = await this.#connection.prepare('PRAGMA wal_checkpoint(PASSIVE)')
      this.#statement.raw(true)
    }
    await this.#statement.all()
  }
}
