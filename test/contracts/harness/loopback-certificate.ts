import { fileURLToPath } from 'node:url'
import type { TransportTls } from '../../../src/application/ports/transport.js'

const file = (name: string) => fileURLToPath(new URL(`./certificate/loopback-${name}.pem`, import.meta.url))

/** A certificate for 127.0.0.1 that is good for nothing but tests. */
export const LOOPBACK_CERTIFICATE: TransportTls = { certPath: file('cert'), keyPath: file('key') }
