import { awaitEnd } from './await-instance.js'
import type { ProcessCalls, ServiceParts } from './service-parts.js'

/** A gateway takes up to 5 s to stop. */
const STOP_MS = 10_000

export interface StopOutcome {
  readonly result: 'stopped' | 'already-stopped' | 'still-there'
  /** Of the process that was asked. */
  readonly pid: number | null
  /** It was no service, but a gateway in the foreground or a container. */
  readonly wasForeground: boolean
}

/**
 * Stops the service; where there is none, the gateway that runs on the state directory. It stays down until somebody
 * starts it, logs in or boots.
 * @throws SupervisorFailure
 */
export async function stopService(parts: ServiceParts, calls: ProcessCalls): Promise<StopOutcome> {
  const { supervisor, readLive } = parts
  const live = await readLive()
  const isForeground = live?.supervisor === 'foreground'
  if (!isForeground && (await supervisor.stop())) {
    return { result: 'stopped', pid: live?.pid ?? null, wasForeground: false }
  }
  const left = await readLive()
  if (left === null) return { result: 'already-stopped', pid: null, wasForeground: false }
  calls.terminate(left)
  const isOver = await awaitEnd(parts, left.pid, STOP_MS)
  return { result: isOver ? 'stopped' : 'still-there', pid: left.pid, wasForeground: true }
}
