import { isPasswordHash, looksLikePasswordHash } from '../../../domain/access/password-hash.js'
import type { KeyPath } from '../../../domain/config/key-path.js'
import { REDACTED } from '../../../domain/config/redacted.js'
import { substituteVariables } from '../../../domain/config/substitute-variables.js'
import { UsageFailure } from '../cli-failure.js'

/** Where people log in with what is written. */
const PASSWORD: KeyPath = ['gateway', 'auth', 'password']

/**
 * The value as it is to be written at a path: where it holds the gateway's password, a hash stands for that. A reference to
 * a variable or file stays what it is, and so does a hash.
 * @throws UsageFailure for what resembles a hash, but could never be checked
 */
export async function withHashedPassword(
  at: KeyPath,
  value: unknown,
  hash: (password: string) => Promise<string>,
): Promise<{ readonly value: unknown; readonly isHashed: boolean }> {
  const isOnTheWay = at.every((segment, index) => segment === PASSWORD[index])
  return isOnTheWay ? inside(value, PASSWORD.slice(at.length), hash) : { value, isHashed: false }
}

async function inside(
  value: unknown,
  [key, ...rest]: KeyPath,
  hash: (password: string) => Promise<string>,
): Promise<{ readonly value: unknown; readonly isHashed: boolean }> {
  if (key === undefined) {
    const password = passwordIn(value)
    return password === null ? { value, isHashed: false } : { value: await hash(password), isHashed: true }
  }
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return { value, isHashed: false }
  const member = await inside((value as Record<string, unknown>)[key], rest, hash)
  return member.isHashed ? { value: { ...value, [key]: member.value }, isHashed: true } : { value, isHashed: false }
}

/** The password itself; null when none is written here. */
function passwordIn(value: unknown): string | null {
  if (typeof value !== 'string' || value === '' || value === REDACTED || isPasswordHash(value)) return null
  if (looksLikePasswordHash(value)) {
    throw new UsageFailure('gateway.auth.password: resembles a scrypt hash, but is none this gateway would check')
  }
  const { text, names } = substituteVariables(value, {})
  return names.length === 0 ? text : null
}
