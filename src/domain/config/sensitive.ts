import { z } from 'zod'
import { nearestKey } from './nearest-key.js'

/** Marks which declarations hold secrets; redaction asks here. */
export const sensitivity = z.registry<{ readonly sensitive: true }>()

/** Declares that values of this shape are secrets. */
export function sensitive<T extends z.ZodType>(schema: T): T {
  sensitivity.add(schema, { sensitive: true })
  return schema
}

const SECRET_NAMES = [
  'token',
  'password',
  'secret',
  'apiKey',
  'appToken',
  'botToken',
  'userToken',
  'signingSecret',
  'webhookSecret',
  'webhookToken',
  'ownerDisplaySecret',
  'pushToken',
] as const
const SECRET_NAME_SET: ReadonlySet<string> = new Set(SECRET_NAMES)

/** The safety net: whether a key of this name holds a secret wherever it stands. */
export function isSecretName(name: string): boolean {
  return SECRET_NAME_SET.has(name)
}

/** Whether a key that nobody knows is likely a secret's name with a slip of the pen. */
export function resemblesSecretName(name: string): boolean {
  return nearestKey(name, SECRET_NAMES) !== null
}
