import type { KeyPath } from './key-path.js'
import { REDACTED } from './redacted.js'

/**
 * A copy of a value that somebody sends back after having been shown placeholders: each placeholder becomes what is
 * stored at its place. `missing` lists the placeholders at whose place nothing is stored.
 */
export function withStoredSecrets(
  value: unknown,
  stored: unknown,
): { readonly value: unknown; readonly missing: readonly KeyPath[] } {
  const missing: KeyPath[] = []
  return { value: restored(value, stored, [], missing), missing }
}

function restored(value: unknown, stored: unknown, at: KeyPath, missing: KeyPath[]): unknown {
  if (value === REDACTED) {
    if (stored === undefined) missing.push(at)
    return stored
  }
  if (Array.isArray(value))
    return value.map((item, index) => restored(item, storedIn(stored, index), [...at, index], missing))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, restored(member, storedIn(stored, key), [...at, key], missing)]),
  )
}

function storedIn(stored: unknown, key: string | number): unknown {
  if (typeof stored !== 'object' || stored === null || !Object.hasOwn(stored, key)) return undefined
  return (stored as Record<string | number, unknown>)[key]
}
