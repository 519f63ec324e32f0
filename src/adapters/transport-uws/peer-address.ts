/**
 * Text of the 4 or 16 raw bytes the engine gives: `127.0.0.1`, `::1`, `2001:db8::7`. IPv4-mapped IPv6 is given as
 * IPv4; the longest run of zero groups is compressed as in RFC 5952. Empty when there are no bytes.
 */
export function addressText(raw: ArrayBuffer): string {
  const bytes = new Uint8Array(raw)
  if (bytes.length === 4) return bytes.join('.')
  if (bytes.length !== 16) return ''
  if (isIpv4Mapped(bytes)) return bytes.subarray(12).join('.')
  return ipv6Text(bytes)
}

function isIpv4Mapped(bytes: Uint8Array): boolean {
  return bytes.subarray(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff && bytes[11] === 0xff
}

function ipv6Text(bytes: Uint8Array): string {
  const groups = Array.from({ length: 8 }, (_, index) => (bytes[2 * index]! << 8) | bytes[2 * index + 1]!)
  const { start, length } = longestZeroRun(groups)
  const hex = groups.map((group) => group.toString(16))
  if (length < 2) return hex.join(':')
  return `${hex.slice(0, start).join(':')}::${hex.slice(start + length).join(':')}`
}

function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 }
  let start = 0
  for (const [index, group] of groups.entries()) {
    if (group !== 0) start = index + 1
    else if (index + 1 - start > best.length) best = { start, length: index + 1 - start }
  }
  return best
}
