/** An address of a network interface of this host. */
export interface HostAddress {
  readonly address: string
  /** Whether only this host can reach it. */
  readonly isInternal: boolean
}

/**
 * The addresses under which others in the local network reach a gateway that listens on `hosts` (IP literals): none
 * when it listens for this host alone, all of the host when it listens on a wildcard. Link-local IPv6 is left out, as a
 * client can use it only with the name of its own interface.
 */
export function announcedAddresses(hosts: readonly string[], ofHost: readonly HostAddress[]): readonly string[] {
  const outside = ofHost.filter(({ address, isInternal }) => !isInternal && !/^fe[89ab]/i.test(address))
  const isReached = (address: string) =>
    hosts.includes(address) || hosts.includes('::') || (hosts.includes('0.0.0.0') && !address.includes(':'))
  return outside.map(({ address }) => address).filter(isReached)
}
