import type { UsageRecord } from '../../domain/usage/usage-record.js'
import type { Bound, Connection, Prepared } from './connection.js'

/** The columns of a call, as they are written. */
const COLUMNS = [
  'at',
  'agent',
  'session_key',
  'session_id',
  'run_id',
  'channel',
  'provider',
  'model',
  'is_answered',
  'input',
  'output',
  'cache_read',
  'cache_write',
  'total',
  'input_cost',
  'output_cost',
  'cache_read_cost',
  'cache_write_cost',
  'total_cost',
  'user',
  'assistant',
  'tool_calls',
  'tool_results',
  'errors',
  'latency_ms',
  'tools',
] as const

/** The ledger of usage: one row for each call of a model. */
export class UsageRows {
  readonly #add: Prepared
  readonly #forget: Prepared

  constructor(connection: Connection) {
    const places = COLUMNS.map(() => '?').join(', ')
    this.#add = connection.prepare(`INSERT INTO model_calls (${COLUMNS.join(', ')}) VALUES (${places})`)
    this.#forget = connection.prepare(
      'DELETE FROM model_calls WHERE id IN (SELECT id FROM model_calls WHERE at < ?1 ORDER BY at, id LIMIT ?2)',
    )
  }

  /** @param values what `usageValues` made of a record */
  add(values: readonly Bound[]): void {
    this.#add.run(...values)
  }

  forget(before: number, limit: number): void {
    this.#forget.run(before, limit)
  }
}

/** A record as a row. Whoever asked for no tool has null there, so that rows with tools are found without parsing. */
export function usageValues(record: UsageRecord): readonly Bound[] {
  const { tokens, cost, messages } = record
  return [
    record.at,
    record.agentId,
    record.sessionKey,
    record.sessionId,
    record.runId,
    record.channel ?? null,
    record.provider,
    record.model,
    record.isAnswered ? 1 : 0,
    tokens?.input ?? 0,
    tokens?.output ?? 0,
    tokens?.cacheRead ?? 0,
    tokens?.cacheWrite ?? 0,
    tokens?.total ?? 0,
    cost?.input ?? null,
    cost?.output ?? null,
    cost?.cacheRead ?? null,
    cost?.cacheWrite ?? null,
    cost?.total ?? null,
    messages.user,
    messages.assistant,
    messages.toolCalls,
    messages.toolResults,
    messages.errors,
    record.latencyMs,
    Object.keys(record.tools).length === 0 ? null : JSON.stringify(record.tools),
  ]
}
