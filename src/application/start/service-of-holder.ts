import { isServiceName } from '../../domain/service/service-name.js'
import type { PortHolder } from '../ports/port-holder.js'
import type { RuntimeRecord } from '../ports/runtime-record.js'

export interface ServiceClues {
  /** Of the gateway that lives on our state directory. */
  readonly record: RuntimeRecord | null
  readonly isGateway: (holder: PortHolder) => Promise<boolean>
  /** The service this very process is; null = none. */
  readonly ownService: string | null
}

/**
 * The service of ours whose gateway listens; null when it is no gateway, nobody's service, or the one we are. What an agent
 * started belongs to the unit of its gateway as well and is none.
 */
export async function serviceOfHolder(holder: PortHolder, clues: ServiceClues): Promise<string | null> {
  const { record, isGateway, ownService } = clues
  const told = record !== null && record.pid === holder.pid && record.supervisor !== 'foreground' ? record.unit : null
  const service = told ?? (holder.unit !== null && isServiceName(holder.unit) ? holder.unit : null)
  return service !== null && service !== ownService && (await isGateway(holder)) ? service : null
}
