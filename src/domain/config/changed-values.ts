import type { KeyPath } from './key-path.js'

/** One place at which two configurations differ. `undefined` = nothing there. */
export interface ChangedValue {
  readonly at: KeyPath
  readonly before: unknown
  readonly after: unknown
}

/**
 * Where two values differ, as deep as both have objects, or lists of one length. What only one of them has is told as
 * a whole where it is no object, else by its innermost values.
 */
export function changedValues(before: unknown, after: unknown, at: KeyPath = []): ChangedValue[] {
  if (Object.is(before, after)) return []
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) {
    return before.flatMap((item, index) => changedValues(item, after[index], [...at, index]))
  }
  if ((isObject(before) || before === undefined) && (isObject(after) || after === undefined)) {
    const keys = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])
    if (keys.size > 0) return [...keys].flatMap((key) => changedValues(own(before, key), own(after, key), [...at, key]))
    if (before !== undefined && after !== undefined) return []
  }
  return [{ at, before, after }]
}

function own(value: Record<string, unknown> | undefined, key: string): unknown {
  return value !== undefined && Object.hasOwn(value, key) ? value[key] : undefined
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
