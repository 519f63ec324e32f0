import { unavailable } from '../../domain/protocol/refusal.js'

/**
 * Stops queued and running work of a session and waits for its end.
 * Resolves with false when it still was active after `timeoutMs`.
 */
export type StopSession = (key: string, timeoutMs: number) => Promise<boolean>

/** How long a session may take to come to rest, in milliseconds. */
const REST_TIMEOUT_MS = 15_000

/** Brings a session to rest, or refuses to go on. */
export async function stopWork(key: string, stopSession: StopSession): Promise<void> {
  if (await stopSession(key, REST_TIMEOUT_MS)) return
  throw unavailable(`Session ${key} is still active; try again in a moment.`, { retryable: true })
}
