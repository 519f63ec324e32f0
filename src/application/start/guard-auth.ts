import { formatEndpoint, type InetEndpoint } from '../ports/transport.js'
import { isLoopbackAddress } from './loopback-address.js'
import type { StartRefusal } from './start-refusal.js'

export interface AuthFacts {
  readonly endpoints: readonly InetEndpoint[]
  readonly mode: 'token' | 'password' | 'none' | 'trusted-proxy'
  /** Whether there is one from flag, environment or config. */
  readonly hasToken: boolean
  readonly hasPassword: boolean
  /** Keys of the config that look like a secret in the wrong place: `gateway.token`. */
  readonly misplaced?: readonly string[]
}

/** Nobody listens to the world without a secret, and password mode needs its password. */
export function guardAuth(facts: AuthFacts): StartRefusal | null {
  const exposed = facts.endpoints.find((endpoint) => !isLoopbackAddress(endpoint.host))
  if (exposed !== undefined && !isProtected(facts)) return refuseExposure(exposed, facts.misplaced ?? [])
  if (facts.mode === 'password' && !facts.hasPassword) {
    return {
      kind: 'configuration',
      message: 'gateway.auth.mode is password, but no password is set',
      facts: [],
      fix: 'set gateway.auth.password or MAYROS_GATEWAY_PASSWORD, or pass --password',
    }
  }
  return null
}

function isProtected(facts: AuthFacts): boolean {
  if (facts.mode === 'trusted-proxy') return true
  return (facts.mode === 'token' && facts.hasToken) || (facts.mode === 'password' && facts.hasPassword)
}

function refuseExposure(endpoint: InetEndpoint, misplaced: readonly string[]): StartRefusal {
  return {
    kind: 'configuration',
    message: `refusing to bind gateway to ${formatEndpoint(endpoint)} without auth`,
    facts: misplaced.map((key) => `${key} is set, but the key is gateway.auth.${key.split('.').at(-1) ?? 'token'}`),
    fix:
      'set gateway.auth.token or gateway.auth.password (MAYROS_GATEWAY_TOKEN, MAYROS_GATEWAY_PASSWORD), ' +
      'pass --token or --password, or use --bind loopback',
  }
}
