const ORIGIN = /^([a-z][a-z0-9+.-]*):\/\/((?:\[[0-9a-f:.]+\]|[^/?#@:[\]\s]+)(?::\d+)?)$/
const DEFAULT_PORTS: Readonly<Record<string, string>> = { http: '80', https: '443' }

/** Any page that says where it comes from. */
const ANY_ORIGIN = '*'

/**
 * Whether a browser page may open a connection: its origin is listed, or it was served by this host, or both sides are
 * loopback. A missing or `null` origin never passes.
 * @param origin value of the Origin header
 * @param host value of the Host header
 * @param allowed exact origins, compared in lower case; `*` stands for all
 */
export function isOriginAllowed(
  origin: string | undefined,
  host: string | undefined,
  allowed: readonly string[],
): boolean {
  if (origin === undefined || origin === '' || origin === 'null') return false
  const given = origin.toLowerCase()
  if (allowed.some((entry) => entry.toLowerCase() === given)) return given !== ANY_ORIGIN
  const [, scheme, page] = ORIGIN.exec(given) ?? []
  if (scheme === undefined || page === undefined) return false
  if (allowed.includes(ANY_ORIGIN)) return true
  const ours = (host ?? '').toLowerCase()
  if (withoutDefaultPort(page, scheme) === withoutDefaultPort(ours, scheme)) return true
  return isLoopbackName(hostnameOf(page)) && isLoopbackName(hostnameOf(ours))
}

/**
 * Whether a web page can have caused a request with this Origin header. `null` is what pages say that hide where they
 * come from, such as sandboxed frames. Programs send none, or something of their own.
 */
export function isWebOrigin(origin: string | undefined): boolean {
  if (origin === 'null') return true
  const scheme = ORIGIN.exec((origin ?? '').toLowerCase())?.[1]
  return scheme === 'http' || scheme === 'https'
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

/** The port that browsers leave out, and proxies sometimes do not. */
function withoutDefaultPort(authority: string, scheme: string): string {
  const port = DEFAULT_PORTS[scheme]
  return port !== undefined && authority.endsWith(`:${port}`) ? authority.slice(0, -port.length - 1) : authority
}
