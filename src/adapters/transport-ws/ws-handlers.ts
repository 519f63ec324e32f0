import type { HttpEvents } from '../../application/ports/transport.js'
import { messageOf } from '../../domain/failure.js'

/** Calls a handler; `failed` learns of what it throws, also where the handler is asynchronous and rejects. */
export function callHandler(handler: () => unknown, failed: (thrown: unknown) => void): void {
  try {
    const outcome = handler()
    if (outcome instanceof Promise) outcome.catch(failed)
  } catch (thrown) {
    failed(thrown)
  }
}

/** Tells the events that one of their handlers threw; where even that throws, the process warns and lives on. */
export function tellFailed(events: HttpEvents, thrown: unknown): void {
  try {
    events.failed?.(thrown)
  } catch (again) {
    process.emitWarning(`a transport handler failed twice: ${messageOf(again)}`)
  }
}
