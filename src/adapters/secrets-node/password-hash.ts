import { randomBytes, scrypt } from 'node:crypto'
import { formatPasswordHash, type PasswordHash } from '../../domain/access/password-hash.js'

/** Takes 32 MB and about a tenth of a second; the cost stands in the text, so that it can rise without new passwords. */
const COST = { ln: 15, r: 8, p: 1 } as const
const SALT_BYTES = 16
const HASH_BYTES = 32

/** The text to keep instead of a password. Two calls never give the same one. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES)
  const derived = await deriveKey(password, salt, HASH_BYTES, COST)
  return formatPasswordHash({ ...COST, salt: unpadded(salt), hash: unpadded(derived) })
}

/** scrypt (RFC 7914) off the main thread. @param length of the key in bytes */
export function deriveKey(
  password: string,
  salt: Buffer,
  length: number,
  { ln, r, p }: Pick<PasswordHash, 'ln' | 'r' | 'p'>,
): Promise<Buffer> {
  const N = 2 ** ln
  const maxmem = 128 * r * (N + p + 2)
  return new Promise((resolve, reject) => {
    scrypt(password, salt, length, { N, r, p, maxmem }, (error, key) => (error === null ? resolve(key) : reject(error)))
  })
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '')
}
