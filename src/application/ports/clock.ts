/*
 * Time, as the core sees it. Called by every use case that waits, measures or stamps.
 * Promises: `now` never needs I/O; a timer fires once, never before its time, never after `cancel`.
 * May refuse nothing. Must never fire synchronously inside `after`.
 */

/** A timer that has been set. */
export interface Timer {
  /** Safe to call at any time, also after it fired. */
  cancel(): void
}

export interface Clock {
  /** Wall-clock time in Unix milliseconds. */
  now(): number
  /** Milliseconds from an arbitrary start that never run backwards, for measuring. */
  monotonic(): number
  /** Calls `action` once after `delayMs` milliseconds. Does not keep the process alive by itself. */
  after(delayMs: number, action: () => void): Timer
  /** Calls `action` every `periodMs` milliseconds until cancelled. Does not keep the process alive by itself. */
  every(periodMs: number, action: () => void): Timer
}
