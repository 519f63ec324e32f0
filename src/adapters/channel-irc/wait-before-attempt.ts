import type { ChannelFailureCode } from '../../application/ports/channel.js'

interface Waits {
  readonly firstMs: number
  readonly longestMs: number
}

const TROUBLE: Waits = { firstMs: 2_000, longestMs: 300_000 }
/** Servers ban those who knock without being let in. */
const CLOSED_DOOR: Waits = { firstMs: 300_000, longestMs: 3_600_000 }
const TOO_FAST: Waits = { firstMs: 60_000, longestMs: 900_000 }

/**
 * How long to wait before the next attempt, in milliseconds: twice as long each time, half of it by chance.
 * @param attempts how many have failed before
 * @param random 0..1
 */
export function waitBeforeAttempt(code: ChannelFailureCode, attempts: number, random: number): number {
  const { firstMs, longestMs } = waitsFor(code)
  const wait = Math.min(firstMs * 2 ** Math.min(attempts, 20), longestMs)
  return Math.round(wait / 2 + (wait / 2) * random)
}

function waitsFor(code: ChannelFailureCode): Waits {
  if (code === 'network') return TROUBLE
  return code === 'rate-limited' ? TOO_FAST : CLOSED_DOOR
}
