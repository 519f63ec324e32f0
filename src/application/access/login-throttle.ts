import { type AttemptRules, Attempts } from '../../domain/access/attempts.js'
import type { CredentialKind } from '../../domain/access/credential-kind.js'
import { messageOf } from '../../domain/failure.js'
import type { Addresses, AddressSet } from '../ports/addresses.js'
import type { Clock, Timer } from '../ports/clock.js'
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
/** At most one save in this time: a flood must not wear out the disk. */
const SAVE_PAUSE_MS = 1_000

/**
 * Slows down whoever guesses credentials: too many failures lock the household out for that kind of credential, also
 * over a restart. Ask `waitMs` before a credential is looked at, and tell afterwards how it ended.
 */
export class LoginThrottle {
  readonly #rules: () => ThrottleRules
  readonly #parts: ThrottleParts
  readonly #attempts: Attempts
  readonly #loopback: AddressSet
  /** What the document says, as far as known; null = nothing. */
  #savedText: string | null = null
  /** Saves under way, or the pause behind the last. */
  #saving: Promise<void> | null = null
  #pause: { readonly timer: Timer; readonly end: () => void } | null = null
  #isUnsaved = false
  #isOpen = false
  #hasComplained = false

  constructor(rules: () => ThrottleRules, parts: ThrottleParts) {
    this.#rules = rules
    this.#parts = parts
    this.#attempts = new Attempts(rules)
    this.#loopback = parts.addresses.networks(LOOPBACK)
  }

  /** How many pairs of kind and household are remembered; bounded. */
  get size(): number {
    return this.#attempts.size
  }

  /** Takes over the locks of the run before. What cannot be read is left, and said in the log. */
  async open(): Promise<void> {
    const { clock, document, log } = this.#parts
    this.#isOpen = true
    const text = await this.#read()
    if (text === null) return
    this.#savedText = text
    const locks = locksOfText(text)
    if (locks === null) log.warn('saved lockouts are damaged, starting without', { path: document.location })
    else this.#attempts.restore(locks, clock.now())
  }

  /** Saves what is not saved. Nothing is saved from then on. */
  async close(): Promise<void> {
    if (!this.#isOpen) return
    this.#isOpen = false
    this.#pause?.end()
    await this.#saving
    await this.#save()
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
    if (lockedForMs !== null) this.#saveSoon()
    return lockedForMs
  }

  succeeded(kind: CredentialKind, address: string): void {
    const household = this.#household(address)
    if (household !== null && this.#attempts.succeeded(kind, household)) this.#saveSoon()
  }

  /** Null for callers that are exempt. The address of a unix socket is empty. */
  #household(address: string): string | null {
    const isOnThisMachine = address === '' || this.#loopback.has(address)
    if (isOnThisMachine && this.#rules().exemptLoopback) return null
    return this.#parts.addresses.household(address)
  }

  async #read(): Promise<string | null> {
    const { document, log } = this.#parts
    try {
      return await document.read()
    } catch (thrown) {
      log.warn('saved lockouts cannot be read, starting without', { path: document.location, error: messageOf(thrown) })
      return null
    }
  }

  /** At once, or behind the save and the pause that are under way. */
  #saveSoon(): void {
    this.#isUnsaved = true
    if (!this.#isOpen || this.#saving !== null) return
    this.#saving = this.#saveAll()
  }

  async #saveAll(): Promise<void> {
    while (this.#isUnsaved && this.#isOpen) {
      this.#isUnsaved = false
      await this.#save()
      if (this.#isOpen) await this.#rest()
    }
    this.#saving = null
  }

  #rest(): Promise<void> {
    return new Promise<void>((resolve) => {
      const end = () => {
        this.#pause?.timer.cancel()
        this.#pause = null
        resolve()
      }
      this.#pause = { timer: this.#parts.clock.after(SAVE_PAUSE_MS, end), end }
    })
  }

  /** Never rejects. Of several failures in a row only the first is told. */
  async #save(): Promise<void> {
    const { clock, document, log } = this.#parts
    const locks = this.#attempts.locks(clock.now())
    const text = textOfLocks(locks)
    if (text === this.#savedText || (locks.length === 0 && this.#savedText === null)) return
    try {
      await document.write(text)
      this.#savedText = text
      this.#hasComplained = false
    } catch (thrown) {
      if (!this.#hasComplained) {
        log.error('lockouts cannot be saved', { path: document.location, error: messageOf(thrown) })
      }
      this.#hasComplained = true
    }
  }
}
