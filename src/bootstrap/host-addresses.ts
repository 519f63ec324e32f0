import { existsSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import type { HostAddress } from '../domain/discovery/announced-addresses.js'
import type { HostAddresses } from './start-plan.js'

/** Looks at the network interfaces of this host. */
export function readHostAddresses(): HostAddresses {
  const addresses = Object.values(networkInterfaces()).flatMap((entries) => entries ?? [])
  const texts = addresses.map((entry) => entry.address)
  const tailscale = texts.filter((address) => isTailscale(address))
  return {
    hasIpv6Loopback: texts.includes('::1'),
    hasIpv6: addresses.some((entry) => entry.family === 'IPv6'),
    tailscale: [
      ...tailscale.filter((address) => !address.includes(':')),
      ...tailscale.filter((address) => address.includes(':')),
    ],
    isContainer: existsSync('/.dockerenv') || existsSync('/run/.containerenv'),
  }
}

/** Tailscale gives out 100.64.0.0/10 and fd7a:115c:a1e0::/48. */
function isTailscale(address: string): boolean {
  if (address.toLowerCase().startsWith('fd7a:115c:a1e0:')) return true
  const [first, second] = address.split('.').map(Number)
  return first === 100 && second !== undefined && second >= 64 && second <= 127
}

/** Every address of the network interfaces of this host, and whether it leads outside. */
export function readInterfaceAddresses(): readonly HostAddress[] {
  return Object.values(networkInterfaces())
    .flatMap((entries) => entries ?? [])
    .map(({ address, internal }) => ({ address, isInternal: internal }))
}
