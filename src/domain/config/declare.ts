import { z } from 'zod'
import { readable } from './describe-expected.js'

/*
 * The words in which sections are declared. Each field carries one plain sentence for people. Descriptions go into the
 * registry beside the schema, because zod's own method would copy every schema once more.
 */

/** Attaches the sentence that documentation and editors show. */
export function described<T extends z.ZodType>(schema: T, description: string): T {
  z.globalRegistry.add(schema, { description })
  return schema
}

/** Marks what names a place in the file system: `~` and relative paths are resolved before validation. */
export const fileSystemPaths = z.registry<{ readonly isPath: true }>()

/** Marks keys that are accepted and mean nothing here. */
export const ignoredPlaces = z.registry<{ readonly isIgnored: true }>()

/** Text that is not empty. */
export const text = (description: string) => described(z.string().min(1), description)

/** Text that may be empty. */
export const anyText = (description: string) => described(z.string(), description)

/** Whole number, by default 0 and up. */
export const int = (description: string, least = 0, most = Number.MAX_SAFE_INTEGER) =>
  described(z.int().check(z.gte(least), z.lte(most)), description)

export const num = (description: string, least = 0, most = Number.MAX_SAFE_INTEGER) =>
  described(z.number().check(z.gte(least), z.lte(most)), description)

export const flag = (description: string) => described(z.boolean(), description)

export const oneOf = <const T extends readonly [string, ...string[]]>(words: T, description: string) =>
  described(z.enum(words), description)

export const texts = (description: string) => described(z.array(z.string().min(1)), description)

export const path = (description: string) => {
  const schema = text(description)
  fileSystemPaths.add(schema, { isPath: true })
  return schema
}

export const paths = (description: string) => {
  const element = z.string().min(1)
  fileSystemPaths.add(element, { isPath: true })
  return described(z.array(element), description)
}

/** An id of somebody or something on a channel: a text, or a number that keeps all its digits. */
const anId = () => readable(z.union([z.string().min(1), z.int()]), 'a text (ids of more than 15 digits in quotes)')

export const id = (description: string) => described(anId(), description)

export const ids = (description: string) => described(z.array(anId()), description)

/** One bare number, or parts that all name their unit. */
const DURATION_TEXT = /^\s*(?:\d+(?:\.\d+)?|(?:\d+(?:\.\d+)?\s*(?:ms|[smhd])\s*)+)\s*$/i

/** Read with `durationMs`. The key's unit applies to bare numbers. */
export const duration = (description: string) =>
  described(
    readable(
      z.union([z.number().check(z.gte(0)), z.string().regex(DURATION_TEXT)]),
      'a duration like 250ms, 30s, 5m or 1h30m',
    ),
    description,
  )

/** Read with `sizeBytes`. Bare numbers are bytes. */
export const size = (description: string) =>
  described(
    readable(
      z.union([z.int().check(z.gte(0)), z.string().regex(/^\s*\d+(?:\.\d+)?\s*(?:b|kb|mb|gb)?\s*$/i)]),
      'a size like 512b, 64kb or 10mb',
    ),
    description,
  )

/** A group of keys with defaults of their own; absent means all of them. */
export const group = <T extends z.ZodRawShape>(shape: T) => z.strictObject(shape).prefault({} as never)

/** A key whose value is checked and which has no effect in this version. */
export const inert = <T extends z.ZodType>(schema: T): T => {
  let inner: z.ZodType = schema
  while (inner instanceof z.ZodOptional || inner instanceof z.ZodDefault || inner instanceof z.ZodPrefault) {
    inner = inner.def.innerType as z.ZodType
  }
  ignoredPlaces.add(inner, { isIgnored: true })
  return schema
}

/** A key of later times or other tools: accepted unread. */
export const ignored = (description: string) => {
  const schema = described(z.unknown(), description)
  ignoredPlaces.add(schema, { isIgnored: true })
  return schema.optional()
}
