import type { PortHolder } from '../ports/port-holder.js'
import type { RuntimeRecord } from '../ports/runtime-record.js'

/** `mayros gateway`, `node /opt/mayros/dist/bin/mayros.js --dev gateway run --port 1`. */
const GATEWAY_COMMAND = /(^|[\s/\\])mayros(\.[cm]?js)?(\s.*)?\sgateway(\s|$)/

export interface GatewayClues {
  readonly record: RuntimeRecord | null
  /** Asks the address itself, for a fraction of a second, whether it speaks our protocol. */
  readonly probe: (address: string) => Promise<boolean>
}

/** Whether a listener is a gateway: by the runtime record, then by its command line, then by asking it. */
export async function recogniseGateway(holder: PortHolder, clues: GatewayClues): Promise<boolean> {
  if (holder.pid !== null && clues.record?.pid === holder.pid) return true
  return GATEWAY_COMMAND.test(holder.command) || clues.probe(holder.address)
}
