import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseValueText } from '../../../src/adapters/config-json5/parse-value-text.js'
import { MemoryPrivateFiles } from '../../../src/adapters/private-files-memory/memory-private-files.js'
import { generateSelfSigned } from '../../../src/adapters/tls-node/generate-self-signed.js'
import { writeDeviceFile } from '../../../src/domain/access/pairing-file.js'
import { type CliScene, CliStage, recordOn } from '../../doubles/cli-stage.js'
import { GatewayDouble } from '../../doubles/gateway-double.js'
import { ConfigDirectory } from '../config-json5/config-directory.js'

const STATE = '/home/alice/.mayros'
const DAY_MS = 86_400_000
const CAREFUL = `{ gateway: { mode: "local", auth: { token: { env: "TOKEN" } } } }`
const variables = { TOKEN: 'q3Zk8vT1xLr0WnYd6sPjB2mHc9GfEu7A' }

let directory: ConfigDirectory
let privateFiles: MemoryPrivateFiles
const cleanups: (() => Promise<unknown>)[] = []

beforeEach(async () => {
  directory = await ConfigDirectory.create({ 'mayros.json': CAREFUL })
  privateFiles = new MemoryPrivateFiles().put(STATE, { kind: 'directory' }).put(directory.root)
})

afterEach(async () => {
  await Promise.all(cleanups.splice(0).map((cleanup) => cleanup()))
  await directory.remove()
})

function run(argv: readonly string[] = [], scene: CliScene = {}) {
  const openConfig: CliScene['openConfig'] = async () => ({
    source: directory.recorded({ variables: { ...variables, ...scene.variables } }),
    history: directory.history,
    parseValue: parseValueText,
  })
  return new CliStage({ openConfig, privateFiles, variables, ...scene }).run('security', 'audit', ...argv)
}

async function audited(argv: readonly string[] = [], scene: CliScene = {}) {
  const { exitCode, stdout } = await run([...argv, '--json'], scene)
  const report = JSON.parse(stdout)
  return { exitCode, report, ids: report.findings.map(({ checkId }: { checkId: string }) => checkId) }
}

describe('security audit', () => {
  it('says so when there is nothing to say, without a gateway', async () => {
    expect(await run()).toEqual({ exitCode: 0, stdout: 'nothing found\n', stderr: '' })
  })

  it('tells what is wrong, why and what to do; critical things end with 1', async () => {
    await directory.write({ 'mayros.json': '{ gateway: { bind: "lan", auth: { mode: "none" } } }' })
    const { exitCode, stdout } = await run()
    expect(exitCode).toBe(1)
    expect(stdout).toContain('critical  others reach the gateway without any credential  bind.exposed-without-auth\n')
    expect(stdout).toContain('          gateway.bind is lan, auth mode none\n')
    expect(stdout).toContain('          fix: set gateway.auth.token, or gateway.bind to loopback\n')
    expect(stdout).toMatch(/\n\d critical, \d warnings, \d for information\n$/)
  })

  it('has one document for programs', async () => {
    await directory.write({ 'mayros.json': '{ logging: { redactSensitive: "off" } }' })
    const { exitCode, report } = await audited()
    expect(exitCode).toBe(0)
    expect(report).toEqual({
      ts: expect.any(Number),
      summary: { critical: 0, warn: 1, info: 0 },
      findings: [
        {
          checkId: 'logging.redaction-off',
          severity: 'warn',
          title: expect.any(String),
          detail: 'logging.redactSensitive is off',
          remediation: 'set logging.redactSensitive to tools',
          key: 'logging.redactSensitive',
        },
      ],
    })
  })

  it('sees secrets of included files, and none where a file or a variable is named', async () => {
    await directory.write({
      'mayros.json': `{
        gateway: { auth: { token: "\${TOKEN}" } },
        models: { $include: "models.json5" },
        hooks: { enabled: true, token: { file: "hooks.txt" } },
      }`,
      'models.json5': '{ providers: { openai: { apiKey: "sk-hush" } } }',
      'hooks.txt': 'Zx9Lq2Wv7Kp4Nt6Rb1Ys8Fm3Hd5Gj0Ca',
    })
    privateFiles.put(join(directory.path, 'hooks.txt'), { mode: 0o644 })
    const { report, ids } = await audited()
    expect(ids).toEqual(['files.config', 'auth.secret-in-config'])
    expect(report.findings[1]).toMatchObject({ key: 'models.providers.openai.apiKey', severity: 'warn' })
    expect(JSON.stringify(report)).not.toContain('hush')
  })
})

describe('security audit of files that are wrong', () => {
  it('looks at every value that is valid by itself', async () => {
    await directory.write({
      'mayros.json': `{
        gateway: { bind: "lan", port: "many", prt: 1, auth: { mode: "none" }, trustedProxies: ["0.0.0.0/0", "nonsense"] },
        logging: { redactSensitive: "off" },
        hooks: { enabled: true },
        agents: { list: [{ id: "a" }, { name: "nobody" }] },
      }`,
    })
    const { exitCode, ids, report } = await audited()
    expect(exitCode).toBe(1)
    for (const id of ['config.invalid', 'bind.exposed-without-auth', 'proxy.too-wide', 'logging.redaction-off']) {
      expect(ids).toContain(id)
    }
    expect(report.findings.find(({ checkId }: { checkId: string }) => checkId === 'config.invalid').detail).toMatch(
      /and \d more; only what is valid by itself was looked at$/,
    )
  })

  it.each(['{ gateway: ', '[]', '{ gateway: 7, channels: "all" }', '{ tools: { exec: [] } }'])(
    'survives %s',
    async (text) => {
      await directory.write({ 'mayros.json': text })
      const { exitCode, ids } = await audited()
      expect(exitCode).toBe(0)
      expect(ids).toEqual(['config.invalid'])
    },
  )

  it('keeps the elements of a list that are right', async () => {
    await directory.write({
      'mayros.json': '{ gateway: { trustedProxies: ["one", "10.0.0.0/7", "two", "3", "11.0.0.0/7", 5] } }',
    })
    const { report } = await audited()
    const found = report.findings.filter(({ checkId }: { checkId: string }) => checkId === 'proxy.too-wide')
    expect(found.map(({ detail }: { detail: string }) => detail)).toEqual([
      'whoever is in 10.0.0.0/7 can claim any client address',
      'whoever is in 11.0.0.0/7 can claim any client address',
    ])
  })

  it('works without any file', async () => {
    await rm(directory.root)
    expect((await audited()).ids).toEqual([])
  })
})

describe('security audit --fix', () => {
  it('mends rights, groups and redaction, and nothing else', async () => {
    await directory.write({
      'mayros.json': `{
        // mine
        gateway: { bind: "lan", auth: { mode: "none" }, tools: { allow: ["gateway"] } },
        channels: { irc: { host: "irc.example", groupPolicy: "open", accounts: { a: {}, b: { groupPolicy: "open" } } } },
        logging: { redactSensitive: "off" },
      }`,
    })
    privateFiles.put(STATE, { kind: 'directory', mode: 0o755 }).put(`${STATE}/mayros.db`, { mode: 0o644 })
    const { exitCode, report, ids } = await audited(['--fix'])
    expect(exitCode).toBe(1)
    expect(report.fix).toEqual({
      applied: expect.arrayContaining([
        `chmod 700 ${STATE}`,
        `chmod 600 ${STATE}/mayros.db`,
        'set channels.irc.groupPolicy = allowlist',
        'set channels.irc.accounts.b.groupPolicy = allowlist',
        'set logging.redactSensitive = tools',
      ]),
      failed: [],
    })
    expect(report.fix.applied).toHaveLength(5)
    expect(ids).toEqual(['bind.exposed-without-auth', 'auth.none', 'tools.http-allow', 'bind.lan', 'tls.off-on-lan'])
    const text = await readFile(directory.root, 'utf8')
    expect(text).toContain('// mine')
    expect(text).toContain('bind: "lan", auth: { mode: "none" }, tools: { allow: ["gateway"] }')
    expect(text).not.toContain('open')
  })

  it('tells what it could not mend and mends the rest', async () => {
    await directory.write({ 'mayros.json': '{ logging: { redactSensitive: "off" } }' })
    privateFiles
      .put(`${STATE}/mayros.db`, { mode: 0o644, owner: 'root' })
      .put(STATE, { kind: 'directory', mode: 0o755 })
    privateFiles.tighten = async (path) => {
      throw new Error(`not allowed: ${path}`)
    }
    const { report } = await audited(['--fix'])
    expect(report.fix).toEqual({
      applied: ['set logging.redactSensitive = tools'],
      failed: [
        `chmod 600 ${STATE}/mayros.db: not allowed: ${STATE}/mayros.db`,
        `chmod 700 ${STATE}: not allowed: ${STATE}`,
      ],
    })
  })

  it('has nothing to do', async () => {
    expect((await audited(['--fix'])).report.fix).toEqual({ applied: [], failed: [] })
  })
})

describe('security audit --deep', () => {
  async function gateway(connect?: 'open'): Promise<GatewayDouble> {
    const server = await GatewayDouble.start(connect === 'open' ? {} : { token: 's3cret' })
    cleanups.push(() => server.stop())
    return server
  }

  it('knocks without any credential and is content when it is refused', async () => {
    const server = await gateway()
    const { ids } = await audited(['--deep'], { record: recordOn(server.port), hints: { token: 's3cret' } })
    expect(ids).toEqual([])
    expect(server.connects).toHaveLength(1)
    expect(server.connects[0]).not.toHaveProperty('device')
    expect(JSON.stringify(server.connects)).not.toContain('s3cret')
  })

  it('raises the alarm when it is let in', async () => {
    const server = await gateway('open')
    const { exitCode, ids } = await audited(['--deep'], { record: recordOn(server.port) })
    expect([exitCode, ids]).toEqual([1, ['deep.open-door']])
  })

  it('raises the alarm where only devices are asked for, because anybody on this machine can make one up', async () => {
    const server = await GatewayDouble.start({
      connect: (call) =>
        call.fail('NOT_PAIRED', 'device identity required', { details: { code: 'DEVICE_IDENTITY_REQUIRED' } }),
    })
    cleanups.push(() => server.stop())
    const asking = await audited(['--deep'], { record: recordOn(server.port, { authMode: 'token' }) })
    expect(asking.ids).toEqual([])
    const open = await audited(['--deep'], { record: recordOn(server.port, { authMode: 'none' }) })
    expect([open.exitCode, open.ids]).toEqual([1, ['deep.open-door']])
  })

  it('goes on without a gateway', async () => {
    const server = await gateway()
    const { port } = server
    await server.stop()
    const { exitCode, ids } = await audited(['--deep'], { record: recordOn(port) })
    expect([exitCode, ids]).toEqual([0, ['deep.not-running']])
  })

  it('looks at devices and at the certificate', async () => {
    const server = await gateway()
    const place = await mkdtemp(join(tmpdir(), 'mayros-audit-'))
    cleanups.push(() => rm(place, { recursive: true, force: true }))
    const { certPath, keyPath } = await generateSelfSigned({ directory: place, days: 10 })
    const now = Date.now()
    const known = { publicKey: 'k', tokens: [], createdAtMs: 1, approvedAtMs: now - 100 * DAY_MS }
    const grants = [{ role: 'operator' as const, scopes: ['operator.admin'] }]
    const waiting = { requestId: 'r', deviceId: 'w', publicKey: 'k', asks: grants, isSilent: false, isRepair: false }
    const book = writeDeviceFile({
      paired: new Map([
        ['old', { ...known, deviceId: 'old', displayName: 'Attic', grants }],
        ['new', { ...known, deviceId: 'new', grants, lastSeenAtMs: now }],
      ]),
      pending: new Map([
        ['r', { ...waiting, ts: now }],
        ['s', { ...waiting, requestId: 's', ts: now - DAY_MS }],
      ]),
    })
    await directory.write({
      'mayros.json': JSON.stringify({ gateway: { tls: { enabled: true, certPath, keyPath } } }),
    })
    const { report, ids } = await audited(['--deep'], {
      record: recordOn(server.port),
      files: { [`${STATE}/devices/paired.json`]: book, [certPath]: await readFile(certPath, 'utf8') },
    })
    expect(ids).toEqual(['tls.certificate-expiring', 'devices.idle-admin', 'devices.pending'])
    expect(report.findings.map(({ detail }: { detail: string }) => detail)).toEqual([
      expect.stringMatching(/: (?:9|10) days left$/),
      'Attic (old): not seen for 100 days',
      '1 waiting',
    ])
  })

  it('warns of registers and certificates that cannot be read', async () => {
    const server = await gateway()
    await directory.write({ 'mayros.json': '{ gateway: { tls: { enabled: true } } }' })
    const { stderr, exitCode } = await run(['--deep'], {
      record: recordOn(server.port),
      files: { [`${STATE}/devices/paired.json`]: 'nonsense', [`${STATE}/tls/gateway-cert.pem`]: 'nonsense' },
    })
    expect(exitCode).toBe(0)
    expect(stderr).toContain('paired.json cannot be read: it is not JSON')
    expect(stderr).toContain('gateway-cert.pem is no certificate')
  })
})
