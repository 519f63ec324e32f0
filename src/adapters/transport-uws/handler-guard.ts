import type { HttpEvents } from '../../application/ports/transport.js'
import { messageOf } from '../../domain/failure.js'

/** Tells the log about a handler that threw. Never throws itself. */
export function tellFailed(events: HttpEvents | undefined, thrown: unknown): void {
  try {
    events?.failed?.(thrown)
  } catch (second) {
    process.emitWarning(`the handler for failures failed: ${messageOf(second)}`)
  }
}

/**
 * Calls a handler so that nothing it throws, now or as a rejected promise it was not supposed to return, reaches the
 * engine: there it would end the process.
 */
export function guarded(call: () => unknown, failed: (thrown: unknown) => void): void {
  try {
    const outcome = call()
    if (outcome instanceof Promise) outcome.catch(failed)
  } catch (thrown) {
    failed(thrown)
  }
}
