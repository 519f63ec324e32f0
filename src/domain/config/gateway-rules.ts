import type { GatewayConfig } from './config.js'
import type { LocatedProblem } from './explain-issues.js'
import { finding } from './finding.js'

/** What must agree inside `gateway`. */
export function gatewayRules({ gateway }: GatewayConfig): LocatedProblem[] {
  return [...bindRules(gateway), ...tlsRules(gateway), ...tailscaleRules(gateway), ...trustedProxyRules(gateway)]
}

type Gateway = GatewayConfig['gateway']

function bindRules({ bind, customBindHost }: Gateway): LocatedProblem[] {
  if (bind !== 'custom' || customBindHost !== undefined) return []
  return [finding(['gateway', 'bind'], 'conflict', 'custom needs gateway.customBindHost, an IP address')]
}

function tlsRules({ tls }: Gateway): LocatedProblem[] {
  const { certPath, keyPath } = tls
  if ((certPath === undefined) === (keyPath === undefined)) return []
  const [given, missing] = certPath === undefined ? ['keyPath', 'certPath'] : ['certPath', 'keyPath']
  const message = `needs gateway.tls.${missing}: certificate and key come together`
  return [finding(['gateway', 'tls', given], 'conflict', message)]
}

function tailscaleRules({ bind, tailscale, auth }: Gateway): LocatedProblem[] {
  const at = ['gateway', 'tailscale', 'mode']
  const problems: LocatedProblem[] = []
  if (tailscale.mode !== 'off' && bind !== 'loopback') {
    problems.push(finding(at, 'conflict', `${tailscale.mode} needs gateway.bind loopback, not ${bind}`))
  }
  if (tailscale.mode === 'funnel' && auth.mode !== 'password') {
    problems.push(finding(at, 'conflict', 'funnel needs gateway.auth.mode password'))
  }
  return problems
}

function trustedProxyRules({ auth, trustedProxies, bind }: Gateway): LocatedProblem[] {
  if (auth.mode !== 'trusted-proxy') return []
  const at = ['gateway', 'auth', 'mode']
  const problems: LocatedProblem[] = []
  if (auth.trustedProxy.userHeader === undefined) {
    problems.push(finding(at, 'conflict', 'trusted-proxy needs gateway.auth.trustedProxy.userHeader'))
  }
  if (trustedProxies.length === 0) {
    problems.push(finding(at, 'conflict', 'trusted-proxy needs gateway.trustedProxies, the addresses of your proxies'))
  } else if (bind === 'loopback' && !trustedProxies.some(isLoopback)) {
    const message = 'must contain a loopback address, because gateway.bind is loopback'
    problems.push(finding(['gateway', 'trustedProxies'], 'conflict', message))
  }
  return problems
}

function isLoopback(address: string): boolean {
  return /^127\./.test(address) || /^(?:::1|0:0:0:0:0:0:0:1)(?:\/\d+)?$/.test(address)
}
