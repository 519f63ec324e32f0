import { readFile } from 'node:fs/promises'
import type { SecureVersion } from 'node:tls'
import { type Endpoint, ListenFailure, type TransportTls } from '../../application/ports/transport.js'

/** Said here, because a switch of node could lower its default. */
const OLDEST: SecureVersion = 'TLSv1.2'
const BEGIN_CERTIFICATE = '-----BEGIN CERTIFICATE-----'

/** What a server encrypts with, as the files hold it now. */
export interface TlsMaterial {
  readonly cert: Buffer
  readonly key: Buffer
  /** Authorities that certificates of clients must come from; without them clients are not asked for any. */
  readonly ca?: Buffer
  readonly minVersion: SecureVersion
}

/** Where certificate, key and authorities are found, also after they were renewed. */
export class WsCertificate {
  readonly #files: TransportTls

  constructor(files: TransportTls) {
    this.#files = files
  }

  /** Rejects with a ListenFailure `TLS` when a file cannot be read or used, or certificate and key do not fit. */
  async read(endpoint: Endpoint): Promise<TlsMaterial> {
    const { certPath, keyPath, caPath } = this.#files
    try {
      const [cert, key] = await Promise.all([readFile(certPath), readFile(keyPath)])
      const ca = caPath === undefined ? {} : { ca: await readAuthorities(caPath) }
      const material = { cert, key, ...ca, minVersion: OLDEST }
      const { createSecureContext } = await import('node:tls')
      createSecureContext(material)
      return material
    } catch (thrown) {
      throw new ListenFailure('TLS', endpoint, thrown)
    }
  }
}

/** A file without any certificate is taken by node for one that trusts nobody. */
async function readAuthorities(path: string): Promise<Buffer> {
  const ca = await readFile(path)
  if (!ca.includes(BEGIN_CERTIFICATE)) throw new Error('the file of authorities holds no certificate')
  return ca
}
