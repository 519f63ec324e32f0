import { createPrivateKey, X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer, request } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fingerprintOf } from '../../src/adapters/tls-node/fingerprint-of.js'
import { generateSelfSigned } from '../../src/adapters/tls-node/generate-self-signed.js'
import { inspectAuthorities, inspectTls } from '../../src/adapters/tls-node/inspect-tls.js'
import { keepSelfSigned } from '../../src/adapters/tls-node/keep-self-signed.js'
import { CertificateAuthority } from '../doubles/certificate-authority.js'

let directory = ''

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tls-node-'))
})

afterEach(() => rm(directory, { recursive: true }))

describe('generateSelfSigned', () => {
  it('makes a certificate for the wanted hosts that its own key has signed', async () => {
    const hosts = ['gateway.example', 'localhost', '127.0.0.1', '::1', '2001:db8:0:1::7', '::ffff:10.0.0.1']
    const now = new Date('2026-03-01T12:00:00Z')
    const { certPath } = await generateSelfSigned({ directory, hosts, days: 30, now })
    const certificate = new X509Certificate(await readFile(certPath))
    expect(certificate.verify(certificate.publicKey)).toBe(true)
    expect(certificate.subject).toBe('CN=gateway.example')
    expect(certificate.ca).toBe(false)
    expect(new Date(certificate.validFrom)).toEqual(new Date('2026-03-01T11:00:00Z'))
    expect(new Date(certificate.validTo)).toEqual(new Date('2026-03-31T12:00:00Z'))
    expect(certificate.checkHost('gateway.example')).toBe('gateway.example')
    expect(certificate.checkHost('other.example')).toBeUndefined()
    for (const host of hosts.slice(2)) expect(certificate.checkIP(host), host).toBe(host)
  })

  it('can be valid beyond 2050', async () => {
    const { certPath } = await generateSelfSigned({ directory, days: 30 * 365, now: new Date('2026-03-01T12:00:00Z') })
    expect(new Date(new X509Certificate(await readFile(certPath)).validTo).getUTCFullYear()).toBe(2056)
  })

  it('is accepted by a client that trusts it, and by no other', async () => {
    const { certPath, keyPath } = await generateSelfSigned({ directory })
    const [cert, key] = await Promise.all([readFile(certPath), readFile(keyPath)])
    const server = createServer({ cert, key }, (_, response) => response.end('trusted'))
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const { port } = server.address() as AddressInfo
    const trusting = request({ host: '127.0.0.1', port, ca: cert, agent: false }).end()
    const [response] = await once(trusting, 'response')
    expect(response.statusCode).toBe(200)
    response.resume()
    const doubting = request({ host: '127.0.0.1', port, agent: false }).end()
    const [refusal] = await once(doubting, 'error')
    expect(refusal.code).toBe('DEPTH_ZERO_SELF_SIGNED_CERT')
    server.close()
  })

  it('keeps both files from other users, makes the folder, and replaces an earlier pair', async () => {
    const folder = join(directory, 'made', 'for it')
    const files = await generateSelfSigned({ directory: folder })
    const before = await fingerprintOf(files.certPath)
    for (const path of [files.certPath, files.keyPath]) expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect(await generateSelfSigned({ directory: folder })).toEqual(files)
    expect(await fingerprintOf(files.certPath)).not.toBe(before)
  })
})

describe('fingerprintOf', () => {
  it('is the SHA-256 of the certificate in lower-case hexadecimal', async () => {
    const { certPath } = await generateSelfSigned({ directory })
    expect(await fingerprintOf(certPath)).toMatch(/^[0-9a-f]{64}$/)
  })

  it('rejects what is not a certificate', async () => {
    const path = join(directory, 'not.pem')
    await writeFile(path, 'not a certificate')
    await expect(fingerprintOf(path)).rejects.toThrow()
    await expect(fingerprintOf(join(directory, 'absent.pem'))).rejects.toThrow(/ENOENT/)
  })
})

describe('keepSelfSigned', () => {
  const now = new Date('2026-03-01T12:00:00Z')
  const inDays = (days: number) => new Date(now.getTime() + days * 86_400_000)

  it('makes a certificate once, keeps it while it has more than 30 days left, then renews it', async () => {
    const folder = join(directory, 'tls')
    const first = await keepSelfSigned({ directory: folder, now })
    expect(first.outcome).toBe('made')
    expect((await stat(folder)).mode & 0o777).toBe(0o700)
    const fingerprint = await fingerprintOf(first.files.certPath)
    const hosts = ['other.example']
    const { notAfter } = await factsOf(first.files)
    const daysLeft = Math.floor((notAfter - now.getTime()) / 86_400_000)
    expect(await keepSelfSigned({ directory: folder, hosts, now: inDays(daysLeft - 31) })).toEqual({
      files: first.files,
      outcome: 'kept',
    })
    expect(await fingerprintOf(first.files.certPath)).toBe(fingerprint)
    expect((await keepSelfSigned({ directory: folder, hosts, now: inDays(daysLeft - 30) })).outcome).toBe('renewed')
    expect(await fingerprintOf(first.files.certPath)).not.toBe(fingerprint)
  })

  it.each(['gateway-cert.pem', 'gateway-key.pem'])('replaces a pair of which %s is damaged', async (name) => {
    await keepSelfSigned({ directory, now })
    await writeFile(join(directory, name), 'damaged')
    const { files, outcome } = await keepSelfSigned({ directory, now })
    expect(outcome).toBe('renewed')
    expect((await inspectTls(files)).ok).toBe(true)
  })
})

async function factsOf(files: { certPath: string; keyPath: string }) {
  const inspection = await inspectTls(files)
  if (!inspection.ok) throw new Error(inspection.problem.what)
  return inspection.facts
}

describe('inspectTls', () => {
  const authority = new CertificateAuthority()

  it('tells fingerprint, validity and whether the key lies open', async () => {
    const files = authority.issueInto(directory, 'good')
    const certificate = new X509Certificate(await readFile(files.certPath))
    const facts = await factsOf(files)
    expect(facts).toMatchObject({
      fingerprint: await fingerprintOf(files.certPath),
      notBefore: Date.parse(certificate.validFrom),
      notAfter: Date.parse(certificate.validTo),
      isKeyExposed: false,
    })
    await chmod(files.keyPath, 0o644)
    expect((await factsOf(files)).isKeyExposed).toBe(true)
  })

  it('tells that a chain changed although the certificate did not', async () => {
    const files = authority.issueInto(directory, 'chain')
    const before = await factsOf(files)
    await writeFile(files.certPath, `${await readFile(files.certPath, 'utf8')}${authority.cert}`)
    const after = await factsOf(files)
    expect(after.fingerprint).toBe(before.fingerprint)
    expect(after.contents).not.toBe(before.contents)
  })

  it('finds an expired certificate usable: that is for others to judge', async () => {
    const facts = await factsOf(authority.issueInto(directory, 'expired', { days: -1 }))
    expect(facts.notAfter).toBeLessThan(Date.now())
  })

  it('says which file cannot be used, and why', async () => {
    const good = authority.issueInto(directory, 'one')
    const other = authority.issueInto(directory, 'other')
    const file = async (name: string, text: string) => {
      await writeFile(join(directory, name), text)
      return join(directory, name)
    }
    const nonsense = await file('nonsense.pem', 'nonsense')
    const damaged = await file('damaged.pem', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n')
    const key = createPrivateKey(await readFile(good.keyPath))
    const locked = { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' } as const
    const lockedPath = await file('locked.pem', String(key.export(locked)))
    const problemOf = async (files: object) => {
      const inspection = await inspectTls({ ...good, ...files })
      return inspection.ok ? null : inspection.problem
    }
    expect(await problemOf({})).toBeNull()
    expect(await problemOf({ certPath: join(directory, 'absent') })).toEqual({
      file: 'certPath',
      what: 'does not exist',
    })
    expect(await problemOf({ certPath: directory })).toEqual({ file: 'certPath', what: 'cannot be read (EISDIR)' })
    expect(await problemOf({ certPath: nonsense })).toEqual({ file: 'certPath', what: 'holds no certificate in PEM' })
    expect(await problemOf({ certPath: damaged })).toEqual({ file: 'certPath', what: 'holds a damaged certificate' })
    expect(await problemOf({ keyPath: nonsense })).toEqual({ file: 'keyPath', what: 'holds no private key in PEM' })
    expect(await problemOf({ keyPath: lockedPath })).toEqual({ file: 'keyPath', what: 'is locked with a passphrase' })
    expect(await problemOf({ keyPath: other.keyPath })).toEqual({
      file: 'keyPath',
      what: 'does not belong to the certificate',
    })
    expect(await problemOf({ caPath: nonsense })).toEqual({ file: 'caPath', what: 'holds no certificate in PEM' })
    expect(await inspectAuthorities(nonsense)).toEqual({ file: 'caPath', what: 'holds no certificate in PEM' })
    expect(await inspectAuthorities(good.certPath)).toBeNull()
  })
})
