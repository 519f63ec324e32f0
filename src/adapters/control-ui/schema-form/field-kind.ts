import type { JsonSchema } from './json-schema.js'

/**
 * How a value is edited: one of a few words, a number, a line of text (that may be a number as well), a secret, lines,
 * an object with known keys, one with keys of one's own, a list of objects, one of several shapes, or JSON.
 */
export type FieldKind = 'choice' | 'number' | 'text' | 'secret' | 'lines' | 'group' | 'map' | 'list' | 'shapes' | 'json'

/** Finds out how values of a schema are edited. What it does not know is edited as JSON. */
export function fieldKind(schema: JsonSchema): FieldKind {
  if (schema.writeOnly === true) return 'secret'
  const { type, anyOf } = schema
  if (anyOf !== undefined) return kindOfSeveral(anyOf)
  if (schema.enum !== undefined || schema.const !== undefined || type === 'boolean') return 'choice'
  if (type === 'integer' || type === 'number') return 'number'
  if (type === 'string') return 'text'
  if (type === 'array') return kindOfList(schema.items)
  if (type !== 'object') return 'json'
  if (Object.keys(schema.properties ?? {}).length > 0) return 'group'
  return typeof schema.additionalProperties === 'object' ? 'map' : 'json'
}

function kindOfList(items: JsonSchema | undefined): FieldKind {
  if (items === undefined) return 'json'
  const kind = fieldKind(items)
  if (kind === 'text' || kind === 'number' || items.type === 'string') return 'lines'
  return kind === 'group' ? 'list' : 'json'
}

function kindOfSeveral(shapes: readonly JsonSchema[]): FieldKind {
  const kinds = new Set(shapes.map(fieldKind))
  if (kinds.size === 1) return [...kinds][0] ?? 'json'
  if ([...kinds].every((kind) => kind === 'text' || kind === 'number')) return 'text'
  return [...kinds].every((kind) => kind === 'text' || kind === 'group') ? 'shapes' : 'json'
}

/** The values a choice is between, in order. */
export function choicesOf(schema: JsonSchema): readonly unknown[] {
  if (schema.anyOf !== undefined) return [...new Set(schema.anyOf.flatMap(choicesOf))]
  if (schema.enum !== undefined) return schema.enum
  if (schema.const !== undefined) return [schema.const]
  return schema.type === 'boolean' ? [true, false] : []
}
