import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer, request } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fingerprintOf } from '../../src/adapters/tls-node/fingerprint-of.js'
import { generateSelfSigned } from '../../src/adapters/tls-node/generate-self-signed.js'

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
