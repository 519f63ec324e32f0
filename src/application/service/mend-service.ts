import type { ServicePlan } from '../../domain/service/service-plan.js'
import { SupervisorFailure } from '../ports/supervisor.js'
import { installService } from './install-service.js'
import { restartService } from './restart-service.js'
import type { ProcessCalls, ServiceParts } from './service-parts.js'

/** What can be done about a service that is not as it should be. */
export type ServiceRepair = 'rewrite' | 'restart' | 'linger'

export interface MendServiceRequest {
  readonly repair: ServiceRepair
  readonly plan: ServicePlan
  /** Also drops what somebody added by hand; a copy is kept. */
  readonly isForced: boolean
  /** Why a gateway could not start as the service would start it; null = it could. */
  refusal(): Promise<string | null>
}

/**
 * Makes one repair and tells what was done. A service that is meant to run runs afterwards, one that is stopped stays
 * stopped, and none is ended that could not come up again.
 * @throws SupervisorFailure
 */
export async function mendService(
  request: MendServiceRequest,
  parts: ServiceParts,
  calls: ProcessCalls,
): Promise<'rewritten' | 'restarted' | 'lingers'> {
  const { supervisor } = parts
  if (request.repair === 'linger') {
    if (await supervisor.enableLinger()) return 'lingers'
    const { command } = await supervisor.linger()
    throw new SupervisorFailure('supervisor-refused', `we have not the right to do that: ${command}`)
  }
  const { status } = await supervisor.state()
  const isMeantToRun = status === 'running' || status === 'starting' || status === 'failed'
  if (isMeantToRun || request.repair === 'restart') await requireStart(request)
  if (request.repair === 'restart') {
    await restartService(parts, calls)
    return 'restarted'
  }
  await installService({ plan: request.plan, isForced: request.isForced, start: false, linger: false }, parts)
  // A gateway in the foreground has the place of the service.
  if (!isMeantToRun || (await parts.readLive())?.supervisor === 'foreground') return 'rewritten'
  await restartService(parts, calls)
  return 'restarted'
}

async function requireStart({ refusal }: MendServiceRequest): Promise<void> {
  const reason = await refusal()
  if (reason === null) return
  throw new SupervisorFailure('service-failed', `the gateway would not come up again: ${reason}`)
}
