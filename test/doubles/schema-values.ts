import fc from 'fast-check'

type Schema = Readonly<Record<string, unknown>>

/** Longest text and list that are made up; schemas that demand more are met with the least they take. */
const LONGEST = 12

/**
 * Values that a JSON Schema takes, as far as bodies are described with it: types, enumerations, alternatives, properties,
 * items, lengths, patterns and bounds.
 */
export function valuesOf(schema: Schema): fc.Arbitrary<unknown> {
  const { const: only, enum: some, anyOf, oneOf, type } = schema
  if (only !== undefined) return fc.constant(only)
  if (Array.isArray(some)) return fc.constantFrom(...(some as unknown[]))
  const alternatives = anyOf ?? oneOf
  if (Array.isArray(alternatives)) return fc.oneof(...(alternatives as Schema[]).map(valuesOf))
  if (Array.isArray(type)) return fc.oneof(...(type as string[]).map((one) => valuesOfType(one, schema)))
  return typeof type === 'string' ? valuesOfType(type, schema) : fc.jsonValue({ maxDepth: 2 })
}

function valuesOfType(type: string, schema: Schema): fc.Arbitrary<unknown> {
  switch (type) {
    case 'null':
      return fc.constant(null)
    case 'boolean':
      return fc.boolean()
    case 'string':
      return texts(schema)
    case 'integer':
      return fc.integer({ min: bound(schema, 'minimum', -1_000_000), max: bound(schema, 'maximum', 1_000_000) })
    case 'number':
      return numbers(schema)
    case 'array':
      return lists(schema)
    case 'object':
      return objects(schema)
    default:
      throw new Error(`no values are known of the type ${type}`)
  }
}

function texts({ pattern, minLength = 0, maxLength }: Schema): fc.Arbitrary<string> {
  if (typeof pattern === 'string') return fc.stringMatching(new RegExp(pattern))
  const longest = Math.max(Number(minLength), Math.min(Number(maxLength ?? LONGEST), LONGEST))
  const unit = fc.constantFrom<'grapheme' | 'binary'>('grapheme', 'binary')
  return unit.chain((of) => fc.string({ unit: of, minLength: Number(minLength), maxLength: longest }))
}

function numbers(schema: Schema): fc.Arbitrary<number> {
  const exclusive = schema.exclusiveMinimum
  const min = typeof exclusive === 'number' ? exclusive + 0.5 : bound(schema, 'minimum', -1e9)
  return fc.double({ min, max: bound(schema, 'maximum', 1e9), noNaN: true })
}

function bound(schema: Schema, name: 'minimum' | 'maximum', otherwise: number): number {
  const value = schema[name]
  if (typeof value !== 'number') return otherwise
  return Math.max(-1_000_000, Math.min(value, 1_000_000))
}

function lists({ items, minItems = 0, maxItems }: Schema): fc.Arbitrary<unknown[]> {
  const longest = Math.max(Number(minItems), Math.min(Number(maxItems ?? 4), 4))
  return fc.array(valuesOf((items ?? {}) as Schema), { minLength: Number(minItems), maxLength: longest })
}

function objects({ properties, required, additionalProperties, propertyNames }: Schema): fc.Arbitrary<unknown> {
  if (properties === undefined) {
    const names = valuesOf({ type: 'string', ...(propertyNames as Schema | undefined) }) as fc.Arbitrary<string>
    return fc.dictionary(names, valuesOf((additionalProperties ?? {}) as Schema), { maxKeys: 3 })
  }
  const members = Object.entries(properties as Record<string, Schema>).map(([key, one]) => [key, valuesOf(one)])
  const requiredKeys = (required ?? []) as string[]
  const known = Object.fromEntries(members) as Record<string, fc.Arbitrary<unknown>>
  // Few at a time: of a body with forty fields hardly one would be right in all of them.
  return fc.subarray(Object.keys(known), { maxLength: Math.min(5, Object.keys(known).length) }).chain((keys) => {
    const chosen = [...new Set([...requiredKeys, ...keys])]
    return fc.record(Object.fromEntries(chosen.map((key) => [key, known[key]!])))
  })
}
