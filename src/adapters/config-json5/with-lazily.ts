/**
 * An object with more members that are worked out for the first who asks, and kept: most readers of a configuration want
 * its values, and few what is shown of it.
 */
export function withLazily<Facts extends object, More extends object>(
  facts: Facts,
  more: { readonly [Key in keyof More]: () => More[Key] },
): Facts & More {
  for (const [key, workOut] of Object.entries<() => unknown>(more)) {
    Object.defineProperty(facts, key, {
      enumerable: true,
      configurable: true,
      get() {
        const value = workOut()
        Object.defineProperty(facts, key, { enumerable: true, value })
        return value
      },
    })
  }
  return facts as Facts & More
}
