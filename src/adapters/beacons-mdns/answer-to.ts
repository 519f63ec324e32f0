import { BEACON_TYPE } from '../../domain/discovery/beacon.js'
import { allOf, type BeaconRecords } from './beacon-records.js'
import type { DnsAnswer, DnsQuestion, DnsRecord } from './dns-record.js'

/** A resolver that is no part of multicast DNS must not keep an answer for longer, in seconds (RFC 6762, 6.7). */
const LEGACY_TTL_S = 10

/**
 * Answers questions about a beacon from its records; null when there is nothing to say.
 * @param known what the asker knows already, so that nobody needs to repeat it (RFC 6762, 7.1)
 */
export function answerTo(
  questions: readonly DnsQuestion[],
  known: readonly DnsRecord[],
  records: BeaconRecords,
): DnsAnswer | null {
  const all = allOf(records)
  const asked = all.filter((record) => questions.some((question) => isAsked(record, question)))
  const answers = asked.filter((record) => !known.some((other) => isKnown(record, other)))
  if (answers.length === 0) return null
  const follows = all.filter((record) => isNext(record, answers, records) && !answers.includes(record))
  return { answers, additionals: follows }
}

/** The same for a plain resolver: short-lived, and without the mark of the only truth. */
export function legacyAnswer({ answers, additionals }: DnsAnswer): DnsAnswer {
  const plain = (record: DnsRecord): DnsRecord => ({
    ...record,
    ttl: Math.min(record.ttl, LEGACY_TTL_S),
    flush: false,
  })
  return { answers: answers.map(plain), additionals: additionals.map(plain) }
}

/** The questions about the beacon, as a plain resolver wants to see them again. */
export function repeated(questions: readonly DnsQuestion[], records: BeaconRecords): readonly DnsQuestion[] {
  const own = questions.filter((question) => allOf(records).some((record) => isAsked(record, question)))
  return own.map(({ name, type }) => ({ name, type }))
}

function isAsked(record: DnsRecord, { name, type }: DnsQuestion): boolean {
  return isSameName(record.name, name) && (type === record.type || type === 'ANY')
}

function isKnown(record: DnsRecord, other: DnsRecord): boolean {
  if (record.type !== 'PTR' || other.type !== 'PTR') return false
  const isLongEnough = other.ttl * 2 >= record.ttl
  return isLongEnough && isSameName(record.name, other.name) && isSameName(record.data, other.data)
}

function isNext(record: DnsRecord, answers: readonly DnsRecord[], { instance }: BeaconRecords): boolean {
  if (record.type === 'PTR') return false
  const isListed = answers.some(({ name, type }) => type === 'PTR' && isSameName(name, BEACON_TYPE))
  const isLocated = answers.some(({ name, type }) => type === 'SRV' && isSameName(name, instance))
  return isListed || (isLocated && (record.type === 'A' || record.type === 'AAAA'))
}

/** DNS does not tell upper from lower case in ASCII (RFC 4343). */
export function isSameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase()
}
