/**
 * A deep copy that nobody can change, of a value made of JSON. The copy cuts the tie to whoever handed the value in,
 * the freezing makes it safe to hand the same copy to every reader.
 */
export function frozenCopy<Value>(value: Value): Value {
  return JSON.parse(JSON.stringify(value), (_key, part: unknown) => Object.freeze(part)) as Value
}
