/** Why a key of a provider is left alone for a while. */
export type CooldownReason = 'rate-limit' | 'overloaded' | 'timeout' | 'auth' | 'billing'

/** A key of a provider that failed. */
export interface Cooldown {
  readonly reason: CooldownReason
  /** Failures for this reason in a row. */
  readonly failures: number
  /** Unix milliseconds of the failure that counted last. */
  readonly since: number
  /** Unix milliseconds from which on it is asked again. */
  readonly until: number
}

/** One attempt that failed. */
export interface FailedAttempt {
  readonly code: string
  /** Unix milliseconds. */
  readonly startedAt: number
  readonly failedAt: number
  /** What the provider itself asked for. */
  readonly retryAfterMs?: number | undefined
}

const MINUTE = 60_000
const HOUR = 60 * MINUTE
/** No provider keeps us waiting for longer, whatever it says. */
export const LONGEST_COOLDOWN_MS = 24 * HOUR
/** After this time in peace a failure counts as the first one. */
const FORGOTTEN_MS = 24 * HOUR

/** The first wait, by what it grows with every failure, and the longest. */
const WAITS: Readonly<Record<CooldownReason, { first: number; factor: number; longest: number }>> = {
  'rate-limit': { first: MINUTE, factor: 5, longest: HOUR },
  overloaded: { first: MINUTE, factor: 5, longest: HOUR },
  timeout: { first: MINUTE, factor: 5, longest: HOUR },
  auth: { first: HOUR, factor: 1, longest: HOUR },
  billing: { first: 5 * HOUR, factor: 2, longest: LONGEST_COOLDOWN_MS },
}

/** Whether a failure says something about the provider or the key, and not about the request or the network. */
export function isCooldownReason(code: string): code is CooldownReason {
  return Object.hasOwn(WAITS, code)
}

/**
 * What a failure makes of a key. Failures of attempts that were under way when an earlier one put the key aside are the
 * same trouble: they lengthen the wait if they ask for more, but do not count again. A wait never becomes shorter.
 */
export function afterFailure(before: Cooldown | undefined, attempt: FailedAttempt): Cooldown | undefined {
  const { code, startedAt, failedAt, retryAfterMs } = attempt
  if (!isCooldownReason(code)) return before
  if (before !== undefined && startedAt < before.since) {
    const failures = before.reason === code ? before.failures : 1
    return { ...before, until: Math.max(before.until, failedAt + waitAfter(code, failures, retryAfterMs)) }
  }
  const isNext = before !== undefined && before.reason === code && failedAt - before.until <= FORGOTTEN_MS
  const failures = isNext ? before.failures + 1 : 1
  const until = Math.max(before?.until ?? 0, failedAt + waitAfter(code, failures, retryAfterMs))
  return { reason: code, failures, since: failedAt, until }
}

/** What a success makes of a key; one that began before the trouble says nothing about its end. */
export function afterSuccess(before: Cooldown | undefined, startedAt: number): Cooldown | undefined {
  return before !== undefined && startedAt < before.since ? before : undefined
}

/** What a new configuration makes of a key: it may be another key, or another account. */
export function afterNewConfig(before: Cooldown): Cooldown | undefined {
  return before.reason === 'auth' || before.reason === 'billing' ? undefined : before
}

export function isCooling(cooldown: Cooldown | undefined, now: number): cooldown is Cooldown {
  return cooldown !== undefined && now < cooldown.until
}

/** A provider that says when to come back is believed; if it was wrong before, it gets the wait of one failure less. */
function waitAfter(reason: CooldownReason, failures: number, retryAfterMs: number | undefined): number {
  if (retryAfterMs === undefined) return backoff(reason, failures)
  const least = failures > 1 ? backoff(reason, failures - 1) : 0
  return Math.min(LONGEST_COOLDOWN_MS, Math.max(retryAfterMs, least))
}

function backoff(reason: CooldownReason, failures: number): number {
  const { first, factor, longest } = WAITS[reason]
  return Math.min(longest, first * factor ** (failures - 1))
}
