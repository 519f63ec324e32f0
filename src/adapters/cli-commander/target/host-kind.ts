/** How far away a host is. `public` = anybody may read what is not encrypted. */
export type HostKind = 'loopback' | 'private' | 'public'

const PRIVATE_NAME = /(^[^.]+|\.(local|lan|internal|localdomain|home\.arpa|ts\.net))$/

/** Judges an address or name as it stands in a URL; nothing is looked up. */
export function hostKind(hostname: string): HostKind {
  const host = hostname.toLowerCase().replace(/^\[|\]$/g, '')
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(host)?.[1]
  if (host === 'localhost' || host.endsWith('.localhost') || host === '::1') return 'loopback'
  const ipv4 = mapped ?? (/^\d+\.\d+\.\d+\.\d+$/.test(host) ? host : undefined)
  if (ipv4 !== undefined) return ipv4Kind(ipv4.split('.').map(Number))
  if (host.includes(':')) return /^(f[cd][0-9a-f]{2}|fe[89ab][0-9a-f]):/.test(host) ? 'private' : 'public'
  return PRIVATE_NAME.test(host) ? 'private' : 'public'
}

/** Private, link-local and shared (tailnet) ranges. */
function ipv4Kind([a = 0, b = 0]: readonly number[]): HostKind {
  if (a === 127) return 'loopback'
  const isPrivate =
    a === 10 ||
    (a === 172 && b >= 16 && b <= 31) ||
    (a === 192 && b === 168) ||
    (a === 169 && b === 254) ||
    (a === 100 && b >= 64 && b <= 127)
  return isPrivate ? 'private' : 'public'
}
