import type { StartRefusal } from './start-refusal.js'

/** What was found out about the files of `gateway.tls`. */
export interface TlsGuardFacts {
  /** For people. */
  readonly paths: { readonly certPath: string; readonly keyPath: string; readonly caPath?: string }
  /** Which file cannot be used, and why, in words that follow its path. */
  readonly problem: { readonly file: 'certPath' | 'keyPath' | 'caPath'; readonly what: string } | null
  /** When the certificate becomes valid and when it expires, Unix ms; null without a usable one. */
  readonly validity: { readonly notBefore: number; readonly notAfter: number } | null
  readonly isKeyExposed: boolean
  readonly now: number
}

const DAY_MS = 24 * 60 * 60 * 1000
/** From then on every start, and every look at the files, says that a certificate is about to expire. */
const WARN_DAYS = 14
const FIXES = {
  certPath: 'put a certificate in PEM there, or unset certPath and keyPath to have one made',
  keyPath: 'put the key of the certificate there, in PEM, without passphrase, readable for the user of the gateway',
  caPath: 'put the certificate of your authority there, in PEM, or unset gateway.tls.caPath to ask clients for none',
} as const

/** Nobody listens with files no client could accept. */
export function guardTls(facts: TlsGuardFacts): StartRefusal | null {
  const { problem, validity, paths, now } = facts
  if (problem !== null) {
    const { file, what } = problem
    return refusal(`gateway.tls.${file}: ${paths[file] ?? ''} ${what}`, FIXES[file])
  }
  if (validity !== null && validity.notAfter <= now) {
    const message = `gateway.tls.certPath: the certificate in ${paths.certPath} expired on ${day(validity.notAfter)}`
    return refusal(message, 'renew it, or unset certPath and keyPath to have a self-signed one made')
  }
  return null
}

/** What an operator should know of files that can be used. */
export function tlsWarnings({ paths, validity, isKeyExposed, now }: TlsGuardFacts): readonly string[] {
  const certificate = `the certificate in ${paths.certPath}`
  const days = validity === null ? Number.POSITIVE_INFINITY : Math.floor((validity.notAfter - now) / DAY_MS)
  return [
    ...(validity !== null && days < WARN_DAYS
      ? [`${certificate} expires on ${day(validity.notAfter)}, ${days === 1 ? '1 day' : `${days} days`} from now`]
      : []),
    ...(validity !== null && validity.notBefore > now
      ? [`${certificate} is valid from ${day(validity.notBefore)} on only`]
      : []),
    ...(isKeyExposed ? [`every user of this machine can read ${paths.keyPath}; fix: chmod 600 ${paths.keyPath}`] : []),
  ]
}

function refusal(message: string, fix: string): StartRefusal {
  return { kind: 'configuration', message, facts: [], fix }
}

function day(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}
