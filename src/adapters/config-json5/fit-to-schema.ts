import { fileSystemPaths } from '../../domain/config/declare.js'
import { formatKeyPath, type KeyPath } from '../../domain/config/key-path.js'
import { placeInside, type SchemaPlace } from '../../domain/config/schema-place.js'
import { absolutePath, type PathBase } from './absolute-paths.js'

export interface FitContext {
  /** What a path written there is relative to. */
  baseOf(at: KeyPath): PathBase
  /** Whether the text there came out of a variable. */
  isFilledIn(path: string): boolean
}

/**
 * A copy of a value in which paths are absolute, and texts out of variables have become the number or the truth value
 * that the schema wants there, where they spell one exactly.
 */
export function fitToSchema(value: unknown, place: SchemaPlace, context: FitContext, at: KeyPath = []): unknown {
  if (typeof value === 'string') return fittedText(value, place, context, at)
  if (Array.isArray(value)) {
    return value.map((item, index) => fitToSchema(item, placeInside(place, index), context, [...at, index]))
  }
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      key,
      fitToSchema(member, placeInside(place, key), context, [...at, key]),
    ]),
  )
}

function fittedText(text: string, { schema }: SchemaPlace, context: FitContext, at: KeyPath): unknown {
  if (schema === null) return text
  if (fileSystemPaths.has(schema)) return text === '' ? text : absolutePath(text, context.baseOf(at))
  if (!context.isFilledIn(formatKeyPath(at)) || schema.safeParse(text).success) return text
  const meant = plainMeaning(text)
  return meant !== undefined && schema.safeParse(meant).success ? meant : text
}

/** The number or truth value that a text spells; nothing else is guessed. */
function plainMeaning(text: string): number | boolean | undefined {
  if (text === 'true' || text === 'false') return text === 'true'
  return /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/.test(text) ? Number(text) : undefined
}
