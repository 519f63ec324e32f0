import type { SessionEntry } from './session-entry.js'

/** `session.maintenance`, read. */
export interface MaintenanceRules {
  /** Sessions whose last message is older may go, in milliseconds; 0 = none goes for its age. */
  readonly pruneAfterMs: number
  /** More sessions than this may go, the longest idle first. */
  readonly maxEntries: number
}

/** Sessions that may go, the longest idle first, and why. */
export interface Removable {
  readonly idle: readonly string[]
  readonly excess: readonly string[]
}

type Dated = Pick<SessionEntry, 'key' | 'updatedAt'>

/**
 * Which sessions may go. Those that are kept in any case count towards `maxEntries`, but none of them goes.
 * @param now Unix milliseconds
 */
export function removableSessions(
  sessions: readonly Dated[],
  { pruneAfterMs, maxEntries }: MaintenanceRules,
  isKept: (key: string) => boolean,
  now: number,
): Removable {
  const oldestFirst = sessions.filter(({ key }) => !isKept(key)).sort(byAge)
  const idle = pruneAfterMs === 0 ? [] : oldestFirst.filter(({ updatedAt }) => now - updatedAt > pruneAfterMs)
  const surplus = Math.max(0, sessions.length - idle.length - maxEntries)
  const excess = oldestFirst.slice(idle.length, idle.length + surplus)
  return { idle: idle.map(({ key }) => key), excess: excess.map(({ key }) => key) }
}

function byAge(one: Dated, other: Dated): number {
  return one.updatedAt - other.updatedAt || (one.key < other.key ? -1 : 1)
}
