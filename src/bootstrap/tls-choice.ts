import { join } from 'node:path'
import type { TransportTls } from '../application/ports/transport.js'
import { refusalLines } from '../application/start/start-refusal.js'
import type { GatewayConfig } from '../domain/config/config.js'
import { EXIT, StartStopped } from './start-stopped.js'

/** Where the certificate of a gateway comes from. */
export type TlsChoice =
  | { readonly kind: 'off' }
  | { readonly kind: 'files'; readonly files: TransportTls }
  | { readonly kind: 'self-signed'; readonly directory: string; readonly caPath?: string }

/**
 * What `gateway.tls` says. Looks at no file.
 * @throws StartStopped when there is to be a certificate, and none is given or may be made
 */
export function tlsChoiceOf({ gateway }: GatewayConfig, stateDir: string): TlsChoice {
  const { enabled, autoGenerate, certPath, keyPath, caPath } = gateway.tls
  if (!enabled) return { kind: 'off' }
  const authorities = caPath === undefined ? {} : { caPath }
  if (certPath !== undefined && keyPath !== undefined) {
    return { kind: 'files', files: { certPath, keyPath, ...authorities } }
  }
  if (autoGenerate) return { kind: 'self-signed', directory: join(stateDir, 'tls'), ...authorities }
  const refusal = {
    kind: 'configuration',
    message: 'gateway.tls.enabled is true, but there is no certificate and gateway.tls.autoGenerate is false',
    facts: [],
    fix: 'set gateway.tls.certPath and gateway.tls.keyPath, or gateway.tls.autoGenerate to true',
  } as const
  throw new StartStopped(EXIT.configuration, refusalLines(refusal))
}
