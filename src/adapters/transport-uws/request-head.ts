import type { Peer } from '../../application/ports/transport.js'
import { addressText } from './peer-address.js'
import type { NativeRequest, NativeResponse } from './uws-native.js'

/**
 * Copies who asks for what. The native request is dead as soon as its callback returns, so this comes first. The
 * engine does not tell the remote port; it is given as 0.
 */
export function peerOf(response: NativeResponse, request: NativeRequest): Peer {
  const query = request.getQuery()
  return {
    address: addressText(response.getRemoteAddress()),
    port: 0,
    headers: headersOf(request),
    url: query ? `${request.getUrl()}?${query}` : request.getUrl(),
  }
}

function headersOf(request: NativeRequest): ReadonlyMap<string, string> {
  const headers = new Map<string, string>()
  request.forEach((name, value) => {
    const before = headers.get(name)
    headers.set(name, before === undefined ? value : `${before}, ${value}`)
  })
  return headers
}
