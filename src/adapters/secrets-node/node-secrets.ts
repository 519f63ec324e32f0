import { createHash, createHmac, createPublicKey, type KeyObject, timingSafeEqual, verify } from 'node:crypto'
import type { Secrets } from '../../application/ports/secrets.js'
import { PasswordChecks } from './password-checks.js'
import { RecentValues } from './recent-values.js'

const KEY_BYTES = 32
const SIGNATURE_BYTES = 64
/** A PEM of such a key takes 113 characters; whatever is far longer is none. */
const LONGEST_KEY_TEXT = 512
const REMEMBERED_KEYS = 1024
const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/

interface PublicKey {
  readonly key: KeyObject
  readonly normalized: string
  readonly deviceId: string
}

/** Proofs of identity with Node's crypto. Keys seen lately are remembered, since reading one costs more than using it. */
export class NodeSecrets implements Secrets {
  readonly #known = new RecentValues<string, PublicKey>(REMEMBERED_KEYS)
  readonly #passwords = new PasswordChecks()

  /** Compares digests, so that not even the length of the expected secret shows in the time it takes. */
  equal(given: string, expected: string): boolean {
    return timingSafeEqual(sha256(given), sha256(expected))
  }

  hash(text: string): string {
    return sha256(text).toString('hex')
  }

  hmac(key: string, bytes: Uint8Array): string {
    return createHmac('sha256', key).update(bytes).digest('hex')
  }

  matchesPassword(given: string, stored: string): boolean | Promise<boolean> {
    return this.#passwords.matches(given, stored)
  }

  readPublicKey(publicKey: string): { readonly normalized: string; readonly deviceId: string } | null {
    const read = this.#read(publicKey)
    return read === null ? null : { normalized: read.normalized, deviceId: read.deviceId }
  }

  verify(publicKey: string, payload: string, signature: string): boolean {
    const read = this.#read(publicKey)
    const signed = decode(signature, SIGNATURE_BYTES)
    if (read === null || signed === null) return false
    return verify(null, Buffer.from(payload, 'utf8'), read.key, signed)
  }

  #read(publicKey: string): PublicKey | null {
    const known = this.#known.get(publicKey)
    if (known !== undefined) return known
    const read = readKey(publicKey)
    if (read !== null) this.#known.set(publicKey, read)
    return read
  }
}

function readKey(text: string): PublicKey | null {
  if (text.length > LONGEST_KEY_TEXT) return null
  const raw = text.includes('BEGIN') ? rawFromPem(text) : decode(text.trim(), KEY_BYTES)
  if (raw === null) return null
  const normalized = raw.toString('base64url')
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: normalized }, format: 'jwk' })
  return { key, normalized, deviceId: sha256(raw).toString('hex') }
}

function rawFromPem(pem: string): Buffer | null {
  if (!pem.includes('BEGIN PUBLIC KEY')) return null
  try {
    const { kty, crv, x } = createPublicKey(pem).export({ format: 'jwk' })
    return kty === 'OKP' && crv === 'Ed25519' && typeof x === 'string' ? Buffer.from(x, 'base64url') : null
  } catch {
    return null
  }
}

/** Exactly `bytes` bytes of base64url (standard base64 and padding tolerated), or null. */
function decode(text: string, bytes: number): Buffer | null {
  const longest = Math.ceil(bytes / 3) * 4
  if (text.length > longest || !BASE64.test(text)) return null
  const raw = Buffer.from(text, 'base64url')
  return raw.length === bytes ? raw : null
}

function sha256(data: string | Buffer): Buffer {
  return createHash('sha256').update(data).digest()
}
