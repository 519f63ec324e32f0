import type { Clock } from '../../application/ports/clock.js'

/** Waits for something, at most so long, and not beyond an abort. Leaves neither timer nor listener behind. */
export async function waitFor(
  event: Promise<void>,
  delayMs: number,
  clock: Clock,
  signal: AbortSignal,
): Promise<'happened' | 'late' | 'aborted'> {
  if (signal.aborted) return 'aborted'
  let stopWaiting = (): void => undefined
  const interruption = new Promise<'late' | 'aborted'>((resolve) => {
    const timer = clock.after(delayMs, () => resolve('late'))
    const abort = () => resolve('aborted')
    signal.addEventListener('abort', abort, { once: true })
    stopWaiting = () => {
      timer.cancel()
      signal.removeEventListener('abort', abort)
    }
  })
  try {
    return await Promise.race([event.then(() => 'happened' as const), interruption])
  } finally {
    stopWaiting()
  }
}
