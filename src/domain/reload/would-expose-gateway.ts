import type { GatewayConfig } from '../config/config.js'
import { isSame } from './diff-config.js'

/**
 * Whether the new rules of access, taken over alone, would stand at addresses they were not written for: the file moves
 * the listener, which waits for a restart, and says that nobody needs a secret there.
 */
export function wouldExposeGateway(running: GatewayConfig, next: GatewayConfig): boolean {
  return !isSame(reachOf(running), reachOf(next)) && !isProtected(next)
}

function reachOf({ gateway }: GatewayConfig): unknown {
  const { bind, customBindHost, tailscale } = gateway
  return { bind, customBindHost, tailscale: tailscale.mode }
}

function isProtected({ gateway: { auth } }: GatewayConfig): boolean {
  switch (auth.mode) {
    case 'none':
      return false
    case 'token':
      return auth.token !== undefined
    case 'password':
      return auth.password !== undefined
    case 'trusted-proxy':
      return true
    default:
      return auth.token !== undefined || auth.password !== undefined
  }
}
