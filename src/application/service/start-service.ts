import type { RuntimeRecord } from '../ports/runtime-record.js'
import { SupervisorFailure } from '../ports/supervisor.js'
import { awaitInstance } from './await-instance.js'
import type { ServiceParts } from './service-parts.js'

/** How long a gateway may take until it serves, in milliseconds. */
export const START_MS = 20_000

export interface StartOutcome {
  readonly result: 'started' | 'already-running'
  readonly record: RuntimeRecord | null
}

/**
 * Starts the installed service and waits until its gateway serves.
 * @throws SupervisorFailure
 */
export async function startService(parts: ServiceParts): Promise<StartOutcome> {
  const { supervisor } = parts
  const unavailable = await supervisor.unavailable()
  if (unavailable !== null) throw unavailable
  const { status } = await supervisor.state()
  const live = await parts.readLive()
  if (status === 'running' && live?.state === 'running') return { result: 'already-running', record: live }
  if (live !== null && live.supervisor === 'foreground' && (await supervisor.installed()) !== null) {
    throw new SupervisorFailure('service-failed', `a gateway runs in the foreground already (pid ${live.pid})`, {
      hints: ['mayros gateway stop'],
    })
  }
  await supervisor.start()
  return { result: status === 'running' ? 'already-running' : 'started', record: await served(parts) }
}

/** @throws SupervisorFailure `service-failed` */
export async function served(parts: ServiceParts): Promise<RuntimeRecord> {
  const record = await awaitInstance(parts, null, START_MS)
  if (record !== null) return record
  throw new SupervisorFailure('service-failed', `${parts.supervisor.name} runs, but its gateway does not serve`, {
    hints: ['mayros gateway status', 'mayros logs --offline'],
  })
}
