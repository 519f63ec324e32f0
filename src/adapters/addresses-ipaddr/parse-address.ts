import ipaddr from 'ipaddr.js'

export type IpAddress = ipaddr.IPv4 | ipaddr.IPv6

/** Longer than any address; whoever sends more sends no address. Without its zone the longest has 45 characters. */
const LONGEST = 128

/** No octal, no hex, no missing parts: other programs read those as another address, or as none. */
const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/

const IPV6 = /^[0-9a-f:]*:[0-9a-f:]*$/i

/** A dotted tail, as in `::ffff:192.0.2.1`. */
const DOTTED_TAIL = /^([0-9a-f:]*:)(\d{1,3}(?:\.\d{1,3}){3})$/i

/** Four plain numbers. */
export function isIpv4(text: string): boolean {
  return IPV4.test(text)
}

/** Null when the text is no address. IPv4-mapped IPv6 comes out as IPv4; zone and brackets are left out. */
export function parseAddress(text: string): IpAddress | null {
  if (text.length > LONGEST) return null
  if (isIpv4(text)) return ipaddr.IPv4.parse(text)
  const parsed = parseIpv6(withoutZone(withoutBrackets(text)))
  return parsed?.isIPv4MappedAddress() ? parsed.toIPv4Address() : parsed
}

function parseIpv6(text: string): ipaddr.IPv6 | null {
  const dotted = DOTTED_TAIL.exec(text)
  const plain = dotted ? `${dotted[1]}${hexTail(dotted[2]!)}` : text
  if (!IPV6.test(plain) || !ipaddr.IPv6.isValid(plain)) return null
  return ipaddr.IPv6.parse(plain)
}

/** `192.0.2.1` as the two groups `c000:201`; what is no IPv4 becomes something that makes the whole invalid. */
function hexTail(dotted: string): string {
  if (!isIpv4(dotted)) return ':::'
  const [a, b, c, d] = ipaddr.IPv4.parse(dotted).octets as [number, number, number, number]
  return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`
}

function withoutBrackets(text: string): string {
  return text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text
}

function withoutZone(text: string): string {
  return text.replace(/%[A-Za-z0-9._~-]+$/, '')
}
