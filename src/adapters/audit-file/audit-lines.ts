import type { AuditEntry } from '../../application/ports/audit-trail.js'

/** What `JSON.stringify` leaves as it is and a terminal or another reader of lines may act upon. */
const UNSPELLED = /[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g

/** One entry as one line of JSON; nothing in it can end the line or move a cursor. */
export function lineOf(entry: AuditEntry): string {
  const { at, ...rest } = entry
  return `${JSON.stringify({ time: new Date(at).toISOString(), at, ...rest }).replace(UNSPELLED, spelled)}\n`
}

/** The entry in a line; null for a line that a crash cut off, or that is none of ours. */
export function entryOf(line: string): AuditEntry | null {
  const value = parsed(line)
  if (typeof value !== 'object' || value === null) return null
  const { time: _, ...entry } = value as { time?: unknown; at?: unknown; event?: unknown }
  return typeof entry.at === 'number' && typeof entry.event === 'string' ? (entry as AuditEntry) : null
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return null
  }
}

function spelled(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
