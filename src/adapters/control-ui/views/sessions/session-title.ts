import { withoutMarks } from '../../format/without-marks.js'
import type { SessionRow } from './session-row.js'

/** What people call a session: its name, else what it is about, else its key. */
export function sessionTitle(row: SessionRow): string {
  const derived = row.derivedTitle === undefined ? undefined : withoutMarks(row.derivedTitle)
  return row.label ?? derived ?? row.displayName ?? row.subject ?? row.key
}
