import type { UsageDimension, UsageGroup, UsageQuery } from '../../domain/usage/usage-query.js'
import { USAGE_NUMBERS, type UsageSum } from '../../domain/usage/usage-sum.js'
import type { Bound } from './connection.js'

/** A statement that answers one row: JSON values, joined by commas. */
export interface UsageStatement {
  readonly sql: string
  readonly values: readonly Bound[]
}

const DAY_MS = 24 * 60 * 60 * 1000

/** How each number of a sum is added up. */
const SUMS: Readonly<Record<keyof UsageSum, string>> = {
  calls: 'sum(is_answered)',
  input: 'sum(input)',
  output: 'sum(output)',
  cacheRead: 'sum(cache_read)',
  cacheWrite: 'sum(cache_write)',
  total: 'sum(total)',
  inputCost: 'total(input_cost)',
  outputCost: 'total(output_cost)',
  cacheReadCost: 'total(cache_read_cost)',
  cacheWriteCost: 'total(cache_write_cost)',
  totalCost: 'total(total_cost)',
  missingCosts: 'sum(is_answered AND total_cost IS NULL)',
  user: 'sum(user)',
  assistant: 'sum(assistant)',
  toolCalls: 'sum(tool_calls)',
  toolResults: 'sum(tool_results)',
  errors: 'sum(errors)',
}
const NUMBERS = USAGE_NUMBERS.map((name) => `'${name}', ${SUMS[name]}`).join(', ')

type Columns = readonly (readonly [field: keyof UsageGroup, sql: string])[]

/** Sums of groups, the one with the newest call first. */
export function sumsStatement(query: UsageQuery, by: readonly UsageDimension[]): UsageStatement {
  const groups = groupsOf(query, by)
  const wanted = conditionsOf(query, by)
  // Of several columns beside one max() the engine cannot say which row they come from, so that one is made of both.
  const newest = by.includes('session') ? `'sessionId', substr(max(printf('%016d', at) || session_id), 17), ` : ''
  const object = `json_object(${newest}${shown(groups)}'firstAt', min(at), 'lastAt', max(at), ${NUMBERS})`
  const values = [...valuesOf(groups, query), ...wanted.values]
  // Without a group the engine answers a row of nulls where there is nothing.
  return joined(
    `SELECT ${object} AS value FROM ${named(groups, '*', wanted.sql)} ${grouped(groups)} HAVING count(*) > 0
     ORDER BY max(at) DESC, max(id) DESC`,
    values,
  )
}

/** Tools of groups, the most wanted first. */
export function toolsStatement(query: UsageQuery, by: readonly UsageDimension[]): UsageStatement {
  const groups = groupsOf(query, by)
  const wanted = conditionsOf(query, by)
  const from = named(groups, 'tools', `${wanted.sql} AND tools IS NOT NULL`)
  return joined(
    `SELECT json_object(${shown(groups)}'name', tool.key, 'count', sum(tool.value)) AS value
     FROM ${from} AS calls, json_each(calls.tools) AS tool
     GROUP BY ${[...groups.map((_, at) => `d${at}`), 'tool.key'].join(', ')} ORDER BY sum(tool.value) DESC, tool.key`,
    [...valuesOf(groups, query), ...wanted.values],
  )
}

/** How long the answers of groups took. */
export function latenciesStatement(query: UsageQuery, by: readonly UsageDimension[]): UsageStatement {
  const groups = groupsOf(query, by)
  const wanted = conditionsOf(query, by)
  const names = groups.map((_, at) => `d${at}`)
  const apart = names.length === 0 ? '' : `PARTITION BY ${names.join(', ')}`
  const ranked = `SELECT *, row_number() OVER (${apart} ORDER BY latency_ms) AS place, count(*) OVER (${apart}) AS others
    FROM ${named(groups, 'latency_ms', `${wanted.sql} AND latency_ms IS NOT NULL`)}`
  const p95 = 'max(CASE WHEN place = (others * 95 + 99) / 100 THEN latency_ms END)'
  return joined(
    `SELECT json_object(${shown(groups)}'count', count(*), 'avgMs', avg(latency_ms), 'p95Ms', ${p95},
     'minMs', min(latency_ms), 'maxMs', max(latency_ms)) AS value FROM (${ranked}) ${grouped(groups)}
     HAVING count(*) > 0`,
    [...valuesOf(groups, query), ...wanted.values],
  )
}

/** Answered calls in the order of time, as at most `most` sums of neighbours. */
export function pointsStatement(query: UsageQuery, most: number): UsageStatement {
  const { sql, values } = conditionsOf(query, [])
  const tiles = `SELECT *, ntile(?) OVER (ORDER BY at, id) AS tile FROM model_calls WHERE ${sql} AND is_answered`
  return joined(`SELECT json_object('at', max(at), ${NUMBERS}) AS value FROM (${tiles}) GROUP BY tile ORDER BY tile`, [
    most,
    ...values,
  ])
}

/** Text must leave the engine as JSON, and in one row, whose making is all done on the engine's thread. */
function joined(rows: string, values: readonly Bound[]): UsageStatement {
  return { sql: `SELECT group_concat(value, ',') FROM (${rows})`, values }
}

/** The matching calls, with what groups are told apart by as `d0`, `d1` and so on. */
function named(groups: Columns, columns: string, conditions: string): string {
  const names = groups.map(([, sql], at) => `${sql} AS d${at}, `).join('')
  return `(SELECT ${names}${columns} FROM model_calls WHERE ${conditions})`
}

function shown(groups: Columns): string {
  return groups.map(([field], at) => `'${field}', d${at}, `).join('')
}

function grouped(groups: Columns): string {
  return groups.length === 0 ? '' : `GROUP BY ${groups.map((_, at) => `d${at}`).join(', ')}`
}

function groupsOf({ offsets }: UsageQuery, by: readonly UsageDimension[]): Columns {
  const earlier = offsets.slice(0, -1).map(() => 'WHEN at < ? THEN ? ')
  const offset = earlier.length === 0 ? '?' : `CASE ${earlier.join('')}ELSE ? END`
  const columns: Readonly<Record<UsageDimension, Columns>> = {
    session: [['sessionKey', 'session_key']],
    // Numbers are bound as fractions, and a day is a whole one.
    day: [['day', `CAST(at + ${offset} AS INTEGER) / ${DAY_MS}`]],
    model: [
      ['provider', 'provider'],
      ['model', 'model'],
    ],
    agent: [['agentId', 'agent']],
    channel: [['channel', 'channel']],
  }
  return by.flatMap((dimension) => columns[dimension])
}

/** What the places in the columns of groups stand for. */
function valuesOf(groups: Columns, { offsets }: UsageQuery): readonly Bound[] {
  if (!groups.some(([field]) => field === 'day')) return []
  const earlier = offsets.slice(0, -1).flatMap(({ until, offsetMs }) => [until, offsetMs])
  return [...earlier, offsets.at(-1)?.offsetMs ?? 0]
}

function conditionsOf(query: UsageQuery, by: readonly UsageDimension[]): UsageStatement {
  const { from, until, sessionKey, sessionId, newestSessions } = query
  const conditions = ['at >= ?', 'at < ?']
  const values: Bound[] = [from, until]
  const where = (condition: string, ...bound: Bound[]) => {
    conditions.push(condition)
    values.push(...bound)
  }
  if (sessionKey !== undefined) where('session_key = ?', sessionKey)
  if (sessionId !== undefined) where('session_id = ?', sessionId)
  if (by.includes('session')) where('session_key IS NOT NULL')
  if (newestSessions !== undefined) {
    const sql = `${conditions.join(' AND ')} AND session_key IS NOT NULL`
    where(
      `session_key IN (SELECT session_key FROM model_calls WHERE ${sql} GROUP BY session_key
       ORDER BY max(at) DESC, max(id) DESC LIMIT ?)`,
      ...values,
      newestSessions,
    )
  }
  return { sql: conditions.join(' AND '), values }
}
