import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
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
} from '../../src/adapters/tls-node/der.js'

const DAY_MS = 24 * 60 * 60 * 1000
const ECDSA_WITH_SHA256 = '1.2.840.10045.4.3.2'
const COMMON_NAME = '2.5.4.3'
const BASIC_CONSTRAINTS = '2.5.29.19'
const SUBJECT_ALT_NAME = '2.5.29.17'
const EXTENDED_KEY_USAGE = '2.5.29.37'
const USES = { server: '1.3.6.1.5.5.7.3.1', client: '1.3.6.1.5.5.7.3.2' } as const

export interface Issued {
  readonly cert: string
  readonly key: string
}

export interface CertificateOrder {
  readonly name?: string
  readonly use?: keyof typeof USES
  /** Days from now until it expires; negative = it has. Default 90. */
  readonly days?: number
}

/** Somebody whom a test trusts, and who signs certificates for 127.0.0.1. */
export class CertificateAuthority {
  readonly cert: string
  readonly #keys = keyPair()
  readonly #name: Buffer

  constructor(name = 'authority of a test') {
    this.#name = named(name)
    const extensions = [extension(BASIC_CONSTRAINTS, sequence(truth()))]
    this.cert = pem('CERTIFICATE', this.#signed(this.#name, this.#keys.publicKey, 3650, extensions))
  }

  issue({ name = '127.0.0.1', use = 'server', days = 90 }: CertificateOrder = {}): Issued {
    const keys = keyPair()
    const extensions = [
      extension(EXTENDED_KEY_USAGE, sequence(objectIdentifier(USES[use]))),
      extension(SUBJECT_ALT_NAME, sequence(retagged(7, Buffer.of(127, 0, 0, 1)))),
    ]
    const cert = pem('CERTIFICATE', this.#signed(named(name), keys.publicKey, days, extensions))
    return { cert, key: String(keys.privateKey.export({ type: 'pkcs8', format: 'pem' })) }
  }

  /** The same as files, `<name>-cert.pem` and `<name>-key.pem`. */
  issueInto(folder: string, fileName: string, order: CertificateOrder = {}) {
    const { cert, key } = this.issue(order)
    const files = { certPath: join(folder, `${fileName}-cert.pem`), keyPath: join(folder, `${fileName}-key.pem`) }
    writeFileSync(files.certPath, cert)
    writeFileSync(files.keyPath, key, { mode: 0o600 })
    return files
  }

  #signed(subject: Buffer, publicKey: KeyObject, days: number, extensions: readonly Buffer[]): Buffer {
    const algorithm = sequence(objectIdentifier(ECDSA_WITH_SHA256))
    const until = Date.now() + days * DAY_MS
    const body = sequence(
      tagged(0, integer(Buffer.of(2))),
      integer(randomBytes(16)),
      algorithm,
      this.#name,
      sequence(time(new Date(Math.min(Date.now(), until) - DAY_MS)), time(new Date(until))),
      subject,
      publicKey.export({ type: 'spki', format: 'der' }),
      tagged(3, sequence(...extensions)),
    )
    return sequence(body, algorithm, bitString(sign('sha256', body, this.#keys.privateKey)))
  }
}

function keyPair() {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' })
}

function named(name: string): Buffer {
  return sequence(setOf(sequence(objectIdentifier(COMMON_NAME), utf8String(name))))
}

function extension(id: string, value: Buffer): Buffer {
  return sequence(objectIdentifier(id), truth(), octetString(value))
}

function pem(label: string, der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`
}
