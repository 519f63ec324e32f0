/**
 * Whether a browser page may open a connection: its origin is listed, or it was served by this host, or both sides are
 * loopback. A missing or `null` origin never passes.
 * @param origin value of the Origin header
 * @param host value of the Host header
 * @param allowed exact origins, compared in lower case
 */
export function isOriginAllowed(
  origin: string | undefined,
  host: string | undefined,
  allowed: readonly string[],
): boolean {
  if (origin === undefined || origin === '' || origin === 'null') return false
  const given = origin.toLowerCase()
  if (allowed.some((entry) => entry.toLowerCase() === given)) return true
  const page = /^[a-z][a-z0-9+.-]*:\/\/((?:\[[0-9a-f:.]+\]|[^/?#@:[\]]+)(?::\d+)?)$/.exec(given)?.[1]
  if (page === undefined) return false
  const ours = (host ?? '').toLowerCase()
  return page === ours || (isLoopbackName(hostnameOf(page)) && isLoopbackName(hostnameOf(ours)))
}

/** Host name of `name:port` or `[v6]:port`, without brackets. */
export function hostnameOf(authority: string): string {
  if (authority.startsWith('['))
    return authority.slice(1, authority.indexOf(']') === -1 ? undefined : authority.indexOf(']'))
  const colon = authority.lastIndexOf(':')
  return colon === -1 || authority.indexOf(':') !== colon ? authority : authority.slice(0, colon)
}

/** `localhost`, 127.0.0.0/8 or `::1`. */
export function isLoopbackName(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '::1' || /^127(?:\.\d{1,3}){3}$/.test(hostname)
}
