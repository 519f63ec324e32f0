import type { LocatedProblem } from './explain-issues.js'
import { formatKeyPath, type KeyPath } from './key-path.js'

/** Keys that mean something to the language itself. */
const RESERVED = new Set(['__proto__', 'prototype', 'constructor'])

/** Whether this key is refused wherever it stands. */
export function isReservedKey(key: string | number): boolean {
  return RESERVED.has(String(key))
}

/** A problem for every key in the value, at any depth, that is refused wherever it stands. */
export function reservedKeys(value: unknown, at: KeyPath = []): LocatedProblem[] {
  if (typeof value !== 'object' || value === null) return []
  if (Array.isArray(value)) return value.flatMap((item, index) => reservedKeys(item, [...at, index]))
  return Object.entries(value).flatMap(([key, member]) => {
    const path = [...at, key]
    if (!isReservedKey(key)) return reservedKeys(member, path)
    return [{ at: path, problem: { path: formatKeyPath(path), code: 'bad_value', message: 'reserved key' } }]
  })
}
