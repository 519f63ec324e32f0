import { Chain, type ChainLink } from './chain.js'
import type { CredentialKind } from './credential-kind.js'

/** When somebody has failed too often. Read anew at each use. */
export interface AttemptRules {
  /** So many failures within the window lock. At least 1. */
  readonly maxAttempts: number
  readonly windowMs: number
  /** 0 = failures are counted, nobody is ever locked. */
  readonly lockoutMs: number
}

/** Somebody who may not try. */
export interface Lock {
  readonly kind: CredentialKind
  readonly household: string
  /** Unix milliseconds at which it ends. */
  readonly until: number
}

export interface AttemptLimits {
  /** So many pairs of kind and household are remembered at most; default 10 000. */
  readonly maxRecords?: number
}

const MAX_RECORDS = 10_000
/** Times of failures that are remembered in all, per record; what is configured by default never needs more. */
const FAILURES_PER_RECORD = 10
/** Longer than any household of an address. Longer names share a record when they begin alike. */
const MAX_HOUSEHOLD_LENGTH = 64

/** All that is known of one kind and household: recent failures, or a lock. */
interface Attempt extends ChainLink<Attempt> {
  readonly key: string
  readonly kind: CredentialKind
  readonly household: string
  /** Own time of each failure that may still count, oldest first; empty while locked. */
  readonly failures: number[]
  /** Own time. Null = not locked. */
  lockedUntil: number | null
}

/**
 * Counts failed attempts per kind of credential and household within a sliding window, and locks out whoever fails too
 * often. Time is passed in (Unix milliseconds). It is kept as own time, which never runs backwards: a wall clock that is
 * set back cannot lengthen a lock.
 *
 * Memory is bounded. Where a newcomer finds no room, whoever failed least recently is forgotten; where all are locked,
 * the lock that ends first is.
 */
export class Attempts {
  readonly #rules: () => AttemptRules
  readonly #maxRecords: number
  readonly #records = new Map<string, Attempt>()
  /** Not locked, by latest failure. */
  readonly #open = new Chain<Attempt>()
  /** Locked, by end. */
  readonly #locked = new Chain<Attempt>()
  #failureCount = 0
  #lastNow = Number.NEGATIVE_INFINITY
  /** How far the clock was set back so far. */
  #setBackMs = 0

  constructor(rules: () => AttemptRules, { maxRecords = MAX_RECORDS }: AttemptLimits = {}) {
    this.#rules = rules
    this.#maxRecords = maxRecords
  }

  /** How many pairs of kind and household are remembered. */
  get size(): number {
    return this.#records.size
  }

  /** How many times of failures are kept, over all records. */
  get failureCount(): number {
    return this.#failureCount
  }

  /** How long somebody must not try, in milliseconds; 0 = may try now. */
  waitMs(kind: CredentialKind, household: string, now: number): number {
    const time = this.#timeAt(now)
    const record = this.#records.get(keyOf(kind, household))
    return record?.lockedUntil == null ? 0 : Math.max(0, record.lockedUntil - time)
  }

  /**
   * Notes a failure. One that ends while its household is locked already, because it began before, changes nothing.
   * @returns the length of the lock when this failure locked, else null
   */
  failed(kind: CredentialKind, household: string, now: number): { readonly lockedForMs: number | null } {
    const { maxAttempts, windowMs, lockoutMs } = this.#rules()
    const time = this.#timeAt(now)
    this.#forgetOld(time, windowMs)
    const known = this.#records.get(keyOf(kind, household))
    if (known !== undefined && known.lockedUntil !== null) return { lockedForMs: null }
    if (known !== undefined) this.#open.remove(known)
    const record = known ?? this.#newcomer(kind, household)
    this.#dropFailures(record, countOutside(record.failures, time, windowMs))
    record.failures.push(time)
    this.#failureCount += 1
    if (lockoutMs > 0 && record.failures.length >= maxAttempts) {
      this.#lock(record, time + lockoutMs)
      return { lockedForMs: lockoutMs }
    }
    // Where nobody is ever locked, no more is kept than a lock would need.
    this.#dropFailures(record, record.failures.length - maxAttempts)
    this.#open.add(record)
    this.#forgetSurplus(record)
    return { lockedForMs: null }
  }

  /** Forgets all failures. @returns whether that lifted a lock */
  succeeded(kind: CredentialKind, household: string): boolean {
    const record = this.#records.get(keyOf(kind, household))
    if (record === undefined) return false
    this.#forget(record)
    return record.lockedUntil !== null
  }

  /** Every lock that has not ended, the one that ends first in front. */
  locks(now: number): readonly Lock[] {
    const time = this.#timeAt(now)
    const locks: Lock[] = []
    for (const { kind, household, lockedUntil } of this.#locked) {
      if (lockedUntil === null || lockedUntil <= time) continue
      locks.push({ kind, household, until: lockedUntil - this.#setBackMs })
    }
    return locks
  }

  /**
   * Puts back what `locks` told, perhaps another process. None lasts longer than a new lock would by the rules of now:
   * the clock may have been set back in between.
   */
  restore(locks: readonly Lock[], now: number): void {
    const { lockoutMs } = this.#rules()
    const time = this.#timeAt(now)
    for (const { kind, household, until } of locks.toSorted((one, other) => one.until - other.until)) {
      const leftMs = Math.min(until - now, lockoutMs)
      if (!(leftMs > 0)) continue
      const known = this.#records.get(keyOf(kind, household))
      if (known?.lockedUntil != null && known.lockedUntil >= time + leftMs) continue
      if (known !== undefined) this.#forget(known)
      this.#lock(this.#newcomer(kind, household), time + leftMs)
    }
  }

  #timeAt(now: number): number {
    if (now < this.#lastNow) this.#setBackMs += this.#lastNow - now
    this.#lastNow = now
    return now + this.#setBackMs
  }

  /**
   * Takes a record that stands in no chain. Walks only past locks that end later: there are none, unless the rules have
   * made locks shorter since.
   */
  #lock(record: Attempt, until: number): void {
    this.#dropFailures(record, record.failures.length)
    record.lockedUntil = until
    this.#locked.add(record, (other) => (other.lockedUntil ?? 0) <= until)
  }

  /** A record that stands in no chain yet. */
  #newcomer(kind: CredentialKind, household: string): Attempt {
    if (this.#records.size >= this.#maxRecords) this.#forgetLeast()
    const key = keyOf(kind, household)
    const name = household.slice(0, MAX_HOUSEHOLD_LENGTH)
    const record: Attempt = { key, kind, household: name, failures: [], lockedUntil: null, before: null, after: null }
    this.#records.set(key, record)
    return record
  }

  #forgetLeast(): void {
    const least = this.#open.first ?? this.#locked.first
    if (least !== null) this.#forget(least)
  }

  /** Everything that cannot matter any more. Both chains have it in front. */
  #forgetOld(time: number, windowMs: number): void {
    for (let lock = this.#locked.first; lock !== null && hasEnded(lock, time); lock = this.#locked.first) {
      this.#forget(lock)
    }
    for (let quiet = this.#open.first; quiet !== null; quiet = this.#open.first) {
      if (time - (quiet.failures.at(-1) ?? 0) < windowMs) return
      this.#forget(quiet)
    }
  }

  /** Many failures of few weigh as much as few failures of many. */
  #forgetSurplus(newest: Attempt): void {
    const most = this.#maxRecords * FAILURES_PER_RECORD
    for (let least = this.#open.first; this.#failureCount > most && least !== newest; least = this.#open.first) {
      if (least === null) return
      this.#forget(least)
    }
  }

  #dropFailures(record: Attempt, howMany: number): void {
    if (howMany <= 0) return
    record.failures.splice(0, howMany)
    this.#failureCount -= howMany
  }

  /** Leaves `lockedUntil` as it was. */
  #forget(record: Attempt): void {
    this.#failureCount -= record.failures.length
    const chain = record.lockedUntil === null ? this.#open : this.#locked
    chain.remove(record)
    this.#records.delete(record.key)
  }
}

function hasEnded({ lockedUntil }: Attempt, time: number): boolean {
  return lockedUntil !== null && lockedUntil <= time
}

/** How many times at the front lie outside of the window. */
function countOutside(times: readonly number[], time: number, windowMs: number): number {
  const firstInside = times.findIndex((at) => time - at < windowMs)
  return firstInside === -1 ? times.length : firstInside
}

function keyOf(kind: CredentialKind, household: string): string {
  return `${kind} ${household.slice(0, MAX_HOUSEHOLD_LENGTH)}`
}
