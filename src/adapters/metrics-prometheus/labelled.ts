const SEPARATOR = '\u0000'

/** One value for each combination of labels, made when it is first asked for. */
export class Labelled<Value> {
  readonly labels: readonly string[]
  readonly #make: () => Value
  readonly #values = new Map<string, Value>()

  constructor(labels: readonly string[], make: () => Value) {
    this.labels = labels
    this.#make = make
  }

  /** @param key what `key` gives for the values of the labels, in their order */
  of(key: string): Value {
    const known = this.#values.get(key)
    if (known !== undefined) return known
    const made = this.#make()
    this.#values.set(key, made)
    return made
  }

  *entries(): IterableIterator<readonly [labels: Readonly<Record<string, string>>, value: Value]> {
    for (const [key, value] of this.#values) {
      const parts = key.split(SEPARATOR)
      yield [Object.fromEntries(this.labels.map((label, index) => [label, parts[index] ?? ''])), value]
    }
  }
}

/** Several values of labels as one key. A single value is its own key. */
export function keyOf(...values: readonly string[]): string {
  return values.join(SEPARATOR)
}
