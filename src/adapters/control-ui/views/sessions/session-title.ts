import type { SessionRow } from './session-row.js'

/** What people call a session: its name, else what it is about, else its key. */
export function sessionTitle(row: SessionRow): string {
  return row.label ?? row.derivedTitle ?? row.displayName ?? row.subject ?? row.key
}
