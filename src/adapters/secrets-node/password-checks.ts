import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { looksLikePasswordHash, type PasswordHash, parsePasswordHash } from '../../domain/access/password-hash.js'
import { deriveKey } from './password-hash.js'
import { RecentValues } from './recent-values.js'

/** Each takes a thread and tens of megabytes, and the pool of threads also serves files and name look-ups. */
const AT_ONCE = 2
const REMEMBERED_HASHES = 16

/**
 * Compares passwords with what is configured. Whoever knew the password of a hash is known again quickly, by a keyed
 * digest that means nothing outside this process; a wrong password always costs the full price.
 */
export class PasswordChecks {
  readonly #key = randomBytes(32)
  /** Stored hash → digest of the password that matched it. */
  readonly #matched = new RecentValues<string, Buffer>(REMEMBERED_HASHES)
  readonly #waiting: (() => void)[] = []
  #running = 0

  matches(given: string, stored: string): boolean | Promise<boolean> {
    const digest = this.#digest(given)
    if (!looksLikePasswordHash(stored)) return timingSafeEqual(digest, this.#digest(stored))
    const known = this.#matched.get(stored)
    if (known !== undefined && timingSafeEqual(known, digest)) return true
    const hash = parsePasswordHash(stored)
    return hash === null ? false : this.#derived(given, hash, () => this.#matched.set(stored, digest))
  }

  async #derived(given: string, stored: PasswordHash, matched: () => void): Promise<boolean> {
    const expected = Buffer.from(stored.hash, 'base64')
    await this.#turn()
    try {
      const key = await deriveKey(given, Buffer.from(stored.salt, 'base64'), expected.length, stored)
      const isRight = timingSafeEqual(key, expected)
      if (isRight) matched()
      return isRight
    } finally {
      this.#next()
    }
  }

  async #turn(): Promise<void> {
    if (this.#running < AT_ONCE) this.#running += 1
    else await new Promise<void>((resolve) => this.#waiting.push(resolve))
  }

  /** Hands the place on, so that nobody who comes later can take it. */
  #next(): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#running -= 1
    else next()
  }

  #digest(text: string): Buffer {
    return createHmac('sha256', this.#key).update(text).digest()
  }
}
