/** What becomes of a part that could not be sent. */
export type FailureCourse =
  /** It may go through later without anybody changing anything, or once an operator has mended the account. */
  | 'wait'
  /** Nobody knows; worth a few attempts. */
  | 'try'
  /** It will never go through as it is. */
  | 'give-up'

const COURSES: Readonly<Record<string, FailureCourse>> = {
  network: 'wait',
  'rate-limited': 'wait',
  stopped: 'wait',
  auth: 'wait',
  forbidden: 'give-up',
  'not-found': 'give-up',
  'too-large': 'give-up',
  unsupported: 'give-up',
  invalid: 'give-up',
}

/** An answer nobody got within this time is not worth reading any more. */
export const DELIVERY_KEPT_MS = 24 * 60 * 60 * 1000

/** By the code of a channel's failure; a code that no channel has is `try`. */
export function failureCourseOf(code: string): FailureCourse {
  return Object.hasOwn(COURSES, code) ? (COURSES[code] ?? 'try') : 'try'
}

export interface RetryRules {
  readonly attempts: number
  readonly minDelayMs: number
  readonly maxDelayMs: number
  /** Share of a wait that is random, 0..1. */
  readonly jitter: number
}

/**
 * Milliseconds to wait after the attempt of this number (from 1): doubled from attempt to attempt, and never shorter than
 * the network asked for.
 * @param random from 0 to below 1
 */
export function retryDelayMs(attempt: number, rules: RetryRules, random: number, retryAfterMs = 0): number {
  const { minDelayMs, maxDelayMs, jitter } = rules
  const plain = Math.min(maxDelayMs, minDelayMs * 2 ** Math.min(attempt - 1, 30))
  const spread = plain * jitter * (random * 2 - 1)
  return Math.max(1, Math.ceil(retryAfterMs), Math.round(Math.min(maxDelayMs, plain + spread)))
}
