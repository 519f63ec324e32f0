import type { Clock } from '../../ports/clock.js'
import type { Halt } from './halt.js'

/** Waits, but no longer than until the halt. */
export function pause(clock: Pick<Clock, 'after'>, delayMs: number, halt: Halt): Promise<void> {
  if (halt.isReached || delayMs <= 0) return Promise.resolve()
  return new Promise((resolve) => {
    const timer = clock.after(delayMs, () => end())
    const forget = halt.onReach(() => end())
    const end = () => {
      timer.cancel()
      forget()
      resolve()
    }
  })
}
