import { messageOf } from '../../domain/failure.js'
import type { Clock } from '../ports/clock.js'
import { ConfigFailure, type ConfigReading, type ConfigSource } from '../ports/config-source.js'

/** How long an editor may take to finish a file that was found half-written. */
const HALF_WRITTEN_MS = 200
/** How long an editor may take between removing a file and putting the new one in its place; waited for twice. */
const GONE_MS = 150
const GONE_ATTEMPTS = 2

/** What a reading says once nobody is in the middle of writing. `gone`: there is no file, or none that can be read. */
export type SettledReading =
  | { readonly kind: 'read'; readonly reading: ConfigReading }
  | { readonly kind: 'gone'; readonly reason: string }

/**
 * Reads a configuration that may be in the middle of being saved: looks again before it believes that a file is broken
 * or gone. Rejects only with what no source may throw.
 * @param isExpected whether there was a file before; where there never was one, its absence is no news
 */
export async function readSettled(source: ConfigSource, clock: Clock, isExpected = true): Promise<SettledReading> {
  let found = await attempt(source)
  for (let again = 0; again < GONE_ATTEMPTS && isGone(found, isExpected); again++) {
    await pause(clock, GONE_MS)
    found = await attempt(source)
  }
  if (isHalfWritten(found)) {
    await pause(clock, HALF_WRITTEN_MS)
    found = await attempt(source)
  }
  if (found.kind === 'gone') return found
  return isGone(found, isExpected) ? { kind: 'gone', reason: 'config file is gone' } : found
}

async function attempt(source: ConfigSource): Promise<SettledReading> {
  try {
    return { kind: 'read', reading: await source.read() }
  } catch (thrown) {
    if (!(thrown instanceof ConfigFailure)) throw thrown
    return { kind: 'gone', reason: `config file cannot be read (${messageOf(thrown)})` }
  }
}

function isGone(found: SettledReading, isExpected: boolean): boolean {
  return found.kind === 'gone' || (isExpected && !found.reading.exists)
}

/** An included file may be in the middle of being saved as well, or of being replaced. */
function isHalfWritten(found: SettledReading): boolean {
  return (
    found.kind === 'read' &&
    found.reading.problems.some(({ code }) => code === 'parse_error' || code === 'include_error')
  )
}

function pause(clock: Clock, milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    clock.after(milliseconds, resolve)
  })
}
