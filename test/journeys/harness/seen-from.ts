import { WebSocket } from 'ws'
import { type ClientWorld, NETWORK } from '../../../src/adapters/client-ws/client-world.js'
import type { ConnectOptions } from '../../../src/application/ports/gateway-client.js'

/** How a connection looks to whoever accepts it. */
export interface Appearance {
  /** Written into the upgrade request, as browsers and proxies do. */
  readonly headers?: Readonly<Record<string, string>>
  /** Address of this machine that it comes from; on Linux any of 127.0.0.0/8. */
  readonly localAddress?: string
}

/** The network, for a client that comes as it is told to. */
export function seenFrom({ headers, localAddress }: Appearance): ClientWorld {
  const open = ({ url }: ConnectOptions) =>
    new WebSocket(url, {
      perMessageDeflate: false,
      ...(headers === undefined ? {} : { headers }),
      ...(localAddress === undefined ? {} : { localAddress }),
    })
  return { ...NETWORK, open }
}

/** What the Control UI says about itself, and what it asks for. */
export const CONTROL_UI = {
  client: { id: 'mayros-control-ui', version: '1', platform: 'Linux', mode: 'webchat', displayName: 'Firefox' },
  scopes: ['operator.admin', 'operator.read', 'operator.write', 'operator.approvals', 'operator.pairing'],
} as const
