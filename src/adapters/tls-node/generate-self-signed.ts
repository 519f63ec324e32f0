import { generateKeyPair, randomUUID } from 'node:crypto'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { TransportTls } from '../../application/ports/transport.js'
import { selfSignedCertificate } from './self-signed-certificate.js'

export const CERTIFICATE_FILE = 'gateway-cert.pem'
export const KEY_FILE = 'gateway-key.pem'
const DAY_MS = 24 * 60 * 60 * 1000
/** Some clients refuse server certificates that are valid for longer. */
const DEFAULT_DAYS = 825
/** For clients whose clocks are behind. */
const CLOCK_SKEW_MS = 60 * 60 * 1000
const PEM_LINE = /.{1,64}/g

export interface SelfSignedOptions {
  /** Where the two files go; made with mode 700 when absent. */
  readonly directory: string
  /** Names and IP literals the certificate is for. Default: this machine under its loopback names. */
  readonly hosts?: readonly string[]
  /** How long it is valid. Default 825. */
  readonly days?: number
  readonly now?: Date
}

/**
 * Makes a new P-256 key and a certificate signed with it, as PEM files of mode 600. Replaces the ones of an earlier
 * call, the key first; no reader ever finds half a file. Rejects with the file system's error.
 */
export async function generateSelfSigned(options: SelfSignedOptions): Promise<TransportTls> {
  const { directory, hosts = ['localhost', '127.0.0.1', '::1'], days = DEFAULT_DAYS, now = new Date() } = options
  const keys = await promisify(generateKeyPair)('ec', { namedCurve: 'P-256' })
  const claims = {
    hosts,
    notBefore: new Date(now.getTime() - CLOCK_SKEW_MS),
    notAfter: new Date(now.getTime() + days * DAY_MS),
  }
  const certificate = pem('CERTIFICATE', selfSignedCertificate(claims, keys))
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const files = { certPath: join(directory, CERTIFICATE_FILE), keyPath: join(directory, KEY_FILE) }
  await replace(files.keyPath, String(keys.privateKey.export({ type: 'pkcs8', format: 'pem' })))
  await replace(files.certPath, certificate)
  return files
}

async function replace(path: string, text: string): Promise<void> {
  const draft = `${path}.${randomUUID()}`
  try {
    await writeFile(draft, text, { mode: 0o600, flag: 'wx' })
    await rename(draft, path)
  } finally {
    await rm(draft, { force: true })
  }
}

function pem(label: string, der: Buffer): string {
  const lines = der.toString('base64').match(PEM_LINE) ?? []
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`
}
