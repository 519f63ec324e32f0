import { z } from 'zod'
import type { KeyPath } from './key-path.js'
import { isSecretName, resemblesSecretName, sensitivity } from './sensitive.js'

/** What the schema says about one place of the file. */
export interface SchemaPlace {
  /** Without the wrappers that only make it optional; null where the schema knows nothing. */
  readonly schema: z.ZodType | null
  /** Whether a value at this place, or anything inside it, is a secret. */
  readonly secret: boolean
}

export function rootPlace(schema: z.ZodType): SchemaPlace {
  return placeOf(schema, false)
}

/** The place of a member or an element of this place. */
export function placeInside(place: SchemaPlace, segment: string | number): SchemaPlace {
  const schema = memberSchema(place.schema, segment)
  return placeOf(schema, place.secret || (typeof segment === 'string' && namesSecret(segment, schema === null)))
}

export function placeAt(schema: z.ZodType, path: KeyPath): SchemaPlace {
  return path.reduce<SchemaPlace>(placeInside, rootPlace(schema))
}

/** The keys an object at this place may have; empty where any key goes or none. */
export function knownKeys(place: SchemaPlace): readonly string[] {
  return place.schema instanceof z.ZodObject ? Object.keys(place.schema.shape) : []
}

function namesSecret(name: string, isUnknown: boolean): boolean {
  return isSecretName(name) || (isUnknown && resemblesSecretName(name))
}

function placeOf(schema: z.ZodType | null, inherited: boolean): SchemaPlace {
  let inner = schema
  let secret = inherited
  while (inner !== null) {
    secret ||= sensitivity.has(inner)
    if (!(inner instanceof z.ZodOptional || inner instanceof z.ZodDefault || inner instanceof z.ZodPrefault)) break
    inner = inner.def.innerType as z.ZodType
  }
  return { schema: inner, secret }
}

function memberSchema(schema: z.ZodType | null, segment: string | number): z.ZodType | null {
  if (schema instanceof z.ZodObject) {
    const shape = schema.shape as Record<string, z.ZodType>
    return Object.hasOwn(shape, segment) ? (shape[segment] ?? null) : null
  }
  if (schema instanceof z.ZodRecord) return schema.def.valueType as z.ZodType
  if (schema instanceof z.ZodArray) return schema.def.element as z.ZodType
  return null
}
