import { type KeyObject, randomBytes, sign } from 'node:crypto'
import { isIP } from 'node:net'
import {
  bitString,
  integer,
  objectIdentifier,
  octetString,
  retagged,
  sequence,
  setOf,
  tagged,
  time,
  truth,
  utf8String,
} from './der.js'

const OID = {
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  commonName: '2.5.4.3',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  extendedKeyUsage: '2.5.29.37',
  serverAuthentication: '1.3.6.1.5.5.7.3.1',
} as const
/** Context tags of GeneralName (RFC 5280 section 4.2.1.6). */
const DNS_NAME = 2
const IP_ADDRESS = 7
const VERSION_3 = Buffer.of(2)
const DIGITAL_SIGNATURE = Buffer.of(0x80)
const SERIAL_BYTES = 16

/** What a certificate says. */
export interface CertificateClaims {
  /** Names and IP literals the server answers to; the first one is the common name, too. */
  readonly hosts: readonly string[]
  readonly notBefore: Date
  readonly notAfter: Date
}

export interface KeyPair {
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
}

/** An X.509 server certificate (RFC 5280) in DER, signed with the P-256 key it certifies. */
export function selfSignedCertificate(claims: CertificateClaims, keys: KeyPair): Buffer {
  const algorithm = sequence(objectIdentifier(OID.ecdsaWithSha256))
  const name = sequence(setOf(sequence(objectIdentifier(OID.commonName), utf8String(claims.hosts[0] ?? 'gateway'))))
  const body = sequence(
    tagged(0, integer(VERSION_3)),
    integer(randomBytes(SERIAL_BYTES)),
    algorithm,
    name,
    sequence(time(claims.notBefore), time(claims.notAfter)),
    name,
    keys.publicKey.export({ type: 'spki', format: 'der' }),
    tagged(3, extensions(claims.hosts)),
  )
  return sequence(body, algorithm, bitString(sign('sha256', body, keys.privateKey)))
}

function extensions(hosts: readonly string[]): Buffer {
  return sequence(
    extension(OID.basicConstraints, sequence(), true),
    extension(OID.keyUsage, bitString(DIGITAL_SIGNATURE, 7), true),
    extension(OID.extendedKeyUsage, sequence(objectIdentifier(OID.serverAuthentication))),
    extension(OID.subjectAltName, sequence(...hosts.map(generalName))),
  )
}

function extension(id: string, value: Buffer, isCritical = false): Buffer {
  return sequence(objectIdentifier(id), ...(isCritical ? [truth()] : []), octetString(value))
}

function generalName(host: string): Buffer {
  if (isIP(host) === 0) return retagged(DNS_NAME, Buffer.from(host, 'latin1'))
  return retagged(IP_ADDRESS, isIP(host) === 4 ? Buffer.from(host.split('.').map(Number)) : ipv6Bytes(host))
}

function ipv6Bytes(host: string): Buffer {
  // The URL parser writes every form in hexadecimal groups, with at most one gap.
  const [head = '', tail] = new URL(`http://[${host}]/`).hostname.slice(1, -1).split('::')
  const [left, right] = [groupsOf(head), groupsOf(tail ?? '')]
  const gap = Array<number>(8 - left.length - right.length).fill(0)
  return Buffer.from([...left, ...gap, ...right].flatMap((group) => [group >> 8, group & 255]))
}

function groupsOf(text: string): number[] {
  return text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16))
}
