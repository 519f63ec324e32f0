import type { Clock } from '../../application/ports/clock.js'

/**
 * How long a stream waits for the first sign of the model before it begins, in milliseconds. What fails within this time
 * is told by the status, after which clients know how to ask again.
 */
const FIRST_SIGN_MS = 2000

/** The end, when it comes before anything else and soon. */
export async function soonOf<T>(ended: Promise<T>, stirred: Promise<void>, clock: Clock): Promise<T | null> {
  let cancel: () => void = () => undefined
  const waited = new Promise<null>((resolve) => {
    const timer = clock.after(FIRST_SIGN_MS, () => resolve(null))
    cancel = () => timer.cancel()
  })
  const first = await Promise.race([ended, stirred.then(() => null), waited])
  cancel()
  return first
}
