import type { SessionQuery } from '../../application/ports/session-store.js'
import type { SessionEntry } from '../../domain/session/session-entry.js'
import { isCronRunKey } from '../../domain/session/session-key.js'

/** The sessions a query shows, newest first. */
export function matchingSessions(all: Iterable<SessionEntry>, query: SessionQuery): readonly SessionEntry[] {
  const shown = [...all].filter((entry) => isListed(entry.key, query) && matches(entry, query))
  shown.sort(newestFirst)
  return query.limit === undefined ? shown : shown.slice(0, query.limit)
}

function isListed(key: string, query: SessionQuery): boolean {
  if (key === 'global') return query.includeGlobal === true
  if (key === 'unknown') return query.includeUnknown === true
  return !isCronRunKey(key)
}

function matches(entry: SessionEntry, query: SessionQuery): boolean {
  if (!sameText(entry.agentId, query.agentId)) return false
  if (!sameText(entry.label, query.label)) return false
  if (!sameText(entry.spawnedBy, query.spawnedBy)) return false
  if (query.updatedSince !== undefined && entry.updatedAt < query.updatedSince) return false
  return query.search === undefined || mentions(entry, query.search.toLowerCase())
}

function sameText(have: string | undefined, wanted: string | undefined): boolean {
  return wanted === undefined || have?.toLowerCase() === wanted.toLowerCase()
}

function mentions(entry: SessionEntry, folded: string): boolean {
  const searched = [entry.displayName, entry.label, entry.subject, entry.sessionId, entry.key]
  return searched.some((text) => text?.toLowerCase().includes(folded))
}

function newestFirst(one: SessionEntry, other: SessionEntry): number {
  if (one.updatedAt !== other.updatedAt) return other.updatedAt - one.updatedAt
  return one.key < other.key ? -1 : 1
}
