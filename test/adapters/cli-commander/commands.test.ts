import { X509Certificate } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { generateSelfSigned } from '../../../src/adapters/tls-node/generate-self-signed.js'
import { type CliScene, CliStage, recordOn } from '../../doubles/cli-stage.js'
import { type DoubleOptions, GatewayDouble } from '../../doubles/gateway-double.js'

const cleanups: (() => Promise<unknown> | unknown)[] = []

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

const HEALTH = {
  ok: true,
  ts: Date.now() - 12_000,
  durationMs: 1,
  channels: { telegram: { accounts: { default: { state: 'connected', probe: { ok: true, latencyMs: 182 } } } } },
  channelOrder: ['telegram'],
  channelLabels: {},
  heartbeatSeconds: 1800,
  defaultAgentId: 'main',
  agents: [{ agentId: 'main', isDefault: true, heartbeat: { enabled: true, every: '30m' }, sessions: { count: 14 } }],
  sessions: { count: 14, recent: [] },
}

async function gateway(options: DoubleOptions = {}): Promise<GatewayDouble> {
  const server = await GatewayDouble.start({ token: 's3cret', ...options })
  cleanups.push(() => server.stop())
  return server
}

function at(server: GatewayDouble, scene: CliScene = {}): CliStage {
  return new CliStage({ record: recordOn(server.port), hints: { token: 's3cret' }, ...scene })
}

/** An address where nobody listens. */
async function deadUrl(): Promise<string> {
  const server = await GatewayDouble.start()
  const { url } = server
  await server.stop()
  return url
}

describe('failures every client command shares', () => {
  it('unreachable', async () => {
    const url = await deadUrl()
    const scene = { hints: { port: Number(new URL(url).port) } }
    expect(await new CliStage(scene).run('health')).toEqual({
      exitCode: 3,
      stdout: '',
      stderr: [
        `Error: no gateway at ${url} (connection refused)`,
        '  from    gateway.port in ~/.mayros/mayros.json',
        '  fix     mayros gateway            or see: mayros gateway status',
        '',
      ].join('\n'),
    })
    const { exitCode, stdout } = await new CliStage(scene).run('gateway', 'call', 'health', '--json')
    expect(exitCode).toBe(3)
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, error: { code: 'unreachable', hint: expect.any(String) } })
  })

  it('unauthorized, naming both sources and no secret', async () => {
    const server = await gateway()
    const { exitCode, stderr } = await at(server, { variables: { MAYROS_GATEWAY_TOKEN: 'wr0ng' } }).run('health')
    expect(exitCode).toBe(4)
    expect(stderr).toContain('Error: unauthorized: token does not match (sent the one from MAYROS_GATEWAY_TOKEN)')
    expect(stderr).toContain('gateway.auth.token in ~/.mayros/mayros.json')
    expect(stderr).not.toContain('wr0ng')
    const missing = await at(server, { hints: {} }).run('health')
    expect(missing.stderr).toContain('unauthorized: the gateway wants a token, and none is known here')
  })

  it('says that a password is only stored as a hash', async () => {
    const server = await gateway({
      connect: (call) => {
        call.fail('INVALID_REQUEST', 'unauthorized: gateway password missing', {
          details: { code: 'AUTH_PASSWORD_MISSING' },
        })
      },
    })
    const { exitCode, stderr } = await at(server, { hints: { isPasswordHashed: true } }).run('health')
    expect(exitCode).toBe(4)
    expect(stderr).toContain('Error: unauthorized: the gateway wants a password, and none is known here\n')
    expect(stderr).toContain('stored as a hash; pass the password with --password or MAYROS_GATEWAY_PASSWORD\n')
  })

  it.each([
    [
      'NOT_PAIRED',
      'pairing required',
      { code: 'PAIRING_REQUIRED', requestId: 'r-7' },
      4,
      'this device is not approved yet: mayros devices approve r-7',
    ],
    [
      'INVALID_REQUEST',
      'unauthorized: too many failed authentication attempts',
      { code: 'AUTH_RATE_LIMITED' },
      4,
      'too many failed logins, try again later',
    ],
    [
      'INVALID_REQUEST',
      'protocol mismatch',
      { expectedProtocol: 4 },
      1,
      'gateway speaks protocol 4, this program 3: update the older one',
    ],
  ])('%s %s', async (code, message, details, exitCode, text) => {
    const server = await gateway({
      connect: (call) => {
        call.fail(code, message, { details })
        call.socket.close(1008, message)
      },
    })
    const result = await at(server).run('health')
    expect([result.exitCode, result.stderr.split('\n')[0]]).toEqual([exitCode, `Error: ${text}`])
  })

  it('time-out, something else on the port, missing scope', async () => {
    const silent = await gateway({ firstFrame: null })
    const late = await at(silent).run('health', '--timeout', '50')
    expect([late.exitCode, late.stderr.split('\n')[0]]).toEqual([3, `Error: no answer from ${silent.url} within 50 ms`])

    const web = createServer((_request, response) => response.writeHead(404, { server: 'nginx' }).end())
    await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve))
    cleanups.push(() => web.close())
    const { port } = web.address() as AddressInfo
    const other = await new CliStage({ hints: { port } }).run('health')
    expect(other.exitCode).toBe(3)
    expect(other.stderr).toContain('answers, but not as a Mayros gateway (HTTP 404, server nginx)')

    const guarded = await gateway({
      methods: { health: (call) => call.fail('INVALID_REQUEST', 'missing scope: operator.admin') },
    })
    const refused = await at(guarded).run('health')
    expect([refused.exitCode, refused.stderr]).toEqual([4, 'Error: needs scope operator.admin\n'])
  })
})

describe('a pinned certificate', () => {
  async function encrypted() {
    const directory = await mkdtemp(join(tmpdir(), 'mayros-tls-'))
    cleanups.push(() => rm(directory, { recursive: true }))
    const { certPath, keyPath } = await generateSelfSigned({ directory })
    const [cert, key] = [await readFile(certPath, 'utf8'), await readFile(keyPath, 'utf8')]
    const server = await gateway({ tls: { cert, key }, methods: { health: (call) => call.ok(HEALTH) } })
    return { server, shown: new X509Certificate(cert).fingerprint256 }
  }
  const at = ({ url }: GatewayDouble, ...more: string[]) => ['health', '--url', url, '--token', 's3cret', ...more]

  it('lets in, written with colons or without', async () => {
    const { server, shown } = await encrypted()
    for (const text of [shown, shown.toLowerCase(), shown.replaceAll(':', '')]) {
      const { exitCode, stderr } = await new CliStage().run(...at(server, '--tls-fingerprint', text))
      expect([exitCode, stderr]).toEqual([0, ''])
    }
    const record = recordOn(server.port, {
      urls: [server.url],
      tlsFingerprint: shown.replaceAll(':', '').toLowerCase(),
    })
    const scene = { record, hints: { token: 's3cret' } }
    expect((await new CliStage(scene).run('health')).exitCode).toBe(0)
    expect((await new CliStage(scene).run('gateway', 'status')).stdout).toContain(`TLS: certificate SHA-256 ${shown}\n`)
  })

  it('that is another one is explained, and gets no secret', async () => {
    const { server, shown } = await encrypted()
    const pin = 'ab'.repeat(32)
    const { exitCode, stderr } = await new CliStage().run(...at(server, '--tls-fingerprint', pin))
    expect(exitCode).toBe(3)
    expect(stderr).toBe(
      [
        `Error: ${server.url} shows another certificate than the pinned one; nothing was sent to it`,
        '  from    --url, pinned by --tls-fingerprint',
        `  note    expected ${'AB:'.repeat(31)}AB`,
        `  note    seen     ${shown}`,
        '  fix     if the certificate was renewed, compare it (shown on its host by: mayros gateway status) and pass the new fingerprint with --tls-fingerprint',
        '',
      ].join('\n'),
    )
    expect(server.connects).toEqual([])
    const { stdout } = await new CliStage().run(...at(server, '--tls-fingerprint', pin, '--json'))
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      error: {
        code: 'wrong_certificate',
        details: { expected: pin, seen: shown.replaceAll(':', '').toLowerCase() },
      },
    })
  })

  it('is offered as the way out when nobody vouches for a certificate', async () => {
    const { server } = await encrypted()
    const { exitCode, stderr } = await new CliStage().run(...at(server))
    expect(exitCode).toBe(3)
    expect(stderr).toContain('(certificate is self-signed and not pinned)')
    expect(stderr).toContain('--tls-fingerprint <sha256>')
  })
})

describe('health', () => {
  it('prints the snapshot and asks for the scopes of the command line', async () => {
    const server = await gateway({ methods: { health: (call) => call.ok(HEALTH) } })
    const { exitCode, stdout, stderr } = await at(server).run('health')
    expect([exitCode, stderr]).toEqual([0, ''])
    expect(stdout.replace(/\(\d+ ms, snapshot \d+ s old\)/, '(N)')).toBe(
      'Gateway health: ok (N)\n  telegram/default  connected  probe ok 182 ms\n  agents            main: 14 sessions, heartbeat 30m\n',
    )
    expect(server.connects[0]).toMatchObject({
      client: { id: 'cli', version: '1.2.3', platform: 'linux', mode: 'cli' },
      role: 'operator',
      scopes: ['operator.admin', 'operator.read', 'operator.write', 'operator.approvals', 'operator.pairing'],
      auth: { token: 's3cret' },
      device: { id: expect.any(String) },
    })
  })

  it('is the payload with --json, probes with --verbose, and fails when unhealthy', async () => {
    const server = await gateway({ methods: { health: (call) => call.ok({ ...HEALTH, ok: false }) } })
    const { exitCode, stdout } = await at(server).run('gateway', 'health', '--json', '--verbose')
    expect(exitCode).toBe(1)
    expect(JSON.parse(stdout)).toEqual({ ...HEALTH, ok: false })
    expect(server.calls).toEqual([{ method: 'health', params: { probe: true } }])
  })
})

describe('gateway call', () => {
  it('prints the payload; parameters come from the line, a file or stdin', async () => {
    const server = await gateway({ methods: { echo: (call) => call.ok(call.params) } })
    const scene = { files: { 'p.json': '{"b":2}' }, stdin: '{"c":3}' }
    for (const [params, expected] of [
      ['{"a":1}', { a: 1 }],
      ['@p.json', { b: 2 }],
      ['-', { c: 3 }],
    ] as const) {
      const { exitCode, stdout } = await at(server, scene).run('gateway', 'call', 'echo', '--params', params)
      expect([exitCode, JSON.parse(stdout)]).toEqual([0, expected])
    }
  })

  it('waits for the final with --expect-final, prints null for no payload', async () => {
    const server = await gateway({
      methods: {
        agent: (call) => {
          call.ok({ status: 'accepted' })
          call.ok({ status: 'ok' })
        },
        quiet: (call) => call.ok(),
      },
    })
    expect(JSON.parse((await at(server).run('gateway', 'call', 'agent')).stdout)).toEqual({ status: 'accepted' })
    expect(JSON.parse((await at(server).run('gateway', 'call', 'agent', '--expect-final')).stdout)).toEqual({
      status: 'ok',
    })
    expect((await at(server).run('gateway', 'call', 'quiet')).stdout).toBe('null\n')
  })

  it('shows code, message and details of a refusal', async () => {
    const server = await gateway({
      methods: { x: (call) => call.fail('UNAVAILABLE', 'not now', { details: { limit: '3 per 60s' } }) },
    })
    expect(await at(server).run('gateway', 'call', 'x')).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: 'Error: UNAVAILABLE: not now\n  {\n    "limit": "3 per 60s"\n  }\n',
    })
    const document = JSON.parse((await at(server).run('gateway', 'call', 'x', '--json')).stdout) as unknown
    expect(document).toMatchObject({ ok: false, error: { code: 'rpc', details: { limit: '3 per 60s' } } })
  })
})
