import type { z } from 'zod'
import type { LocatedProblem } from './explain-issues.js'
import { finding } from './finding.js'
import { formatKeyPath, type KeyPath } from './key-path.js'
import { placeInside, rootPlace, type SchemaPlace } from './schema-place.js'

/** One warning that lists every key of the file that is accepted and means nothing; none when there is no such key. */
export function ignoredKeys(schema: z.ZodType, value: unknown): LocatedProblem[] {
  const found = ignoredAt(rootPlace(schema), value, []).filter((at) => !STAMPS.has(String(at[0])))
  const [first] = found
  if (first === undefined) return []
  const others = found.slice(1).map(formatKeyPath)
  const message = `without effect in this version${others.length === 0 ? '' : `, like ${others.join(', ')}`}`
  return [finding(first, 'unsupported', message)]
}

/** Older tools leave these; nobody expects an effect of them. */
const STAMPS: ReadonlySet<string> = new Set(['meta', 'wizard'])

function ignoredAt(place: SchemaPlace, value: unknown, at: KeyPath): KeyPath[] {
  if (place.isIgnored) return value === undefined ? [] : [at]
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => ignoredAt(placeInside(place, index), item, [...at, index]))
  }
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, member]) => ignoredAt(placeInside(place, key), member, [...at, key]))
}
