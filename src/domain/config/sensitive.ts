import { z } from 'zod'

/** Marks which declarations hold secrets; redaction asks here. */
export const sensitivity = z.registry<{ readonly sensitive: true }>()

/** Declares that values of this shape are secrets. */
export function sensitive<T extends z.ZodType>(schema: T): T {
  sensitivity.add(schema, { sensitive: true })
  return schema
}

const SECRET_NAMES =
  /^(token|password|secret|apiKey|appToken|botToken|userToken|signingSecret|webhookSecret|webhookToken|ownerDisplaySecret|pushToken)$/

/** The safety net: whether a key of this name holds a secret wherever it stands. */
export function isSecretName(name: string): boolean {
  return SECRET_NAMES.test(name)
}

/** What stands in place of a secret in everything shown. */
export const REDACTED = '__MAYROS_REDACTED__'
