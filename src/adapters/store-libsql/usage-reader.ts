import type { UsageLedger } from '../../application/ports/usage-ledger.js'
import type {
  GroupedLatency,
  GroupedTool,
  GroupedUsage,
  UsageDimension,
  UsagePoint,
  UsageQuery,
} from '../../domain/usage/usage-query.js'
import { parsedList } from './parsed-list.js'
import {
  latenciesStatement,
  pointsStatement,
  sumsStatement,
  toolsStatement,
  type UsageStatement,
} from './usage-queries.js'
import type { ThreadedDatabase, ThreadedStatement } from './wal-checkpoints.js'

/** Statements that stay prepared. There are few shapes, but days on many clocks could make more. */
const KEPT_STATEMENTS = 32

/**
 * Adds up on the engine's threads, over a connection of its own that sees whatever was committed: a year of calls
 * takes seconds, during which messages must go on. One query at a time.
 */
export class UsageReader implements UsageLedger {
  readonly #connect: () => Promise<ThreadedDatabase>
  readonly #statements = new Map<string, ThreadedStatement>()
  #connection: ThreadedDatabase | null = null
  #last: Promise<unknown> = Promise.resolve()

  constructor(connect: () => Promise<ThreadedDatabase>) {
    this.#connect = connect
  }

  usage(query: UsageQuery, by: readonly UsageDimension[]): Promise<readonly GroupedUsage[]> {
    return this.#ask(sumsStatement(query, by))
  }

  toolUses(query: UsageQuery, by: readonly UsageDimension[]): Promise<readonly GroupedTool[]> {
    return this.#ask(toolsStatement(query, by))
  }

  latencies(query: UsageQuery, by: readonly UsageDimension[]): Promise<readonly GroupedLatency[]> {
    return this.#ask(latenciesStatement(query, by))
  }

  usagePoints(query: UsageQuery, most: number): Promise<readonly UsagePoint[]> {
    return this.#ask(pointsStatement(query, most))
  }

  /** Waits for what is under way. */
  async close(): Promise<void> {
    await this.#last
    this.#statements.clear()
    this.#connection?.close()
    this.#connection = null
  }

  #ask<Value>(statement: UsageStatement): Promise<Value[]> {
    const answer = this.#last.then(() => this.#run<Value>(statement))
    // Whoever asked hears of a failure; whoever comes next is not concerned.
    this.#last = answer.catch(() => null)
    return answer
  }

  async #run<Value>({ sql, values }: UsageStatement): Promise<Value[]> {
    const statement = this.#statements.get(sql) ?? (await this.#prepare(sql))
    const rows = await statement.all(values)
    return parsedList<Value>(rows[0])
  }

  async #prepare(sql: string): Promise<ThreadedStatement> {
    this.#connection ??= await this.#connect()
    const statement = await this.#connection.prepare(sql)
    statement.raw(true)
    if (this.#statements.size >= KEPT_STATEMENTS) this.#statements.clear()
    this.#statements.set(sql, statement)
    return statement
  }
}
