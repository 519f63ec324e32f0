import { createHash, createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { createSecureContext } from 'node:tls'
import type { TransportTls } from '../../application/ports/transport.js'

/** What files of a server say, once they are found good for use. */
export interface TlsFacts {
  /** SHA-256 of the server's own certificate, 64 hexadecimal digits in lower case. */
  readonly fingerprint: string
  /** When it becomes valid and when it expires, Unix ms. Expired ones are good for use as far as this goes. */
  readonly notBefore: number
  readonly notAfter: number
  /** Differs whenever the text of one of the files does. */
  readonly contents: string
  /** Whether any user of this machine may read the key. */
  readonly isKeyExposed: boolean
}

/** Why files cannot be used: which of them, and a predicate for a sentence that begins with its path. */
export interface TlsProblem {
  readonly file: keyof TransportTls
  readonly what: string
}

export type TlsInspection =
  | { readonly ok: true; readonly facts: TlsFacts }
  | { readonly ok: false; readonly problem: TlsProblem }

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g
const OTHERS_MAY_READ = 0o004

class Unusable extends Error {
  readonly problem: TlsProblem

  constructor(file: keyof TransportTls, what: string) {
    super(what)
    this.problem = { file, what }
  }
}

/** Reads certificate, key and authorities and tries whether a server could use them. Changes nothing. */
export async function inspectTls(files: TransportTls): Promise<TlsInspection> {
  try {
    return { ok: true, facts: await factsOf(files) }
  } catch (thrown) {
    if (thrown instanceof Unusable) return { ok: false, problem: thrown.problem }
    throw thrown
  }
}

/** Why a file of authorities cannot be used; null when it can. */
export async function inspectAuthorities(caPath: string): Promise<TlsProblem | null> {
  try {
    certificatesIn(await textOf('caPath', caPath), 'caPath')
    return null
  } catch (thrown) {
    if (thrown instanceof Unusable) return thrown.problem
    throw thrown
  }
}

async function factsOf({ certPath, keyPath, caPath }: TransportTls): Promise<TlsFacts> {
  const cert = await textOf('certPath', certPath)
  const key = await textOf('keyPath', keyPath)
  const ca = caPath === undefined ? undefined : await textOf('caPath', caPath)
  const [own] = certificatesIn(cert, 'certPath')
  if (ca !== undefined) certificatesIn(ca, 'caPath')
  if (!own.checkPrivateKey(keyIn(key))) throw new Unusable('keyPath', 'does not belong to the certificate')
  tryOut(cert, key)
  return {
    fingerprint: own.fingerprint256.replaceAll(':', '').toLowerCase(),
    notBefore: Date.parse(own.validFrom),
    notAfter: Date.parse(own.validTo),
    contents: digestOf(cert, key, ca ?? ''),
    isKeyExposed: process.platform !== 'win32' && ((await stat(keyPath)).mode & OTHERS_MAY_READ) !== 0,
  }
}

async function textOf(file: keyof TransportTls, path: string): Promise<string> {
  try {
    return await readFile(path, 'latin1')
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException
    throw new Unusable(file, code === 'ENOENT' ? 'does not exist' : `cannot be read (${code ?? 'unknown error'})`)
  }
}

function certificatesIn(text: string, file: keyof TransportTls): [X509Certificate, ...X509Certificate[]] {
  try {
    const [first, ...rest] = (text.match(CERTIFICATE) ?? []).map((pem) => new X509Certificate(pem))
    if (first !== undefined) return [first, ...rest]
  } catch {
    throw new Unusable(file, 'holds a damaged certificate')
  }
  throw new Unusable(file, 'holds no certificate in PEM')
}

function keyIn(text: string): KeyObject {
  try {
    return createPrivateKey(text)
  } catch {
    const isLocked = text.includes('ENCRYPTED')
    throw new Unusable('keyPath', isLocked ? 'is locked with a passphrase' : 'holds no private key in PEM')
  }
}

/** The engine has opinions of its own, for example about short keys. */
function tryOut(cert: string, key: string): void {
  try {
    createSecureContext({ cert, key })
  } catch (thrown) {
    const code = (thrown as NodeJS.ErrnoException).code ?? 'unknown error'
    throw new Unusable('certPath', `is not accepted by the TLS library (${code})`)
  }
}

function digestOf(...texts: readonly string[]): string {
  const hash = createHash('sha256')
  for (const text of texts) hash.update(`${text.length}:`).update(text, 'latin1')
  return hash.digest('hex')
}
