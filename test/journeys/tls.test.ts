import { existsSync, readFileSync, statSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { get } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { unusedPort } from '../contracts/harness/unused-port.js'
import { CertificateAuthority, type Issued } from '../doubles/certificate-authority.js'
import { CliHome, readRecord } from './harness/cli-home.js'
import { filesOf } from './harness/files-of.js'
import { occupy, release } from './harness/occupied-port.js'
import { RunningGateway } from './harness/running-gateway.js'
import { until } from './harness/until.js'

const TOKEN = 'the-token-of-the-journey'
const QUICK = { MAYROS_RESTART_COOLDOWN_MS: '0' }

let home: CliHome
let authority: CertificateAuthority

beforeEach(() => {
  home = new CliHome()
  authority = new CertificateAuthority()
})

afterEach(() => home.dispose())

function config(tls: object, more: object = {}): object {
  const reload = { debounceMs: 50, deferMs: 200 }
  return { gateway: { mode: 'local', auth: { token: TOKEN }, reload, tls, ...more } }
}

async function started(tls: object, env: Record<string, string> = {}): Promise<RunningGateway> {
  await home.configure(config(tls))
  return home.serving(home.start(['gateway', '--port', '0'], { env }))
}

/** The record once it says something else than before about the certificate. */
function recordAfter(before: string | null) {
  return until('another fingerprint in the record', () => {
    const record = readRecord(home.stateDir)
    return record !== null && record.tlsFingerprint !== before ? record : null
  })
}

async function isHealthy(gateway: RunningGateway): Promise<boolean> {
  const client = await gateway.connect()
  try {
    return (await client.call<{ ok: boolean }>('health', {})).ok
  } finally {
    await client.close()
  }
}

/** The status of `GET /healthz`, or the code of what went wrong. */
function getHealth(port: number, ca: string, shown?: Issued): Promise<number | string> {
  const outgoing = httpsRequest({ host: '127.0.0.1', port, path: '/healthz', ca, agent: false, ...shown }).end()
  return new Promise((resolve) => {
    outgoing.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    outgoing.once('response', (response) => resolve(response.resume().statusCode ?? 0))
  })
}

describe('a gateway that makes its own certificate', () => {
  it('serves who knows its fingerprint, commands of this machine first of all, and keeps it', async () => {
    const gateway = await started({ enabled: true })
    const { record } = gateway
    const { tlsFingerprint } = record
    expect(tlsFingerprint).toMatch(/^[0-9a-f]{64}$/)
    expect(record.urls[0]).toBe(`wss://127.0.0.1:${gateway.port}`)
    expect(gateway.process.stdout).toContain(`SHA-256 fingerprint ${tlsFingerprint}`)
    expect(gateway.process.stdout).toContain(`listening on wss://127.0.0.1:${gateway.port}`)
    const folder = join(home.stateDir, 'tls')
    expect(statSync(folder).mode & 0o777).toBe(0o700)
    for (const name of ['gateway-cert.pem', 'gateway-key.pem']) {
      expect(statSync(join(folder, name)).mode & 0o777, name).toBe(0o600)
    }
    expect(await home.run(['health'])).toMatchObject({ code: 0 })
    expect((await home.run(['gateway', 'status'])).stdout).toContain(`wss://127.0.0.1:${gateway.port}`)
    expect(await isHealthy(gateway)).toBe(true)
    const wrong = gateway.connect({ tlsFingerprint: '0'.repeat(64) })
    await expect(wrong).rejects.toMatchObject({ code: 'wrong_certificate' })
    await gateway.stop()
    const again = await home.serving(home.start(['gateway', '--port', '0']))
    expect(again.record.tlsFingerprint).toBe(tlsFingerprint)
    expect(again.process.stdout).not.toContain('made a self-signed certificate')
  })

  it('goes on serving when somebody speaks plain HTTP to it', async () => {
    const gateway = await started({ enabled: true })
    await new Promise((resolve) => {
      get(`http://127.0.0.1:${gateway.port}/healthz`, resolve).once('error', resolve)
    })
    expect(await isHealthy(gateway)).toBe(true)
    expect(gateway.process.end).toBeNull()
  })
})

describe('a gateway with a certificate of an authority', () => {
  it('is trusted by those who trust the authority, without a fingerprint', async () => {
    const gateway = await started({ enabled: true, ...authority.issueInto(home.path, 'own') })
    const ca = join(home.path, 'ca.pem')
    await writeFile(ca, authority.cert)
    const args = ['health', '--url', gateway.url, '--token', TOKEN]
    expect(await home.run(args, { env: { NODE_EXTRA_CA_CERTS: ca } })).toMatchObject({ code: 0 })
    expect((await home.run(args)).code).not.toBe(0)
    expect(existsSync(join(home.stateDir, 'tls'))).toBe(false)
  })

  it('takes a renewed one into use at SIGHUP, and nobody is cut off', async () => {
    const files = authority.issueInto(home.path, 'own')
    const gateway = await started({ enabled: true, ...files })
    const client = await gateway.connect()
    const before = gateway.record.tlsFingerprint
    await writeFile(files.certPath, 'half a file')
    gateway.process.kill('SIGHUP')
    await gateway.process.says(/could not be renewed; the old one stays in use/, 'stderr')
    expect(await isHealthy(gateway)).toBe(true)
    authority.issueInto(home.path, 'own')
    gateway.process.kill('SIGHUP')
    const record = await recordAfter(before)
    expect(await isHealthy(new RunningGateway(gateway.process, record, TOKEN))).toBe(true)
    expect((await client.call<{ ok: boolean }>('health', {})).ok).toBe(true)
  })

  it('that asks clients for certificates answers nobody else', async () => {
    const caPath = join(home.path, 'ca.pem')
    await writeFile(caPath, authority.cert)
    const gateway = await started({ enabled: true, caPath, ...authority.issueInto(home.path, 'own') })
    expect(await getHealth(gateway.port, authority.cert, authority.issue({ use: 'client' }))).toBe(200)
    expect(await getHealth(gateway.port, authority.cert)).toMatch(/^(ERR_SSL|ECONNRESET|EPIPE)/)
    const stranger = new CertificateAuthority().issue({ use: 'client' })
    expect(await getHealth(gateway.port, authority.cert, stranger)).toMatch(/^(ERR_SSL|ECONNRESET|EPIPE)/)
    await expect(gateway.connect()).rejects.toMatchObject({ code: 'unreachable' })
  })
})

describe('a start with a certificate that cannot be used', () => {
  it.each<[string, () => object, RegExp]>([
    [
      'an expired one',
      () => authority.issueInto(home.path, 'own', { days: -1 }),
      /^gateway\.tls\.certPath: the certificate in .*own-cert\.pem expired on \d{4}-\d\d-\d\d\nfix: /,
    ],
    [
      'a missing key',
      () => ({ ...authority.issueInto(home.path, 'own'), keyPath: join(home.path, 'absent.pem') }),
      /^gateway\.tls\.keyPath: .*absent\.pem does not exist\nfix: /,
    ],
    [
      'a key of another one',
      () => {
        const { keyPath } = authority.issueInto(home.path, 'other')
        return { ...authority.issueInto(home.path, 'own'), keyPath }
      },
      /^gateway\.tls\.keyPath: .*other-key\.pem does not belong to the certificate\nfix: /,
    ],
    ['none at all', () => ({ autoGenerate: false }), /^gateway\.tls\.enabled is true, but .*\nfix: /],
    [
      'a certificate without key',
      () => ({ certPath: authority.issueInto(home.path, 'own').certPath }),
      /gateway\.tls\.certPath: needs gateway\.tls\.keyPath/,
    ],
  ])('%s: exit 78, and nothing is made', async (_, make, said) => {
    await home.configure(config({ enabled: true, ...make() }))
    const before = filesOf(home.stateDir)
    const { code, stderr } = await home.run(['gateway', '--port', '0'])
    expect(stderr).toMatch(said)
    expect(code).toBe(78)
    expect(filesOf(home.stateDir)).toEqual(before)
  })

  it('tells of one that is about to expire, and starts', async () => {
    const gateway = await started({ enabled: true, ...authority.issueInto(home.path, 'own', { days: 10 }) })
    await gateway.process.says(/own-cert\.pem expires on \d{4}-\d\d-\d\d, 9 days from now/, 'stderr')
    expect(await isHealthy(gateway)).toBe(true)
  })
})

describe('gateway.tls in the file of a running gateway', () => {
  it('is taken over by a restart in process, on the same port, there and back', async () => {
    const port = await unusedPort()
    await home.configure(config({ enabled: false }, { port }))
    const gateway = await home.serving(home.start(['gateway'], { env: QUICK }))
    const client = await gateway.connect()
    await home.configure(config({ enabled: true }, { port }))
    expect((await client.closed).code).toBe(1012)
    const record = await recordAfter(null)
    expect(record).toMatchObject({ pid: gateway.process.pid, port })
    expect(record.urls[0]).toBe(`wss://127.0.0.1:${port}`)
    const encrypted = new RunningGateway(gateway.process, record, TOKEN)
    expect(await isHealthy(encrypted)).toBe(true)
    expect(await home.run(['health'])).toMatchObject({ code: 0 })
    await expect(gateway.connect()).rejects.toMatchObject({ code: 'unreachable' })
    await home.configure(config({ enabled: false }, { port }))
    const plain = new RunningGateway(gateway.process, await recordAfter(record.tlsFingerprint), TOKEN)
    expect(await isHealthy(plain)).toBe(true)
    await gateway.stop()
    await release(await occupy(port))
  })

  it('that names a broken certificate is refused, and the running gateway stays', async () => {
    const port = await unusedPort()
    await home.configure(config({ enabled: false }, { port }))
    const gateway = await home.serving(home.start(['gateway'], { env: QUICK }))
    const client = await gateway.connect()
    const files = authority.issueInto(home.path, 'own')
    await rm(files.keyPath)
    await home.configure(config({ enabled: true, ...files }, { port }))
    await gateway.process.says(/restart refused, gateway\.tls\.keyPath: .* does not exist; keeping/, 'stderr')
    expect((await client.call<{ ok: boolean }>('health', {})).ok).toBe(true)
    expect(readRecord(home.stateDir)).toMatchObject({ tlsFingerprint: null })
    expect(readFileSync(home.configPath, 'utf8')).toContain('own-key.pem')
  })
})
