import { setTimeout as pause } from 'node:timers/promises'

/** How long anything may take before a journey counts as stuck, in milliseconds. */
export const PATIENCE_MS = 20_000
const POLL_MS = 20

/**
 * Looks again and again until there is something to see. `null`, `undefined` and `false` count as nothing yet.
 * @param what completes the sentence "waited in vain for ..."
 */
export async function until<T>(
  what: string,
  look: () => T | Promise<T>,
  patienceMs = PATIENCE_MS,
): Promise<Exclude<T, null | undefined | false>> {
  const deadline = Date.now() + patienceMs
  for (;;) {
    const seen = await look()
    if (seen !== null && seen !== undefined && seen !== false) return seen as Exclude<T, null | undefined | false>
    if (Date.now() > deadline) throw new Error(`waited in vain for ${what}`)
    await pause(POLL_MS)
  }
}
