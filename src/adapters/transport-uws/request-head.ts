import type { Peer } from '../../application/ports/transport.js'
import { addressText } from './peer-address.js'
import { MAX_HEAD_BYTES } from './uws-binding.js'
import type { NativeRequest, NativeResponse } from './uws-native.js'

const DIGITS = /^\d+$/

/** What a header has besides its name and value: colon, space and line break. */
const HEADER_FRAME_BYTES = 4

/** Who asks for what, and how long the asking was. */
export interface RequestHead {
  readonly peer: Peer
  /** Some versions of the engine let any size through. */
  readonly isTooLong: boolean
  /** Its body has no length one could agree on; others on the way may have seen another end of it. */
  readonly isAmbiguous: boolean
}

/**
 * Copies who asks for what. The native request is dead as soon as its callback returns, so this comes first. The
 * engine does not tell the remote port; it is given as 0.
 */
export function headOf(response: NativeResponse, request: NativeRequest): RequestHead {
  const query = request.getQuery()
  const url = query ? `${request.getUrl()}?${query}` : request.getUrl()
  const headers = new Map<string, string>()
  let bytes = url.length
  request.forEach((name, value) => {
    bytes += name.length + value.length + HEADER_FRAME_BYTES
    const before = headers.get(name)
    headers.set(name, before === undefined ? value : `${before}, ${value}`)
  })
  const seen: Peer = { address: addressText(response.getRemoteAddress()), port: 0, headers, url }
  // Anybody in the connection can have said it, at any time: that it was said is all there is to tell.
  const peer = response.getProxiedRemoteAddress().byteLength === 0 ? seen : { ...seen, proxied: '' }
  const length = headers.get('content-length')
  return { peer, isTooLong: bytes > MAX_HEAD_BYTES, isAmbiguous: length !== undefined && !DIGITS.test(length) }
}
