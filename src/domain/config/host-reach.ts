/** Who could be on the way to a host: nobody but this machine, those of its own network, or anybody. */
export type HostReach = 'machine' | 'network' | 'anybody'

/** RFC 1918, RFC 3927, and the addresses that Tailscale and other carriers give (RFC 6598). */
const PRIVATE_IPV4 = [
  /^10\./,
  /^172\.(?:1[6-9]|2\d|3[01])\./,
  /^192\.168\./,
  /^169\.254\./,
  /^100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\./,
]
/** RFC 4193 and RFC 4291, 2.5.6. */
const PRIVATE_IPV6 = /^\[(?:f[cd][0-9a-f]{2}|fe[89ab][0-9a-f]):/
/** Names that no public server answers to: RFC 6762, RFC 8375, and what ICANN keeps free for networks of one's own. */
const PRIVATE_NAME = /\.(?:local|internal|home\.arpa|ts\.net)$/

/**
 * Judged by how it is written, because nothing is looked up here: a name without a dot is one of the own network, such as
 * that of a container.
 * @param host as `URL.hostname` gives it
 */
export function hostReach(host: string): HostReach {
  if (host === 'localhost' || host.endsWith('.localhost') || host === '[::1]') return 'machine'
  if (/^\d+(?:\.\d+){3}$/.test(host)) {
    if (host.startsWith('127.')) return 'machine'
    return PRIVATE_IPV4.some((network) => network.test(host)) ? 'network' : 'anybody'
  }
  if (host.startsWith('[')) return PRIVATE_IPV6.test(host) ? 'network' : 'anybody'
  return !host.includes('.') || PRIVATE_NAME.test(host) ? 'network' : 'anybody'
}
