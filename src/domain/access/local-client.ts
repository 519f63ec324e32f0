import { hostnameOf, isLoopbackName } from './origin.js'

const FORWARDING_HEADERS = ['x-forwarded-for', 'x-real-ip', 'x-forwarded-host', 'forwarded'] as const

/**
 * Whether a client sits on this machine and came straight to us: loopback address, a Host header that names this
 * machine, and no sign of a proxy in between.
 */
export function isLocalClient(address: string, headers: ReadonlyMap<string, string>): boolean {
  if (!isLoopbackName(address)) return false
  if (FORWARDING_HEADERS.some((name) => headers.has(name))) return false
  const host = hostnameOf((headers.get('host') ?? '').toLowerCase())
  return isLoopbackName(host) || host.endsWith('.ts.net')
}
