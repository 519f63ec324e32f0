import type { Complaint, SecurityCheck, Severity } from '../finding.js'

/** Networks with a shorter prefix than this hold more strangers than proxies. */
const LIMITS = { v4: { critical: 8, warn: 16 }, v6: { critical: 16, warn: 32 } } as const

/** What is believed about clients because a proxy says so. */
export const PROXY_CHECKS: readonly SecurityCheck[] = [
  {
    id: 'proxy.too-wide',
    worst: 'critical',
    title: 'too many addresses count as trusted proxies',
    remediation: 'list the addresses of your proxies in gateway.trustedProxies one by one',
    find: ({ config }) =>
      config.gateway.trustedProxies.flatMap((network, index): Complaint[] => {
        const severity = widthOf(network)
        if (severity === null) return []
        const detail = `whoever is in ${network} can claim any client address`
        return [{ severity, detail, key: `gateway.trustedProxies[${index}]` }]
      }),
  },
  {
    id: 'proxy.real-ip-fallback',
    worst: 'warn',
    title: 'X-Real-IP is believed',
    remediation: 'let the proxy send X-Forwarded-For and set gateway.allowRealIpFallback to false',
    find: ({ config }) =>
      config.gateway.allowRealIpFallback
        ? [
            {
              severity: 'warn',
              detail: 'a proxy that passes the header on lets clients choose their address',
              key: 'gateway.allowRealIpFallback',
            },
          ]
        : [],
  },
  {
    id: 'proxy.trusted-without-allow-users',
    worst: 'warn',
    title: 'every user of the proxy has full control',
    remediation: 'list the people in gateway.auth.trustedProxy.allowUsers',
    find: ({ config, auth }) =>
      auth.mode === 'trusted-proxy' && config.gateway.auth.trustedProxy.allowUsers.length === 0
        ? [
            {
              severity: 'warn',
              detail: 'auth mode trusted-proxy lets in whomever the proxy names',
              key: 'gateway.auth.trustedProxy.allowUsers',
            },
          ]
        : [],
  },
]

function widthOf(network: string): Severity | null {
  const [address = '', bits] = network.split('/')
  if (bits === undefined) return null
  const limits = address.includes(':') ? LIMITS.v6 : LIMITS.v4
  if (Number(bits) < limits.critical) return 'critical'
  return Number(bits) < limits.warn ? 'warn' : null
}
