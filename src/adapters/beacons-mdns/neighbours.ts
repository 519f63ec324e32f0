import { BlockList } from 'node:net'
import { networkInterfaces } from 'node:os'

/**
 * The IPv4 networks that hang on these interfaces. Multicast DNS listens on all of the host: packets from anywhere else
 * are no business of it, or strangers could have it send answers to whom they like (RFC 6762, 11).
 * @param interfaces IPv4 addresses of interfaces
 */
export function neighboursOf(interfaces: readonly string[]): (address: string) => boolean {
  const networks = new BlockList()
  for (const entry of Object.values(networkInterfaces()).flatMap((entries) => entries ?? [])) {
    const [network, bits] = (entry.cidr ?? '').split('/')
    if (interfaces.includes(entry.address) && network !== undefined) networks.addSubnet(network, Number(bits), 'ipv4')
  }
  return (address) => networks.check(address, 'ipv4')
}
