/** What the first bytes of a connection are, as far as the PROXY protocol v2 is concerned. */
export type ProxyHeader =
  | { readonly kind: 'none' | 'partial' | 'malformed' }
  | {
      readonly kind: 'complete'
      /** Bytes it takes. */
      readonly length: number
      /** Normalised; empty when it names none that can be used; undefined when the sender speaks for itself. */
      readonly address: string | undefined
    }

/** Neither HTTP nor TLS begin like this. */
const SIGNATURE = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1')
const FIXED_BYTES = 16
/** Addresses take 216 bytes at most; the rest is room for the extensions that balancers add. */
const LONGEST_BYTES = 4 * 1024

const VERSION = 2
const LOCAL = 0
const PROXY = 1
const TCP_OVER_IPV4 = 0x11
const TCP_OVER_IPV6 = 0x21
/** Two addresses and two ports. */
const IPV4_BYTES = 12
const IPV6_BYTES = 36
const MAPPED_PREFIX = Buffer.from('00000000000000000000ffff', 'hex')

/** Reads a header as https://www.haproxy.org/download/3.0/doc/proxy-protocol.txt (2.2) describes it. */
export function readProxyHeader(bytes: Buffer): ProxyHeader {
  const begun = Math.min(bytes.length, SIGNATURE.length)
  if (SIGNATURE.compare(bytes, 0, begun, 0, begun) !== 0) return { kind: 'none' }
  if (bytes.length < FIXED_BYTES) return { kind: 'partial' }
  const version = bytes[12]! >> 4
  const command = bytes[12]! & 0xf
  const length = FIXED_BYTES + bytes.readUInt16BE(14)
  if (version !== VERSION || command > PROXY || length > LONGEST_BYTES) return { kind: 'malformed' }
  if (bytes.length < length) return { kind: 'partial' }
  if (command === LOCAL) return { kind: 'complete', length, address: undefined }
  const address = sourceIn(bytes[13]!, bytes.subarray(FIXED_BYTES, length))
  return address === null ? { kind: 'malformed' } : { kind: 'complete', length, address }
}

/** Null when there are too few bytes for the kind of address that is promised. */
function sourceIn(family: number, block: Buffer): string | null {
  if (family === TCP_OVER_IPV4) return block.length < IPV4_BYTES ? null : block.subarray(0, 4).join('.')
  if (family === TCP_OVER_IPV6) return block.length < IPV6_BYTES ? null : ipv6Text(block.subarray(0, 16))
  return ''
}

function ipv6Text(bytes: Buffer): string {
  if (bytes.subarray(0, 12).equals(MAPPED_PREFIX)) return bytes.subarray(12).join('.')
  const groups = bytes.toString('hex').match(/.{4}/g) ?? []
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1)
}
