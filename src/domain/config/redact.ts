import type { z } from 'zod'
import { REDACTED } from './redacted.js'
import { placeInside, rootPlace, type SchemaPlace } from './schema-place.js'
import { secretReferenceIn } from './secret-reference.js'

const PURE_REFERENCE = /^\$\{[A-Z_][A-Z0-9_]*\}$/

/** Whether this value must be hidden at a secret place; a reference to a variable tells nothing. */
export function isHidden(value: unknown): boolean {
  return value !== null && !(typeof value === 'string' && PURE_REFERENCE.test(value))
}

/** A copy with every secret replaced by the placeholder. What says only where a secret is stays as it is. */
export function redactConfig(schema: z.ZodType, value: unknown): unknown {
  return redactAt(rootPlace(schema), value)
}

/** Every secret text in the value, for those who keep them out of what they write. */
export function secretsIn(schema: z.ZodType, value: unknown): string[] {
  const secrets: string[] = []
  collectAt(rootPlace(schema), value, secrets)
  return secrets
}

function redactAt(place: SchemaPlace, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item, index) => redactAt(placeInside(place, index), item))
  if (typeof value === 'object' && value !== null) {
    if (isReference(place, value)) return value
    return Object.fromEntries(
      Object.entries(value).map(([key, member]) => [key, redactAt(placeInside(place, key), member)]),
    )
  }
  return place.secret && isHidden(value) ? REDACTED : value
}

function collectAt(place: SchemaPlace, value: unknown, secrets: string[]): void {
  if (typeof value === 'object' && value !== null) {
    if (isReference(place, value)) return
    const members = Array.isArray(value) ? value.entries() : Object.entries(value)
    for (const [key, member] of members) collectAt(placeInside(place, key), member, secrets)
  } else if (place.secret && typeof value === 'string' && isHidden(value)) secrets.push(value)
}

function isReference(place: SchemaPlace, value: object): boolean {
  return place.isSecretField && secretReferenceIn(value) !== null
}
