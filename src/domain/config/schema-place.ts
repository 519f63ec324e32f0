import { z } from 'zod'
import { fileSystemPaths, ignoredPlaces } from './declare.js'
import type { KeyPath } from './key-path.js'
import { isSecretName, resemblesSecretName, sensitivity } from './sensitive.js'

/** What the schema says about one place of the file. */
export interface SchemaPlace {
  /** Without the wrappers that only make it optional; null where the schema knows nothing. */
  readonly schema: z.ZodType | null
  /** Whether a value at this place, or anything inside it, is a secret. */
  readonly secret: boolean
  /** Whether this very place is declared as one secret text, which may be said by a reference instead. */
  readonly isSecretField: boolean
  /** Whether the text at this place names a place in the file system, relative to the file that says it. */
  readonly isPath: boolean
  /** Whether the key is accepted but means nothing. */
  readonly isIgnored: boolean
}

export function rootPlace(schema: z.ZodType): SchemaPlace {
  return placeOf(schema, false)
}

/** The place of a member or an element of this place. */
export function placeInside(place: SchemaPlace, segment: string | number): SchemaPlace {
  const schema = memberSchema(place.schema, segment)
  return placeOf(schema, place.secret || (typeof segment === 'string' && namesSecret(segment, schema)))
}

export function placeAt(schema: z.ZodType, path: KeyPath): SchemaPlace {
  return path.reduce<SchemaPlace>(placeInside, rootPlace(schema))
}

/** The keys an object at this place may have; empty where any key goes or none. */
export function knownKeys(place: SchemaPlace): readonly string[] {
  const object = objectIn(place.schema)
  return object === null ? [] : Object.keys(object.shape)
}

/** Below a place where anything goes, a name with a slip of the pen may stand for a secret as well. */
function namesSecret(name: string, schema: z.ZodType | null): boolean {
  const isUnread = schema === null || schema instanceof z.ZodUnknown
  return isSecretName(name) || (isUnread && resemblesSecretName(name))
}

function placeOf(schema: z.ZodType | null, inherited: boolean): SchemaPlace {
  let inner = schema
  let isMarked = false
  while (inner !== null) {
    isMarked ||= sensitivity.has(inner)
    if (!(inner instanceof z.ZodOptional || inner instanceof z.ZodDefault || inner instanceof z.ZodPrefault)) break
    inner = inner.def.innerType as z.ZodType
  }
  return {
    schema: inner,
    secret: inherited || isMarked,
    isSecretField: isMarked && (inner instanceof z.ZodString || inner instanceof z.ZodUnion),
    isPath: inner !== null && fileSystemPaths.has(inner),
    isIgnored: inner !== null && ignoredPlaces.has(inner),
  }
}

function memberSchema(schema: z.ZodType | null, segment: string | number): z.ZodType | null {
  if (schema instanceof z.ZodRecord) return schema.def.valueType as z.ZodType
  if (schema instanceof z.ZodArray) return schema.def.element as z.ZodType
  const object = objectIn(schema)
  if (object === null) return null
  const shape = object.shape as Record<string, z.ZodType>
  if (Object.hasOwn(shape, segment)) return shape[segment] ?? null
  const catchall = object.def.catchall as z.ZodType | undefined
  return catchall === undefined || catchall instanceof z.ZodNever ? null : catchall
}

/** The object itself, or the one among alternatives. */
function objectIn(schema: z.ZodType | null): z.ZodObject | null {
  if (schema instanceof z.ZodObject) return schema
  if (!(schema instanceof z.ZodUnion)) return null
  const object = schema.options.find((option) => option instanceof z.ZodObject)
  return object instanceof z.ZodObject ? object : null
}
