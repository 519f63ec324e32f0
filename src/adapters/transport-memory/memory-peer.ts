import type { Peer } from '../../application/ports/transport.js'

const MAPPED_IPV4 = /^::ffff:(?=\d+\.)/i

/** A peer as the port wants it: address normalised, header names in lower case, repeated values joined. */
export function memoryPeer(address: string, port: number, url: string, headers: Headers): Peer {
  return { address: address.replace(MAPPED_IPV4, ''), port, url, headers: new Map(headers) }
}
