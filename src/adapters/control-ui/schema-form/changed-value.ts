import type { FormPath } from './form-path.js'

/** One change of a value inside what is edited; without `value` it takes away what stands there. */
export interface FormEdit {
  readonly path: FormPath
  readonly value?: unknown
}

/** What stands at a path; undefined where there is nothing. */
export function valueIn(whole: unknown, path: FormPath): unknown {
  return path.reduce<unknown>((inside, segment) => {
    const isContainer = typeof inside === 'object' && inside !== null && Object.hasOwn(inside, segment)
    return isContainer ? (inside as Record<string | number, unknown>)[segment] : undefined
  }, whole)
}

/** A copy with one value changed. Objects and lists on the way that are missing are made. */
export function changedValue(whole: unknown, { path, value }: FormEdit): unknown {
  const [segment, ...rest] = path
  if (segment === undefined) return value
  const inner = changedValue(valueIn(whole, [segment]), { path: rest, value })
  if (typeof segment === 'number') {
    const list = Array.isArray(whole) ? [...whole] : []
    if (inner === undefined) list.splice(segment, 1)
    else list[segment] = inner
    return list
  }
  const members = typeof whole === 'object' && whole !== null && !Array.isArray(whole) ? whole : {}
  const { [segment]: _before, ...others } = members as Record<string, unknown>
  if (inner === undefined) return others
  // In place: what is shown must not jump while somebody types.
  return _before === undefined ? { ...members, [segment]: inner } : withMember(members, segment, inner)
}

function withMember(members: object, key: string, value: unknown): object {
  return Object.fromEntries(Object.entries(members).map(([name, was]) => [name, name === key ? value : was]))
}
