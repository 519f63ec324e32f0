import type Libsql from 'libsql'

/** A value that may stand for a `?` in a statement. */
export type Bound = string | number | null

/** A prepared statement that answers rows as arrays of columns. */
export interface Prepared {
  run(...values: Bound[]): void
  /** The first row; undefined when there is none. */
  first(...values: Bound[]): readonly unknown[] | undefined
  all(...values: Bound[]): readonly (readonly unknown[])[]
}

/**
 * One synchronous connection. Text must come back as JSON only: the engine cuts other text at the first NUL when it
 * is read (it stores and compares it whole), and JSON spells NUL as an escape.
 */
export class Connection {
  readonly #database: Libsql.Database

  constructor(database: Libsql.Database) {
    this.#database = database
  }

  prepare(sql: string): Prepared {
    const statement = this.#database.prepare(sql)
    if (statement.reader) statement.raw(true)
    // Values go in as one array: the engine takes a lone null for a missing list of values.
    return {
      run: (...values) => void statement.run(values),
      first: (...values) => statement.get(values) as readonly unknown[] | undefined,
      all: (...values) => statement.all(values) as readonly (readonly unknown[])[],
    }
  }

  exec(sql: string): void {
    this.#database.exec(sql)
  }

  /** The number a pragma or a query of one row and one column answers. */
  number(sql: string): number {
    return Number(this.prepare(sql).first()?.[0])
  }

  /** Runs `work` in one transaction: all of it or nothing. */
  transaction<Result>(work: () => Result): Result {
    this.#database.exec('BEGIN IMMEDIATE')
    try {
      const result = work()
      this.#database.exec('COMMIT')
      return result
    } catch (thrown) {
      // After a full disk or an I/O error the engine may have rolled back by itself.
      if (this.#database.inTransaction) this.#database.exec('ROLLBACK')
      throw thrown
    }
  }

  close(): void {
    this.#database.close()
  }
}
