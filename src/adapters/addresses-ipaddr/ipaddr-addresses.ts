import ipaddr from 'ipaddr.js'
import type { Addresses, AddressSet } from '../../application/ports/addresses.js'
import { NetworkSet } from './network-set.js'
import { isIpv4, parseAddress } from './parse-address.js'

const HOUSEHOLD_BITS = 64
const GROUP_BITS = 16

/** Reads addresses with the ipaddr.js library, which is lenient by itself: here four plain numbers are the only IPv4. */
export class IpaddrAddresses implements Addresses {
  normalise(text: string): string | null {
    // There is one way only to write those, and most callers bring one.
    if (isIpv4(text)) return text
    return parseAddress(text)?.toString() ?? null
  }

  household(address: string): string {
    const parsed = parseAddress(address)
    if (parsed === null) return address
    if (parsed instanceof ipaddr.IPv4) return parsed.toString()
    const kept = HOUSEHOLD_BITS / GROUP_BITS
    const network = new ipaddr.IPv6(parsed.parts.map((group, at) => (at < kept ? group : 0)))
    return `${network}/${HOUSEHOLD_BITS}`
  }

  networks(list: readonly string[]): AddressSet {
    return new NetworkSet(list)
  }
}
