import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'

/**
 * SHA-256 of the first certificate in a PEM file, 64 hexadecimal digits in lower case: what a person compares who meets
 * a self-signed certificate. Rejects when the file cannot be read or holds no certificate.
 */
export async function fingerprintOf(certPath: string): Promise<string> {
  const certificate = new X509Certificate(await readFile(certPath))
  return certificate.fingerprint256.replaceAll(':', '').toLowerCase()
}
