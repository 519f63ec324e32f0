import { BeaconFailure } from '../../../application/ports/beacons.js'
import { type AnnouncedGateway, gatewayOf } from '../../../domain/discovery/beacon.js'
import { messageOf } from '../../../domain/failure.js'
import type { CommandContext } from '../command-context.js'

/** What a look at the local network brought. */
export interface NetworkSight {
  readonly gateways: readonly AnnouncedGateway[]
  /** Why nobody could look; null = somebody looked. */
  readonly problem: string | null
}

/** Looks for gateways that announce themselves, for that many milliseconds. */
export async function lookAround(context: CommandContext, withinMs: number): Promise<NetworkSight> {
  const beacons = await context.deps.openBeacons(await context.environment())
  if (beacons === null) return { gateways: [], problem: 'MAYROS_DISABLE_MDNS is set' }
  try {
    return { gateways: (await beacons.find(withinMs)).map(gatewayOf), problem: null }
  } catch (thrown) {
    if (!(thrown instanceof BeaconFailure)) throw thrown
    return { gateways: [], problem: messageOf(thrown) }
  }
}
