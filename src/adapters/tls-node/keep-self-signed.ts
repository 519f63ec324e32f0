import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { TransportTls } from '../../application/ports/transport.js'
import { CERTIFICATE_FILE, generateSelfSigned, KEY_FILE, type SelfSignedOptions } from './generate-self-signed.js'
import { inspectTls } from './inspect-tls.js'

const DAY_MS = 24 * 60 * 60 * 1000
/** A certificate with less time left is replaced. */
const RENEW_DAYS = 30

/** A certificate in a folder, and whether it is the one that was there before. */
export interface KeptCertificate {
  readonly files: TransportTls
  readonly outcome: 'kept' | 'made' | 'renewed'
}

/**
 * The self-signed certificate in a folder: whoever trusts it goes on trusting it, so it stays while it can be used and
 * is valid for more than 30 days, also when it is not for all of the wanted hosts; otherwise a new one takes its place.
 * Rejects with the file system's error.
 */
export async function keepSelfSigned(options: SelfSignedOptions): Promise<KeptCertificate> {
  const { directory, now = new Date() } = options
  const files = { certPath: join(directory, CERTIFICATE_FILE), keyPath: join(directory, KEY_FILE) }
  const inspection = await inspectTls(files)
  if (inspection.ok && inspection.facts.notAfter - now.getTime() > RENEW_DAYS * DAY_MS) {
    return { files, outcome: 'kept' }
  }
  const outcome = existsSync(files.certPath) ? 'renewed' : 'made'
  return { files: await generateSelfSigned(options), outcome }
}
