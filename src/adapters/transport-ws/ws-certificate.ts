import { readFile } from 'node:fs/promises'
import { type Endpoint, ListenFailure, type TransportTls } from '../../application/ports/transport.js'

/** Certificate and key as their files hold them now. */
export interface CertificatePair {
  readonly cert: Buffer
  readonly key: Buffer
}

/** Where certificate and key are found, also after they were renewed. */
export class WsCertificate {
  readonly #files: TransportTls

  constructor(files: TransportTls) {
    this.#files = files
  }

  /** Rejects with a ListenFailure `TLS` when a file cannot be read or the two do not fit. */
  async read(endpoint: Endpoint): Promise<CertificatePair> {
    try {
      const [cert, key] = await Promise.all([readFile(this.#files.certPath), readFile(this.#files.keyPath)])
      const { createSecureContext } = await import('node:tls')
      createSecureContext({ cert, key })
      return { cert, key }
    } catch (thrown) {
      throw new ListenFailure('TLS', endpoint, thrown)
    }
  }
}
