import { lookup } from 'node:dns'
import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import type { LookupFunction } from 'node:net'
import type { ChannelAccount } from '../../domain/config/resolve-channel-account.js'
import { tunnelThrough } from './tunnel.js'

/** How an account reaches Telegram. */
export type NetworkSettings = Pick<ChannelAccount<'telegram'>, 'proxy' | 'network'>

/** Shorter than what servers on the way grant idle connections, so that none is used in the moment it ends. */
const IDLE_MS = 20_000

/**
 * Connections of one account, to be destroyed with it.
 * @throws ChannelFailure when the proxy is not one that can be used
 */
export function networkAgent(apiRoot: string, { proxy, network }: NetworkSettings): HttpAgent {
  const isSecure = apiRoot.startsWith('https:')
  const options = { keepAlive: true, timeout: IDLE_MS, ...addressOrder(network) }
  const agent = isSecure ? new HttpsAgent(options) : new HttpAgent(options)
  if (proxy !== undefined) tunnelThrough(agent, proxy, isSecure)
  return agent
}

function addressOrder({ autoSelectFamily, dnsResultOrder }: NonNullable<NetworkSettings['network']> = {}): object {
  return {
    ...(autoSelectFamily === undefined ? {} : { autoSelectFamily }),
    ...(dnsResultOrder === undefined ? {} : { lookup: orderedLookup(dnsResultOrder === 'verbatim') }),
  }
}

function orderedLookup(verbatim: boolean): LookupFunction {
  return (host, options, callback) => lookup(host, { ...options, verbatim }, callback)
}
