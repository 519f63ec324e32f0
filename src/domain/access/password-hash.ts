/**
 * A password as it may stand in a configuration: `$scrypt$ln=15,r=8,p=1$<salt>$<hash>`, the PHC string format with
 * unpadded standard base64. scrypt is RFC 7914.
 */
export interface PasswordHash {
  /** Binary logarithm of scrypt's N. */
  readonly ln: number
  /** Block size. */
  readonly r: number
  /** Parallelism. */
  readonly p: number
  /** Unpadded base64. */
  readonly salt: string
  readonly hash: string
}

const SHAPE = /^\$scrypt\$ln=([1-9]\d?),r=([1-9]\d?),p=([1-9]\d?)\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/

/** Costs that are worth something and that a gateway can afford: at most 256 MB for one password. */
const LIMITS = { ln: { least: 14, most: 17 }, r: { least: 1, most: 16 }, p: { least: 1, most: 4 } } as const

/**
 * Reads a hashed password; null when the text is none. What looks like a hash but asks for too much memory or offers too
 * little protection is none either, so that nobody's configuration can exhaust the gateway.
 */
export function parsePasswordHash(text: string): PasswordHash | null {
  const [, ln, r, p, salt, hash] = SHAPE.exec(text) ?? []
  if (salt === undefined || hash === undefined) return null
  const read: PasswordHash = { ln: Number(ln), r: Number(r), p: Number(p), salt, hash }
  return isWithin(read.ln, LIMITS.ln) && isWithin(read.r, LIMITS.r) && isWithin(read.p, LIMITS.p) ? read : null
}

/** Whether a configured password is a hash that can be checked, and not the password itself. */
export function isPasswordHash(text: string): boolean {
  return parsePasswordHash(text) !== null
}

/** Whether a text claims to be a scrypt hash, well made or not. No client can have it as a password by accident. */
export function looksLikePasswordHash(text: string): boolean {
  return text.startsWith('$scrypt$')
}

/** The text of a hashed password. */
export function formatPasswordHash({ ln, r, p, salt, hash }: PasswordHash): string {
  return `$scrypt$ln=${ln},r=${r},p=${p}$${salt}$${hash}`
}

function isWithin(value: number, { least, most }: { readonly least: number; readonly most: number }): boolean {
  return value >= least && value <= most
}
