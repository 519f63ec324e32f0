/** How far gateways of one host keep apart by habit: room for what an operator puts beside each of them. */
const STEP = 20
const HIGHEST = 65_535

/**
 * A port for one more gateway on a host: the usual one where nobody has it, else the next one that is not taken.
 * @param taken ports that other gateways of this host are configured for, or listen on
 */
export function freeGatewayPort(usual: number, taken: ReadonlySet<number>): number {
  for (let port = usual; port <= HIGHEST; port += STEP) if (!taken.has(port)) return port
  return usual
}
