import ipaddr from 'ipaddr.js'
import type { AddressSet } from '../../application/ports/addresses.js'
import { type IpAddress, parseAddress } from './parse-address.js'

type Network = readonly [base: IpAddress, bits: number]

const MAPPED_PREFIX_BITS = 96

/** Addresses and networks. What is neither is left out, so that it lets nobody in. */
export class NetworkSet implements AddressSet {
  readonly #networks: readonly Network[]

  constructor(list: readonly string[]) {
    this.#networks = list.flatMap((entry) => parseNetwork(entry) ?? [])
  }

  get isEmpty(): boolean {
    return this.#networks.length === 0
  }

  has(address: string): boolean {
    if (this.isEmpty) return false
    const parsed = parseAddress(address)
    return parsed !== null && this.#networks.some(([base, bits]) => isWithin(parsed, base, bits))
  }
}

function isWithin(address: IpAddress, base: IpAddress, bits: number): boolean {
  if (address instanceof ipaddr.IPv4) return base instanceof ipaddr.IPv4 && address.match(base, bits)
  return base instanceof ipaddr.IPv6 && address.match(base, bits)
}

/** In a list, so that nothing can be left out by `flatMap`. Undefined when it is no network. */
function parseNetwork(entry: string): readonly [Network] | undefined {
  const [, text = '', size] = /^([^/]*)(?:\/(0|[1-9]\d{0,2}))?$/.exec(entry) ?? []
  const base = parseAddress(text)
  if (base === null) return undefined
  const width = base instanceof ipaddr.IPv4 ? 32 : 128
  // 10.0.0.0/8 may be written ::ffff:10.0.0.0/104.
  const skipped = width === 32 && text.includes(':') ? MAPPED_PREFIX_BITS : 0
  const bits = size === undefined ? width : Number(size) - skipped
  return bits >= 0 && bits <= width ? [[base, bits]] : undefined
}
