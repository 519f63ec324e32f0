import { type AttemptRules, Attempts } from '../../domain/access/attempts.js'
import type { CredentialKind } from '../../domain/access/credential-kind.js'
import { PacedDocument } from '../documents/paced-document.js'
import type { Addresses, AddressSet } from '../ports/addresses.js'
import type { Clock } from '../ports/clock.js'
import type { Document } from '../ports/document.js'
import type { Log } from '../ports/log.js'
import { locksOfText, textOfLocks } from './saved-locks.js'

export interface ThrottleRules extends AttemptRules {
  /** Whether callers on this machine may try as often as they like. */
  readonly exemptLoopback: boolean
}

export interface ThrottleParts {
  readonly addresses: Addresses
  readonly clock: Clock
  /** Keeps locks over restarts. */
  readonly document: Document
  readonly log: Log
}

const LOOPBACK = ['127.0.0.0/8', '::1']

/**
 * Slows down whoever guesses credentials: too many failures lock the household out for that kind of credential, also
 * over a restart. Ask `waitMs` before a credential is looked at, and tell afterwards how it ended.
 */
export class LoginThrottle {
  readonly #rules: () => ThrottleRules
  readonly #parts: ThrottleParts
  readonly #attempts: Attempts
  readonly #loopback: AddressSet
  readonly #kept: PacedDocument

  constructor(rules: () => ThrottleRules, parts: ThrottleParts) {
    this.#rules = rules
    this.#parts = parts
    this.#attempts = new Attempts(rules)
    this.#loopback = parts.addresses.networks(LOOPBACK)
    const textNow = (): string => textOfLocks(this.#attempts.locks(parts.clock.now()))
    this.#kept = new PacedDocument(parts, 'lockouts', textNow, textOfLocks([]))
  }

  /** How many pairs of kind and household are remembered; bounded. */
  get size(): number {
    return this.#attempts.size
  }

  /** Takes over the locks of the run before. What cannot be read is left, and said in the log. */
  async open(): Promise<void> {
    const text = await this.#kept.open()
    if (text === null) return
    const locks = locksOfText(text)
    if (locks === null) this.#kept.isDamaged()
    else this.#attempts.restore(locks, this.#parts.clock.now())
  }

  /** Saves what is not saved. Nothing is saved from then on. */
  close(): Promise<void> {
    return this.#kept.close()
  }

  /** How long a caller must wait before it may try, in milliseconds; 0 = may try now. */
  waitMs(kind: CredentialKind, address: string): number {
    const household = this.#household(address)
    return household === null ? 0 : this.#attempts.waitMs(kind, household, this.#parts.clock.now())
  }

  /** @returns the length of the lockout in milliseconds when this failure caused it, else null */
  failed(kind: CredentialKind, address: string): number | null {
    const household = this.#household(address)
    if (household === null) return null
    const { lockedForMs } = this.#attempts.failed(kind, household, this.#parts.clock.now())
    if (lockedForMs !== null) this.#kept.saveSoon()
    return lockedForMs
  }

  succeeded(kind: CredentialKind, address: string): void {
    const household = this.#household(address)
    if (household !== null && this.#attempts.succeeded(kind, household)) this.#kept.saveSoon()
  }

  /** Null for callers that are exempt. The address of a unix socket is empty. */
  #household(address: string): string | null {
    const isOnThisMachine = address === '' || this.#loopback.has(address)
    if (isOnThisMachine && this.#rules().exemptLoopback) return null
    return this.#parts.addresses.household(address)
  }
}
