import { CliFailure, UsageFailure } from '../cli-failure.js'
import { exitCodes } from '../exit-codes.js'
import { readFingerprint } from '../tls-fingerprint.js'
import type { Credential, Place, TargetFacts } from './resolve-target.js'

const REMOTE_KEY = 'gateway.remote.tlsFingerprint'

/**
 * The certificate that is expected: `--tls-fingerprint`, else the one configured for a remote gateway or recorded by the
 * local one.
 * @throws UsageFailure for a flag on an address without TLS
 * @throws CliFailure `config_invalid` for a configured fingerprint that is none, or that is for an address without TLS
 */
export function choosePin({ flags, hints, record }: TargetFacts, place: Place, url: URL): Credential | null {
  const isEncrypted = url.protocol === 'wss:'
  if (flags.tlsFingerprint !== undefined) {
    if (!isEncrypted)
      throw new UsageFailure(`--tls-fingerprint needs a wss:// address, and ${place.url} is not encrypted`)
    return { value: flags.tlsFingerprint, source: '--tls-fingerprint' }
  }
  if (place.kind === 'remote') return configuredPin(hints.remote?.tlsFingerprint, isEncrypted)
  const recorded = place.kind === 'local' && isEncrypted ? record?.tlsFingerprint : null
  return recorded == null ? null : { value: recorded, source: 'the running gateway' }
}

function configuredPin(text: string | undefined, isEncrypted: boolean): Credential | null {
  if (text === undefined) return null
  const value = readFingerprint(text)
  if (value === null)
    throw badPin(`${REMOTE_KEY}: expected 64 hex digits, colons allowed`, `config unset ${REMOTE_KEY}`)
  if (!isEncrypted) {
    throw badPin(
      `${REMOTE_KEY} is set, but gateway.remote.url is not a wss:// address`,
      'config set gateway.remote.url wss://...',
    )
  }
  return { value, source: REMOTE_KEY }
}

function badPin(message: string, command: string): CliFailure {
  return new CliFailure('config_invalid', message, {
    exitCode: exitCodes.configuration,
    notes: [{ label: 'fix', text: `mayros ${command}` }],
  })
}
