import type { KeyPath } from './key-path.js'

/** What stands at a path; undefined where there is nothing. */
export function valueAt(value: unknown, at: KeyPath): unknown {
  return at.reduce<unknown>((inside, segment) => {
    const isContainer = typeof inside === 'object' && inside !== null && Object.hasOwn(inside, segment)
    return isContainer ? (inside as Record<string | number, unknown>)[segment] : undefined
  }, value)
}

/** The same with another value at a path; what is not on the way there stays what it is. Deep-frozen where it is new. */
export function withValueAt<Whole>(value: Whole, at: KeyPath, next: unknown): Whole {
  const [segment, ...rest] = at
  if (segment === undefined) return next as Whole
  const inner = withValueAt(valueAt(value, [segment]), rest, next)
  if (Array.isArray(value)) {
    return Object.freeze(value.map((element, index) => (index === segment ? inner : element))) as Whole
  }
  return Object.freeze({ ...(value as object), [segment]: inner }) as Whole
}
