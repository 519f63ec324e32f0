/**
 * Whether a listener on `held` keeps us from listening on `wanted`, same port. Both are IP literals; IPv4-mapped IPv6
 * counts as IPv4. A listener on `::` is taken to serve IPv4 as well: the system does not tell whether it does, and a
 * port that is free on one family only counts as taken.
 */
export function addressesCollide(held: string, wanted: string): boolean {
  const [a, b] = [normalizeAddress(held), normalizeAddress(wanted)]
  if (a === b || a === '::' || b === '::') return true
  if (a === '0.0.0.0') return !b.includes(':')
  return b === '0.0.0.0' && !a.includes(':')
}

/** Lower case, without brackets or zone; IPv4-mapped IPv6 as IPv4; `*` as `::`. */
export function normalizeAddress(address: string): string {
  const bare = address
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/%.*$/, '')
  if (bare === '*') return '::'
  return bare.startsWith('::ffff:') && bare.includes('.') ? bare.slice('::ffff:'.length) : bare
}
