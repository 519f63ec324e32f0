/** The names under which a gateway may be called. */
export interface KnownNames {
  /** Host names, without port; case and a dot at the end do not matter. */
  readonly names: readonly string[]
  /** Whether this is an IP literal; IPv6 comes without brackets. */
  isAddress(text: string): boolean
}

const IPV6_AUTHORITY = /^\[([0-9a-f:.]+)\](?::\d{1,5})?$/
const NAME_AUTHORITY = /^([a-z0-9_-]+(?:\.[a-z0-9_-]+)*)\.?(?::\d{1,5})?$/

/**
 * Whether the name in a Host header is one of ours. A page whose name was made to point at this machine (DNS rebinding)
 * is of one origin with us for its browser, but still calls us by that foreign name. Addresses cannot be rebound, and
 * names below `localhost` and `ts.net` are handed out by this machine and by its tailnet. Programs may send no Host.
 */
export function isKnownHost(host: string | undefined, known: KnownNames): boolean {
  if (host === undefined) return true
  const given = host.toLowerCase()
  const ipv6 = IPV6_AUTHORITY.exec(given)?.[1]
  if (ipv6 !== undefined) return ipv6.includes(':') && known.isAddress(ipv6)
  const name = NAME_AUTHORITY.exec(given)?.[1]
  if (name === undefined) return false
  if (name === 'localhost' || name.endsWith('.localhost') || name.endsWith('.ts.net')) return true
  return known.isAddress(name) || known.names.some((entry) => plain(entry) === name)
}

function plain(name: string): string {
  return name.toLowerCase().replace(/\.$/, '')
}
