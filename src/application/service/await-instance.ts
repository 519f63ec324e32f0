import type { Clock } from '../ports/clock.js'
import type { RuntimeRecord } from '../ports/runtime-record.js'

const POLL_MS = 50

/**
 * Waits for a gateway that runs and is not the one before; null when none came in time.
 * @param notThis instance id of the one before
 */
export async function awaitInstance(
  parts: { readonly readLive: () => Promise<RuntimeRecord | null>; readonly clock: Clock },
  notThis: string | null,
  timeoutMs: number,
): Promise<RuntimeRecord | null> {
  const deadline = parts.clock.monotonic() + timeoutMs
  for (;;) {
    const record = await parts.readLive()
    if (record !== null && record.state === 'running' && record.instanceId !== notThis) return record
    if (parts.clock.monotonic() >= deadline) return null
    await pause(parts.clock, POLL_MS)
  }
}

/** Waits until the process of a record has ended; false when it did not in time. */
export async function awaitEnd(
  parts: { readonly readLive: () => Promise<RuntimeRecord | null>; readonly clock: Clock },
  pid: number,
  timeoutMs: number,
): Promise<boolean> {
  const deadline = parts.clock.monotonic() + timeoutMs
  while ((await parts.readLive())?.pid === pid) {
    if (parts.clock.monotonic() >= deadline) return false
    await pause(parts.clock, POLL_MS)
  }
  return true
}

function pause(clock: Clock, milliseconds: number): Promise<void> {
  return new Promise((resolve) => clock.after(milliseconds, resolve))
}
