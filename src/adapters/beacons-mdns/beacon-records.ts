import { BEACON_TYPE, type Beacon } from '../../domain/discovery/beacon.js'
import type { DnsRecord } from './dns-record.js'

/** Where services are listed by type (RFC 6763, 9). */
export const TYPES = '_services._dns-sd._udp.local'
/** How long others may remember what names a host, and anything else, in seconds (RFC 6762, 10). */
const HOST_TTL_S = 120
const OTHER_TTL_S = 4500

/** The records of a beacon. */
export interface BeaconRecords {
  readonly instance: string
  /** Shared with all others of the type. */
  readonly pointers: readonly DnsRecord[]
  readonly service: DnsRecord
  readonly texts: DnsRecord
  readonly addresses: readonly DnsRecord[]
}

/** Records as they are announced. Names of its own are marked as the only truth about them (RFC 6762, 10.2). */
export function recordsOf(beacon: Beacon): BeaconRecords {
  const instance = `${beacon.name}.${BEACON_TYPE}`
  return {
    instance,
    pointers: [
      { name: BEACON_TYPE, type: 'PTR', ttl: OTHER_TTL_S, data: instance },
      { name: TYPES, type: 'PTR', ttl: OTHER_TTL_S, data: BEACON_TYPE },
    ],
    service: {
      name: instance,
      type: 'SRV',
      ttl: HOST_TTL_S,
      flush: true,
      data: { port: beacon.port, target: beacon.host, priority: 0, weight: 0 },
    },
    texts: {
      name: instance,
      type: 'TXT',
      ttl: OTHER_TTL_S,
      flush: true,
      data: Object.entries(beacon.texts).map(([key, value]) => `${key}=${value}`),
    },
    addresses: beacon.addresses.map((address) => ({
      name: beacon.host,
      type: address.includes(':') ? 'AAAA' : 'A',
      ttl: HOST_TTL_S,
      flush: true,
      data: address,
    })),
  }
}

export function allOf({ pointers, service, texts, addresses }: BeaconRecords): readonly DnsRecord[] {
  return [...pointers, service, texts, ...addresses]
}

/** The same records, over: others forget them. The list of types stays, others may have that type, too. */
export function goodbyeOf(records: BeaconRecords): readonly DnsRecord[] {
  const own = allOf(records).filter(({ name }) => name !== TYPES)
  return own.map((record) => ({ ...record, ttl: 0 }))
}
