import { isReordered, keyedLists } from './keyed-list.js'
import { type ReloadClass, reloadRuleOf } from './reload-rules.js'

/** Keys from the root to a value; an element of a list that goes by id is named by its id in lower case. */
export type ChangePath = readonly (string | number)[]

/** One place where two configurations differ. `undefined` = there is nothing. */
export interface ConfigChange {
  readonly at: ChangePath
  readonly before: unknown
  readonly after: unknown
}

/**
 * Where two configurations differ, by leaf path. Lists count as one value, except those that go by id. What is added or
 * removed as a whole is one change at its top, plus one for every place inside that is of another reload class.
 */
export function diffConfig(before: unknown, after: unknown): readonly ConfigChange[] {
  return differences([], before, after)
}

function differences(at: ChangePath, before: unknown, after: unknown): ConfigChange[] {
  if (before === after) return []
  if (isObject(before) && isObject(after)) {
    return keysOf(before, after).flatMap((key) =>
      differences([...at, key], memberOf(before, key), memberOf(after, key)),
    )
  }
  if (Array.isArray(before) && Array.isArray(after)) return listDifferences(at, before, after)
  if (Number.isNaN(before) && Number.isNaN(after)) return []
  return [{ at, before, after }, ...otherwiseClassed(at, before, after)]
}

function listDifferences(at: ChangePath, before: readonly unknown[], after: readonly unknown[]): ConfigChange[] {
  const keyed = keyedLists(at, before, after)
  if (keyed === null) return isSame(before, after) ? [] : [{ at, before, after }]
  const order = isReordered(keyed.before, keyed.after) ? [{ at, before, after }] : []
  const ids = [...new Set([...keyed.before.keys(), ...keyed.after.keys()])]
  return [...order, ...ids.flatMap((id) => differences([...at, id], keyed.before.get(id), keyed.after.get(id)))]
}

function otherwiseClassed(at: ChangePath, before: unknown, after: unknown): ConfigChange[] {
  const ownClass = reloadRuleOf(at).class
  const present = isObject(before) ? before : isObject(after) ? after : {}
  return Object.keys(present).flatMap((key) =>
    topsOfOtherClass([...at, key], memberOf(before, key), memberOf(after, key), ownClass),
  )
}

function topsOfOtherClass(at: ChangePath, before: unknown, after: unknown, known: ReloadClass): ConfigChange[] {
  const own = reloadRuleOf(at).class
  const here = own === known ? [] : [{ at, before, after }]
  const present = isObject(before) ? before : isObject(after) ? after : {}
  return [
    ...here,
    ...Object.keys(present).flatMap((key) =>
      topsOfOtherClass([...at, key], memberOf(before, key), memberOf(after, key), own),
    ),
  ]
}

/** Whether two values say the same, whatever the order of their keys. An absent key equals an undefined one. */
export function isSame(one: unknown, other: unknown): boolean {
  if (one === other || (Number.isNaN(one) && Number.isNaN(other))) return true
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((item, index) => isSame(item, other[index]))
  }
  if (!isObject(one) || !isObject(other)) return false
  return keysOf(one, other).every((key) => isSame(memberOf(one, key), memberOf(other, key)))
}

/** A plain object, as opposed to a list or null. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** What stands under this key, not what every object inherits. */
export function memberOf(value: unknown, key: string): unknown {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined
}

/** The keys of both, those of the second first, in its order. */
export function keysOf(before: object, after: object): string[] {
  return [...new Set([...Object.keys(after), ...Object.keys(before)])]
}
