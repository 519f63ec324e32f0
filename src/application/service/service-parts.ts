import type { Clock } from '../ports/clock.js'
import type { RuntimeRecord } from '../ports/runtime-record.js'
import type { Supervisor } from '../ports/supervisor.js'

/** What the commands of the service work with. */
export interface ServiceParts {
  readonly supervisor: Supervisor
  /** What the running gateway of the state directory says about itself. */
  readonly readLive: () => Promise<RuntimeRecord | null>
  readonly clock: Clock
}

/** How a gateway that no supervisor knows is asked to end or to restart. */
export interface ProcessCalls {
  /** SIGTERM, to that very process. False = it is gone. */
  terminate(record: RuntimeRecord): boolean
  /** Has it restart in its process, as its own operator. False = it is gone. */
  restart(record: RuntimeRecord): Promise<boolean>
}
