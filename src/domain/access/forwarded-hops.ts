import { parseForwarded } from './forwarded-header.js'

/** An address on the way of a request; null where something else stands. */
export type Hop = string | null

type Normalise = (text: string) => string | null

const IPV6_AND_PORT = /^\[([^\]]*:[^\]]*)\](?::(?:\d{1,5}|_[\w.-]+))?$/
const IPV4_AND_PORT = /^([^:[\]]+):(?:\d{1,5}|_[\w.-]+)$/

/** The hops of an `X-Forwarded-For` header, nearest last. */
export function xForwardedHops(header: string, normalise: Normalise): readonly Hop[] {
  return header.split(',').map((entry) => readHop(withoutQuotes(entry.trim()), normalise))
}

/** The hops of a `Forwarded` header, nearest last. A malformed header is one hop that is no address. */
export function allForwardedHops(header: string, normalise: Normalise): readonly Hop[] {
  const elements = parseForwarded(header)
  return elements === null ? [null] : elements.map((element) => readHop(element.get('for') ?? '', normalise))
}

/** What an `X-Real-IP` header names. */
export function realIpHop(header: string, normalise: Normalise): Hop {
  return readHop(header.trim(), normalise)
}

/** Understands `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]` and `[2001:db8::1]:80`. */
function readHop(text: string, normalise: Normalise): Hop {
  const address = (IPV6_AND_PORT.exec(text) ?? IPV4_AND_PORT.exec(text))?.[1] ?? text
  return address.startsWith('[') ? null : normalise(address)
}

function withoutQuotes(text: string): string {
  return /^"([^"]*)"$/.exec(text)?.[1] ?? text
}
