import type { Guarantee } from '../kit/guarantee.js'

/** Everything `clockContract` checks, by number. */
export const CLOCK_GUARANTEES = {
  K1: {
    promise: 'monotonic() never runs backwards and moves as time passes',
    because: 'durations are measured by it while the wall clock is set',
  },
  K2: {
    promise: 'now() is wall-clock time in whole Unix milliseconds',
    because: 'it is stored, and shown to clients',
  },
  K3: {
    promise: 'a timer fires once, never synchronously, never before its time',
    because: 'whoever sets a timer has not finished its own work yet',
  },
  K4: {
    promise: 'a cancelled timer never fires, and cancelling again or late is harmless',
    because: 'what a timer was set for is often over before it fires',
  },
  K5: {
    promise: 'every() repeats until it is cancelled, also by its own action',
    because: 'a heartbeat may find that it was the last one',
  },
  K6: {
    promise: 'a delay longer than native timers can count does not fire at once',
    because: 'a task of next month must not run now',
  },
} as const satisfies Record<string, Guarantee>

/** A guarantee by its number. */
export type ClockGuaranteeId = keyof typeof CLOCK_GUARANTEES
