import { hostname, networkInterfaces } from 'node:os'
import type { Endpoint } from '../application/ports/transport.js'

const THIS_MACHINE = ['localhost', '127.0.0.1', '::1']
const HOST_NAME = /^[a-z0-9-]+(\.[a-z0-9-]+)*$/i

/** Names and addresses under which clients may call a gateway that listens there. */
export function certificateHosts(endpoints: readonly Endpoint[]): readonly string[] {
  const name = hostname()
  const addresses = endpoints.flatMap(({ host }) => (host === undefined ? [] : addressesBehind(host)))
  return [...new Set([...THIS_MACHINE, ...(HOST_NAME.test(name) ? [name] : []), ...addresses])]
}

/** A wildcard stands for the addresses of all interfaces; those that mean something on one link only are left out. */
function addressesBehind(host: string): readonly string[] {
  if (host !== '0.0.0.0' && host !== '::') return [host]
  const all = Object.values(networkInterfaces()).flatMap((entries) => entries ?? [])
  const usable = all.filter(({ family, scopeid }) => family === 'IPv4' || !scopeid)
  return usable.filter(({ family }) => host === '::' || family === 'IPv4').map(({ address }) => address)
}
