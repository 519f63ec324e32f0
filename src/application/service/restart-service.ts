import type { RuntimeRecord } from '../ports/runtime-record.js'
import { SupervisorFailure } from '../ports/supervisor.js'
import { awaitInstance } from './await-instance.js'
import type { ProcessCalls, ServiceParts } from './service-parts.js'

/** A restart in process may have to keep its distance from the one before. */
const RESTART_MS = 60_000

export interface RestartOutcome {
  /** Null when none served at that moment. */
  readonly before: RuntimeRecord | null
  /** Whether anything was there to restart; also one that was just about to start or stop. */
  readonly wasUp: boolean
  readonly after: RuntimeRecord
  readonly durationMs: number
  readonly wasForeground: boolean
}

/**
 * Restarts the service, or has a gateway without one restart in its process, and waits until another instance serves.
 * Whoever asks while a restart is under way waits for that one.
 * @throws SupervisorFailure
 */
export async function restartService(parts: ServiceParts, calls: ProcessCalls): Promise<RestartOutcome> {
  const { supervisor, readLive, clock } = parts
  const startedAt = clock.monotonic()
  const [before, { status: statusBefore }] = await Promise.all([readLive(), supervisor.state()])
  const wasForeground = before?.supervisor === 'foreground'
  if (wasForeground) await calls.restart(before)
  else if (!(supervisor.kind === 'launchd' && isUnderWay(before))) await supervisor.restart()
  const notThis = before === null || isComing(before) ? null : before.instanceId
  const after = await awaitInstance(parts, notThis, RESTART_MS)
  if (after === null) {
    const { status, lastExit } = await supervisor.state()
    const how = lastExit === null ? '' : `, last exit ${lastExit.signal ?? lastExit.code}`
    throw new SupervisorFailure(
      'service-failed',
      `no new gateway serves after ${RESTART_MS / 1000} s (${status}${how})`,
      {
        hints: ['mayros gateway status', 'mayros logs --offline'],
      },
    )
  }
  const wasUp = before !== null || ['running', 'starting', 'stopping'].includes(statusBefore)
  return { before, wasUp, after, durationMs: Math.round(clock.monotonic() - startedAt), wasForeground }
}

/** Its record is already that of the instance that will serve. */
function isComing({ state }: RuntimeRecord): boolean {
  return state === 'starting' || state === 'restarting'
}

function isUnderWay(record: RuntimeRecord | null): boolean {
  return record !== null && (record.state === 'stopping' || record.state === 'starting')
}
