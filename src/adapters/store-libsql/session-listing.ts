import type { SessionQuery } from '../../application/ports/session-store.js'
import type { Bound } from './connection.js'

/** A statement and the values for its placeholders. Equal shapes of query give equal text, so it can be kept prepared. */
export interface Listing {
  readonly sql: string
  readonly values: readonly Bound[]
}

/**
 * The one row with all entries a query shows, newest first, their JSON joined by commas: crossing into the engine once
 * costs a third of crossing for each row. Order and recency come from an index on `(…, updated_at DESC, key)`; the
 * condition `listing < 3` is what those indexes are built for and must stand in every listing as it is.
 */
export function sessionListing(query: SessionQuery): Listing {
  const conditions = ['listing < 3']
  const values: Bound[] = []
  const where = (condition: string, value: Bound) => {
    conditions.push(condition)
    values.push(value)
  }
  if (query.includeGlobal !== true) conditions.push('listing <> 1')
  if (query.includeUnknown !== true) conditions.push('listing <> 2')
  if (query.agentId !== undefined) where('agent = ?', query.agentId.toLowerCase())
  if (query.label !== undefined) where('label = ?', query.label.toLowerCase())
  if (query.spawnedBy !== undefined) where('spawned_by = ?', query.spawnedBy.toLowerCase())
  if (query.updatedSince !== undefined) where('updated_at >= ?', query.updatedSince)
  if (query.search !== undefined) where('instr(searchable, ?) > 0', query.search.toLowerCase())
  const rows = `SELECT entry FROM sessions WHERE ${conditions.join(' AND ')} ORDER BY updated_at DESC, key LIMIT ?`
  return { sql: `SELECT group_concat(entry, ',') FROM (${rows})`, values: [...values, query.limit ?? -1] }
}
