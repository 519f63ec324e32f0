import { printable } from '../../../domain/log/printable.js'
import type { CommandContext } from '../command-context.js'
import { exitCodes } from '../exit-codes.js'
import { table } from '../render/words.js'
import { lookAround, type NetworkSight } from '../target/look-around.js'

export interface DiscoverFlags {
  readonly timeout?: number
}

const TIMEOUT_MS = 2_000

/** `mayros gateway discover`: who announces itself in the local network. What they say is not authenticated. */
export async function gatewayDiscover(context: CommandContext, flags: DiscoverFlags): Promise<number> {
  const sight = await lookAround(context, flags.timeout ?? TIMEOUT_MS)
  if (sight.problem !== null) context.note(`cannot look for gateways in the local network: ${sight.problem}`)
  if (context.json) context.printJson({ beacons: sight.gateways })
  else context.print(linesOf(sight))
  return exitCodes.ok
}

function linesOf({ gateways, problem }: NetworkSight): string[] {
  if (gateways.length === 0) return problem === null ? ['no gateway announces itself in the local network'] : []
  return table(
    gateways.map(({ name, host, url, tlsFingerprint, role }) =>
      [name, host, url, role ?? '-', tlsFingerprint ?? '-'].map(printable),
    ),
  )
}
