import { isLoopbackAddress } from '../start/loopback-address.js'
import type { SecurityFacts } from './security-facts.js'

/** Who can reach the port: this machine, the tailnet, or whoever shares a network with it. */
export type Exposure = 'loopback' | 'tailnet' | 'network'

export function exposureOf({ config, isContainer }: Pick<SecurityFacts, 'config' | 'isContainer'>): Exposure {
  const { bind, customBindHost } = config.gateway
  switch (bind) {
    case 'loopback':
      return 'loopback'
    case 'tailnet':
      return 'tailnet'
    case 'auto':
      return isContainer ? 'network' : 'loopback'
    case 'lan':
      return 'network'
    case 'custom':
      return customBindHost !== undefined && isLoopbackAddress(customBindHost) ? 'loopback' : 'network'
  }
}

/** Whether others than the users of this machine reach the login, through Tailscale included. */
export function isExposed(facts: Pick<SecurityFacts, 'config' | 'isContainer'>): boolean {
  return exposureOf(facts) !== 'loopback' || facts.config.gateway.tailscale.mode !== 'off'
}
