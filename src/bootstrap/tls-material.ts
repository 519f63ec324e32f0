import type { KeptCertificate } from '../adapters/tls-node/keep-self-signed.js'
import type { Log } from '../application/ports/log.js'
import type { Endpoint, TransportTls } from '../application/ports/transport.js'
import { guardTls, type TlsGuardFacts, tlsWarnings } from '../application/start/guard-tls.js'
import { refusalLines } from '../application/start/start-refusal.js'
import { messageOf } from '../domain/failure.js'
import { refuse } from './judge-config.js'
import { EXIT, StartStopped } from './start-stopped.js'
import type { TlsChoice } from './tls-choice.js'
import { certificateHosts } from './tls-hosts.js'

/** Files a gateway can encrypt with, and what to tell of them. */
export interface TlsMaterial {
  readonly choice: TlsChoice
  readonly files: TransportTls
  /** Lower-case hex SHA-256 of the certificate. */
  readonly fingerprint: string
  /** Differs whenever the text of one of the files does. */
  readonly contents: string
  readonly notAfter: number
  readonly origin: KeptCertificate['outcome'] | 'given'
  readonly warnings: readonly string[]
}

/**
 * Whether a gateway could encrypt as it is to. Changes nothing: a certificate that is still to be made is taken for good.
 * @throws StartStopped
 */
export async function checkTls(choice: TlsChoice, now: number): Promise<void> {
  if (choice.kind === 'files') await judged(choice.files, now)
  if (choice.kind === 'self-signed' && choice.caPath !== undefined) await checkAuthorities(choice.caPath, now)
}

/**
 * The files to encrypt with; null without encryption. Makes or renews a self-signed certificate where one is wanted.
 * @throws StartStopped
 */
export async function openTls(
  choice: TlsChoice,
  endpoints: readonly Endpoint[],
  now: number,
): Promise<TlsMaterial | null> {
  switch (choice.kind) {
    case 'off':
      return null
    case 'files':
      return { choice, origin: 'given', ...(await judged(choice.files, now)) }
    case 'self-signed': {
      const { files, outcome } = await selfSigned(choice.directory, endpoints, now)
      const authorities = choice.caPath === undefined ? {} : { caPath: choice.caPath }
      return { choice, origin: outcome, ...(await judged({ ...files, ...authorities }, now)) }
    }
  }
}

/** Says what a person compares who meets the certificate, and what is wrong with it. */
export function tellTls({ files, origin, fingerprint, notAfter, warnings }: TlsMaterial, log: Log): void {
  if (origin === 'made') log.info(`made a self-signed certificate, ${files.certPath}`)
  if (origin === 'renewed') {
    log.warn('the self-signed certificate was renewed; clients that pinned the old one need the new fingerprint')
  }
  const until = new Date(notAfter).toISOString().slice(0, 10)
  log.info(`certificate ${files.certPath}, valid until ${until}, SHA-256 fingerprint ${fingerprint}`)
  for (const warning of warnings) log.warn(warning)
}

type Judged = Pick<TlsMaterial, 'files' | 'fingerprint' | 'contents' | 'notAfter' | 'warnings'>

async function judged(files: TransportTls, now: number): Promise<Judged> {
  const { inspectTls } = await import('../adapters/tls-node/inspect-tls.js')
  const inspection = await inspectTls(files)
  if (!inspection.ok) throw refused({ paths: files, problem: inspection.problem, ...UNKNOWN, now })
  const { fingerprint, contents, isKeyExposed, notBefore, notAfter } = inspection.facts
  const facts = { paths: files, problem: null, validity: { notBefore, notAfter }, isKeyExposed, now }
  refuse(guardTls(facts))
  return { files, fingerprint, contents, notAfter, warnings: tlsWarnings(facts) }
}

const UNKNOWN = { validity: null, isKeyExposed: false } as const

async function checkAuthorities(caPath: string, now: number): Promise<void> {
  const { inspectAuthorities } = await import('../adapters/tls-node/inspect-tls.js')
  const problem = await inspectAuthorities(caPath)
  refuse(guardTls({ paths: { certPath: '', keyPath: '', caPath }, problem, ...UNKNOWN, now }))
}

function refused(facts: TlsGuardFacts): StartStopped {
  const refusal = guardTls(facts)
  return new StartStopped(EXIT.configuration, refusal === null ? [] : refusalLines(refusal))
}

async function selfSigned(directory: string, endpoints: readonly Endpoint[], now: number): Promise<KeptCertificate> {
  const { keepSelfSigned } = await import('../adapters/tls-node/keep-self-signed.js')
  try {
    return await keepSelfSigned({ directory, hosts: certificateHosts(endpoints), now: new Date(now) })
  } catch (thrown) {
    throw new StartStopped(EXIT.configuration, [
      `no self-signed certificate could be made in ${directory}: ${messageOf(thrown)}`,
      'fix: let the gateway write there, or set gateway.tls.certPath and gateway.tls.keyPath',
    ])
  }
}
