import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { MemoryConfigSource } from '../../../src/adapters/config-memory/memory-config-source.js'
import { MemoryPrivateFiles } from '../../../src/adapters/private-files-memory/memory-private-files.js'
import type { FileFacts } from '../../../src/application/ports/private-files.js'
import { countBySeverity, findWeaknesses } from '../../../src/application/security/find-weaknesses.js'
import type { Severity } from '../../../src/application/security/finding.js'
import { gatherFacts } from '../../../src/application/security/gather-facts.js'
import { SECURITY_CHECKS } from '../../../src/application/security/security-checks.js'
import type { DeepFacts } from '../../../src/application/security/security-facts.js'
import { SECTION_DEFAULTS } from '../../../src/domain/config/section-defaults.js'

const NOW = Date.UTC(2026, 0, 15)
const DAY_MS = 86_400_000
const STRONG = 'q3Zk8vT1xLr0WnYd6sPjB2mHc9GfEu7A'
const OTHER_STRONG = 'Zx9Lq2Wv7Kp4Nt6Rb1Ys8Fm3Hd5Gj0Ca'
const HASHED = '$scrypt$ln=15,r=8,p=1$YWJjZGVmZ2hpamtsbW5vcA$YWJjZGVmZ2hpamtsbW5vcGFiY2RlZmdoaWprbG1ub3A'
const CALM: DeepFacts = { door: { kind: 'refused' }, certificate: null, devices: [], pending: 0 }

interface Scene {
  readonly config?: object
  readonly variables?: Readonly<Record<string, string>>
  readonly isContainer?: boolean
  readonly files?: Readonly<Record<string, Partial<FileFacts>>>
  readonly stateDir?: Partial<FileFacts>
  readonly deep?: Partial<DeepFacts>
  readonly isInvalid?: boolean
}

async function audit(scene: Scene) {
  const auth = { auth: { mode: 'token', token: '${' + 'TOKEN}' } }
  const written = withDefaults(scene.config ?? {}, { gateway: auth })
  const variables = { TOKEN: STRONG, ...scene.variables }
  const reading = await new MemoryConfigSource(written, { variables }).read()
  expect(reading.problems.length > 0).toBe(scene.isInvalid === true)
  const files = new MemoryPrivateFiles().put('/state', { kind: 'directory', ...scene.stateDir })
  for (const [path, facts] of Object.entries(scene.files ?? {})) files.put(path, facts)
  const facts = await gatherFacts({
    now: NOW,
    stateDir: '/state',
    reading,
    config: reading.config ?? (SECTION_DEFAULTS as never),
    variables,
    isContainer: scene.isContainer === true,
    files,
    deep: scene.deep === undefined ? null : { ...CALM, ...scene.deep },
  })
  return findWeaknesses(facts)
}

function withDefaults(given: object, defaults: object): object {
  const merged: Record<string, unknown> = { ...defaults }
  for (const [key, value] of Object.entries(given)) {
    const below = merged[key]
    const isMap = (one: unknown): one is object => typeof one === 'object' && one !== null && !Array.isArray(one)
    merged[key] = isMap(below) && isMap(value) ? withDefaults(value, below) : value
  }
  return merged
}

const gateway = (settings: object): Scene => ({ config: { gateway: settings } })
const token = (value: string, settings: object = {}): Scene =>
  gateway({ auth: { mode: 'token', token: value }, ...settings })
const password = (value: string, settings: object = {}): Scene =>
  gateway({ auth: { mode: 'password', password: value }, ...settings })
const telegram = (settings: object, config: object = {}): Scene => ({
  config: { channels: { telegram: { botToken: '${' + 'BOT}', ...settings } }, ...config },
  variables: { BOT: 'x' },
})
const hooks = (settings: object): Scene => ({
  config: { hooks: { enabled: true, token: OTHER_STRONG, ...settings } },
})
const open = (mode: number, more: Partial<FileFacts> = {}) => ({ mode, ...more })
const OPEN_STATE: Partial<FileFacts> = { mode: 0o755 }
const device = (scopes: string[], days: number) => ({
  deviceId: 'd'.repeat(64),
  name: null,
  scopes,
  lastSeenAt: NOW - days * DAY_MS,
})
const MESSAGING = { tools: { profile: 'messaging' } }
const UNGUARDED = { security: 'full', ask: 'off' }

/** Check → scenes in which it fires, with the severity; and scenes in which it stays quiet. */
const CASES: Readonly<Record<string, { fires: readonly (readonly [Scene, Severity])[]; quiet: readonly Scene[] }>> = {
  'config.invalid': {
    fires: [[{ config: { gateway: { prt: 1 } }, isInvalid: true }, 'warn']],
    quiet: [{}],
  },
  'bind.exposed-without-auth': {
    fires: [
      [gateway({ bind: 'lan', auth: { mode: 'none' } }), 'critical'],
      [{ ...gateway({ bind: 'auto', auth: { mode: 'none' } }), isContainer: true }, 'critical'],
      [gateway({ bind: 'custom', customBindHost: '192.168.1.5', auth: { mode: 'none' } }), 'critical'],
      [gateway({ bind: 'tailnet', auth: { mode: 'none' } }), 'critical'],
      [gateway({ tailscale: { mode: 'serve' }, auth: { mode: 'none' } }), 'critical'],
      [gateway({ bind: 'lan', auth: { mode: 'password' } }), 'critical'],
    ],
    quiet: [
      gateway({ bind: 'lan' }),
      gateway({ auth: { mode: 'none' } }),
      gateway({ bind: 'auto', auth: { mode: 'none' } }),
      gateway({ bind: 'custom', customBindHost: '::1', auth: { mode: 'none' } }),
      { ...gateway({ bind: 'lan', auth: { mode: 'password' } }), variables: { MAYROS_GATEWAY_PASSWORD: STRONG } },
      gateway({
        bind: 'lan',
        trustedProxies: ['10.0.0.1'],
        auth: { mode: 'trusted-proxy', trustedProxy: { userHeader: 'x-user' } },
      }),
    ],
  },
  'bind.lan': {
    fires: [[gateway({ bind: 'lan' }), 'warn']],
    quiet: [gateway({ bind: 'loopback' }), gateway({ bind: 'tailnet' })],
  },
  'auth.none': {
    fires: [
      [gateway({ auth: { mode: 'none' } }), 'warn'],
      [gateway({ bind: 'lan', auth: { mode: 'none' } }), 'critical'],
    ],
    quiet: [{}],
  },
  'auth.token-short': {
    fires: [
      [token('q3Zk8vT1xLr0WnYd6sPjB2m'), 'warn'],
      [token('q3Zk8vT1xLr0WnYd6sPjB2m', { bind: 'lan' }), 'critical'],
      [{ variables: { MAYROS_GATEWAY_TOKEN: 'short' } }, 'warn'],
    ],
    quiet: [{}, password(STRONG), { ...token('short'), variables: { MAYROS_GATEWAY_TOKEN: STRONG } }],
  },
  'auth.token-weak': {
    fires: [
      [token('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'), 'warn'],
      [token('k3Vw9k3Vw9k3Vw9k3Vw9k3Vw9k3V'), 'warn'],
      [token('abcdefghijklmnopqrstuvwxyz012345'), 'warn'],
      [token('my-secret-gateway-token-changeme'), 'warn'],
      [token('your-token-here-replace-your-token', { bind: 'lan' }), 'critical'],
    ],
    quiet: [{}, token('9f3a7c1e5b2d8046e1a9c3f7b05d6284'), password(STRONG)],
  },
  'auth.password-short': {
    fires: [
      [password('x7!kQp2'), 'warn'],
      [password('x7!kQp2', { tailscale: { mode: 'funnel' } }), 'critical'],
    ],
    quiet: [password(STRONG), password(HASHED), {}],
  },
  'auth.password-weak': {
    fires: [
      [password('Password1234Password'), 'warn'],
      [password('Password1234Password', { bind: 'lan' }), 'critical'],
    ],
    quiet: [password(STRONG), password(HASHED), password('x7!k#p2§z%9$')],
  },
  'auth.password-plain': {
    fires: [[password(STRONG), 'warn']],
    quiet: [
      password(HASHED),
      password('${' + 'TOKEN}'),
      { ...password(STRONG), variables: { MAYROS_GATEWAY_PASSWORD: OTHER_STRONG } },
    ],
  },
  'auth.rate-limit-off': {
    fires: [
      [gateway({ auth: { rateLimit: { lockoutMs: 0 } } }), 'warn'],
      [gateway({ auth: { rateLimit: { maxAttempts: 101 } } }), 'warn'],
    ],
    quiet: [{}, gateway({ auth: { rateLimit: { maxAttempts: 100, exemptLoopback: false } } })],
  },
  'auth.secret-in-config': {
    fires: [
      [token(STRONG), 'info'],
      [{ config: { models: { providers: { openai: { apiKey: 'sk-1' } } } } }, 'warn'],
      [telegram({ accounts: { work: { botToken: '1:abc' } } }), 'warn'],
      [hooks({}), 'info'],
    ],
    quiet: [
      {},
      { config: { models: { providers: { openai: { apiKey: '${' + 'KEY}' } } } }, variables: { KEY: 'sk-1' } },
      password(STRONG),
    ],
  },
  'proxy.too-wide': {
    fires: [
      [gateway({ trustedProxies: ['0.0.0.0/0'] }), 'critical'],
      [gateway({ trustedProxies: ['::/0'] }), 'critical'],
      [gateway({ trustedProxies: ['10.0.0.0/7'] }), 'critical'],
      [gateway({ trustedProxies: ['127.0.0.1', '10.0.0.0/8'] }), 'warn'],
      [gateway({ trustedProxies: ['2001:db8::/31'] }), 'warn'],
    ],
    quiet: [{}, gateway({ trustedProxies: ['127.0.0.1', '10.1.0.0/16', '2001:db8::/32', '::1'] })],
  },
  'proxy.real-ip-fallback': {
    fires: [[gateway({ allowRealIpFallback: true }), 'warn']],
    quiet: [{}],
  },
  'proxy.trusted-without-allow-users': {
    fires: [
      [
        gateway({
          trustedProxies: ['127.0.0.1'],
          auth: { mode: 'trusted-proxy', trustedProxy: { userHeader: 'x-user' } },
        }),
        'warn',
      ],
    ],
    quiet: [
      {},
      gateway({
        trustedProxies: ['127.0.0.1'],
        auth: { mode: 'trusted-proxy', trustedProxy: { userHeader: 'x-user', allowUsers: ['alice'] } },
      }),
    ],
  },
  'ui.insecure-auth': { fires: [[gateway({ controlUi: { allowInsecureAuth: true } }), 'warn']], quiet: [{}] },
  'ui.device-auth-disabled': {
    fires: [[gateway({ controlUi: { dangerouslyDisableDeviceAuth: true } }), 'critical']],
    quiet: [{}],
  },
  'ui.origin-wildcard': {
    fires: [
      [gateway({ controlUi: { allowedOrigins: ['https://a.example', '*'] } }), 'warn'],
      [gateway({ bind: 'lan', controlUi: { allowedOrigins: ['*'] } }), 'critical'],
      [gateway({ auth: { mode: 'none' }, controlUi: { allowedOrigins: ['*'] } }), 'critical'],
    ],
    quiet: [gateway({ bind: 'lan', controlUi: { allowedOrigins: ['https://a.example'] } })],
  },
  'tls.off-on-lan': {
    fires: [[gateway({ bind: 'lan' }), 'warn']],
    quiet: [{}, gateway({ bind: 'lan', tls: { enabled: true } }), gateway({ bind: 'tailnet' })],
  },
  'tls.outdated': {
    fires: [[{ variables: { NODE_OPTIONS: '--max-old-space-size=99 --tls-min-v1.0' } }, 'warn']],
    quiet: [{ variables: { NODE_OPTIONS: '--tls-min-v1.2' } }],
  },
  'tls.verification-off': {
    fires: [[{ variables: { NODE_TLS_REJECT_UNAUTHORIZED: '0' } }, 'critical']],
    quiet: [{ variables: { NODE_TLS_REJECT_UNAUTHORIZED: '1' } }],
  },
  'tailscale.funnel': {
    fires: [[password(HASHED, { tailscale: { mode: 'funnel' } }), 'critical']],
    quiet: [{}, gateway({ tailscale: { mode: 'serve' } })],
  },
  'remote.plain': {
    fires: [[gateway({ remote: { url: 'ws://10.0.0.5:18789', transport: 'direct' } }), 'warn']],
    quiet: [
      {},
      gateway({ remote: { url: 'wss://10.0.0.5', transport: 'direct' } }),
      gateway({ remote: { url: 'ws://127.0.0.1:1', transport: 'direct' } }),
      gateway({ remote: { url: 'ws://10.0.0.5:18789' } }),
    ],
  },
  'discovery.mdns-full': {
    fires: [[{ config: { discovery: { mdns: { mode: 'full' } } } }, 'info']],
    quiet: [{}],
  },
  'files.state-dir': {
    fires: [
      [{ stateDir: { mode: 0o755 } }, 'warn'],
      [{ stateDir: { mode: 0o770 } }, 'critical'],
    ],
    quiet: [{}, { stateDir: { mode: null } }],
  },
  'files.config': fileCases('/state/mayros.json', 'critical'),
  'files.env': fileCases('/state/.env', 'critical'),
  'files.database': fileCases('/state/mayros.db-wal', 'critical'),
  'files.keys': fileCases('/state/identity/device.json', 'critical'),
  'files.devices': fileCases('/state/devices/paired.json', 'warn'),
  'files.backups': fileCases('/state/mayros.json.bak.2', 'critical'),
  'files.audit': fileCases('/state/logs/audit.3.jsonl', 'warn'),
  'files.logs': fileCases('/state/logs/mayros-2026-01-15.log', 'warn'),
  'files.other': fileCases('/state/restart-sentinel.json', 'warn'),
  'tls.files-readable': {
    fires: [
      [
        {
          ...gateway({ tls: { enabled: true, certPath: '/etc/mayros/cert.pem', keyPath: '/etc/mayros/key.pem' } }),
          files: { '/etc/mayros/key.pem': open(0o644), '/etc/mayros/cert.pem': open(0o644) },
        },
        'critical',
      ],
      [
        {
          stateDir: OPEN_STATE,
          files: { '/state/tls': { kind: 'directory' }, '/state/tls/gateway-key.pem': open(0o640) },
        },
        'warn',
      ],
    ],
    quiet: [
      {
        ...gateway({ tls: { enabled: true, certPath: '/etc/mayros/cert.pem', keyPath: '/etc/mayros/key.pem' } }),
        files: { '/etc/mayros/key.pem': open(0o600), '/etc/mayros/cert.pem': open(0o644) },
      },
    ],
  },
  'files.foreign-owner': {
    fires: [[{ files: { '/state/mayros.json': { owner: 'other' } } }, 'critical']],
    quiet: [{ files: { '/state/mayros.json': { owner: 'root' }, '/state/.env': { owner: null } } }],
  },
  'channels.dm-open': {
    fires: [
      [telegram({ dmPolicy: 'open', allowFrom: ['*'] }), 'critical'],
      [telegram({ dmPolicy: 'open', allowFrom: ['*'] }, MESSAGING), 'warn'],
      [telegram({ accounts: { work: { dmPolicy: 'open', allowFrom: ['*'] } } }), 'critical'],
    ],
    quiet: [telegram({}), telegram({ enabled: false, dmPolicy: 'open', allowFrom: ['*'] })],
  },
  'channels.group-open': {
    fires: [
      [telegram({ groupPolicy: 'open' }), 'critical'],
      [telegram({ groupPolicy: 'open' }, MESSAGING), 'warn'],
      [telegram({ groupPolicy: 'open' }, { tools: { profile: 'messaging', alsoAllow: ['bash'] } }), 'critical'],
      [telegram({ groupPolicy: 'open' }, { tools: { deny: ['group:runtime'] } }), 'critical'],
      [telegram({ groupPolicy: 'open' }, { tools: { deny: ['group:runtime', 'group:fs'] } }), 'warn'],
      [telegram({ groupPolicy: 'open' }, { tools: { allow: ['web_*'] } }), 'warn'],
      [telegram({ groupPolicy: 'open' }, { tools: { allow: ['re*'] } }), 'critical'],
      [telegram({ groupPolicy: 'open', groups: { '*': { tools: { deny: ['*'] } } } }), 'warn'],
      [
        telegram(
          { groupPolicy: 'open' },
          { agents: { list: [{ id: 'a', tools: { profile: 'coding' } }] }, ...MESSAGING },
        ),
        'critical',
      ],
      [{ config: { channels: { defaults: { groupPolicy: 'open' }, irc: {} } } }, 'critical'],
    ],
    quiet: [
      telegram({}),
      telegram({ groupPolicy: 'disabled' }),
      { config: { channels: { defaults: { groupPolicy: 'open' } } } },
    ],
  },
  'session.shared-main': {
    fires: [
      [telegram({ allowFrom: [1, 2] }), 'warn'],
      [telegram({ dmPolicy: 'open', allowFrom: ['*'] }), 'warn'],
      [telegram({ allowFrom: [1, 2] }, { session: { scope: 'global', dmScope: 'per-peer' } }), 'warn'],
    ],
    quiet: [
      telegram({ allowFrom: [1] }),
      telegram({ allowFrom: [1, 2] }, { session: { dmScope: 'per-channel-peer' } }),
      telegram({ allowFrom: [1, 2] }, { session: { identityLinks: { alice: ['telegram:1', 'telegram:2'] } } }),
      telegram({ dmPolicy: 'disabled', allowFrom: [1, 2] }),
    ],
  },
  'tools.exec-unguarded': {
    fires: [
      [{ config: { tools: { exec: UNGUARDED } } }, 'critical'],
      [{ config: { agents: { list: [{ id: 'a', tools: { exec: UNGUARDED } }] } } }, 'critical'],
    ],
    quiet: [{}, { config: { tools: { exec: { security: 'full' } } } }, { config: { tools: { exec: { ask: 'off' } } } }],
  },
  'tools.elevated-open': {
    fires: [[{ config: { tools: { elevated: { allowFrom: { telegram: ['*'] } } } } }, 'critical']],
    quiet: [
      {},
      { config: { tools: { elevated: { allowFrom: { telegram: [1] } } } } },
      { config: { tools: { elevated: { enabled: false, allowFrom: { telegram: ['*'] } } } } },
    ],
  },
  'tools.http-allow': {
    fires: [
      [gateway({ tools: { allow: ['gateway'] } }), 'warn'],
      [gateway({ bind: 'lan', tools: { allow: ['gateway'] } }), 'critical'],
    ],
    quiet: [{}],
  },
  'hooks.session-key': {
    fires: [[hooks({ allowRequestSessionKey: true }), 'warn']],
    quiet: [
      hooks({}),
      hooks({ allowRequestSessionKey: true, allowedSessionKeyPrefixes: ['hook:'] }),
      hooks({ enabled: false, allowRequestSessionKey: true }),
    ],
  },
  'hooks.token-short': {
    fires: [
      [hooks({ token: 'short' }), 'warn'],
      [hooks({ token: 'abababababababababababababababab' }), 'warn'],
      [withDefaults(hooks({ token: 'short' }), gateway({ bind: 'lan' })) as Scene, 'critical'],
    ],
    quiet: [hooks({}), hooks({ enabled: false, token: 'short' })],
  },
  'hooks.unmarked-content': {
    fires: [[hooks({ mappings: [{ allowUnsafeExternalContent: true }] }), 'warn']],
    quiet: [hooks({ mappings: [{ allowUnsafeExternalContent: false }] })],
  },
  'plugins.unlisted': {
    fires: [[{ config: { plugins: { load: { paths: ['/opt/plugins'] } } } }, 'warn']],
    quiet: [{}, { config: { plugins: { allow: [], load: { paths: ['/opt/plugins'] } } } }],
  },
  'logging.redaction-off': {
    fires: [[{ config: { logging: { redactSensitive: 'off' } } }, 'warn']],
    quiet: [{}],
  },
  'deep.open-door': {
    fires: [[{ deep: { door: { kind: 'open' } } }, 'critical']],
    quiet: [{}, { deep: { door: { kind: 'refused' } } }],
  },
  'deep.not-running': {
    fires: [[{ deep: { door: { kind: 'silent', reason: 'connection refused' } } }, 'info']],
    quiet: [{}, { deep: {} }],
  },
  'tls.certificate-expiring': {
    fires: [
      [{ deep: { certificate: { path: '/c.pem', validTo: NOW + 29 * DAY_MS } } }, 'warn'],
      [{ deep: { certificate: { path: '/c.pem', validTo: NOW - DAY_MS } } }, 'critical'],
    ],
    quiet: [{}, { deep: { certificate: { path: '/c.pem', validTo: NOW + 30 * DAY_MS } } }],
  },
  'devices.idle-admin': {
    fires: [[{ deep: { devices: [device(['operator.admin'], 91)] } }, 'warn']],
    quiet: [
      { deep: { devices: null } },
      { deep: { devices: [device(['operator.admin'], 90), device(['operator.read'], 400)] } },
    ],
  },
  'devices.pending': { fires: [[{ deep: { pending: 2 } }, 'info']], quiet: [{ deep: {} }] },
}

/** A file that others may read, in a state directory that others may enter; and the same behind a closed door. */
function fileCases(path: string, readable: Severity) {
  const names = path.split('/').slice(2, -1)
  const folders = Object.fromEntries(
    names.map((_, index) => [`/state/${names.slice(0, index + 1).join('/')}`, { kind: 'directory' as const }]),
  )
  const scene = (mode: number | null, stateDir = OPEN_STATE): Scene => ({
    stateDir,
    files: { ...folders, [path]: { mode } },
  })
  return {
    fires: [
      [scene(0o644), readable],
      [scene(0o640), 'warn'],
      [scene(0o620), 'critical'],
      [scene(0o644, { mode: 0o700 }), 'info'],
    ] as const,
    quiet: [scene(0o600), scene(0o400), scene(0o711), scene(null)],
  }
}

describe.each(SECURITY_CHECKS)('$id', ({ id, worst }) => {
  const { fires, quiet } = CASES[id] ?? { fires: [], quiet: [] }

  it('is shown firing and quiet', () => {
    expect(fires.length).toBeGreaterThan(0)
    expect(quiet.length).toBeGreaterThan(0)
    const order: Severity[] = ['critical', 'warn', 'info']
    const gravest = order.find((severity) => fires.some(([, seen]) => seen === severity))
    expect(gravest).toBe(worst)
  })

  it.each(fires)('fires %#: %j', async (scene, severity) => {
    const found = (await audit(scene)).filter(({ checkId }) => checkId === id)
    expect(found.map((finding) => finding.severity)).toContain(severity)
    for (const { title, detail, remediation } of found) {
      for (const text of [title, detail, remediation]) expect(text).not.toBe('')
    }
  })

  it.each(quiet)('stays quiet %#: %j', async (scene) => {
    expect((await audit(scene)).filter(({ checkId }) => checkId === id)).toEqual([])
  })
})

describe('the audit as a whole', () => {
  it('finds nothing in a fresh, careful installation', async () => {
    expect(await audit({ deep: {} })).toEqual([])
  })

  it('tells the gravest first and counts', async () => {
    const findings = await audit(gateway({ bind: 'lan', auth: { mode: 'none' }, allowRealIpFallback: true }))
    const ranks = findings.map(({ severity }) => ['critical', 'warn', 'info'].indexOf(severity))
    expect(ranks).toEqual([...ranks].sort((a, b) => a - b))
    const { critical, warn, info } = countBySeverity(findings)
    expect(critical + warn + info).toBe(findings.length)
    expect(critical).toBeGreaterThan(0)
  })

  it('never shows a secret', async () => {
    const secrets = ['hush-token', 'hush-hooks', 'hush-key', 'hush-env']
    const findings = await audit({
      config: {
        gateway: { bind: 'lan', auth: { mode: 'token', token: 'hush-token' } },
        hooks: { enabled: true, token: 'hush-hooks' },
        models: { providers: { openai: { apiKey: 'hush-key' } } },
      },
      variables: { MAYROS_GATEWAY_PASSWORD: 'hush-env' },
    })
    expect(findings.length).toBeGreaterThan(4)
    for (const secret of secrets) expect(JSON.stringify(findings)).not.toContain(secret)
  })

  it('has checks with ids of their own', () => {
    const ids = SECURITY_CHECKS.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    expect(Object.keys(CASES).sort()).toEqual([...ids].sort())
    for (const id of ids) expect(id).toMatch(/^[a-z]+(?:\.[a-z]+(?:-[a-z]+)*)+$/)
  })

  it('is written down: docs/security-audit.md says the same', async () => {
    const text = await readFile(new URL('../../../docs/security-audit.md', import.meta.url), 'utf8')
    const rows = [...text.matchAll(/^\| `([^`]+)` \| (\w+) \| ([^|]+) \| ([^|]+) \|$/gm)].map((row) => row.slice(1))
    expect(rows).toEqual(SECURITY_CHECKS.map(({ id, worst, title, remediation }) => [id, worst, title, remediation]))
  })

  it('repairs rights of our own files and never those behind a link', async () => {
    const findings = await audit({
      stateDir: OPEN_STATE,
      files: {
        '/state/mayros.json': open(0o644),
        '/state/.env': open(0o644, { isLink: true }),
        '/state/mayros.db': open(0o644, { owner: 'other' }),
      },
    })
    expect(findings.flatMap(({ repairs }) => repairs)).toEqual(
      expect.arrayContaining([
        { kind: 'rights', path: '/state/mayros.json', mode: 0o600 },
        { kind: 'rights', path: '/state', mode: 0o700 },
      ]),
    )
    expect(findings.flatMap(({ repairs }) => repairs)).toHaveLength(2)
  })

  it('shows a few files and counts the rest', async () => {
    const names = Array.from({ length: 9 }, (_, index) => `/state/one-${index}.json`)
    const findings = await audit({
      stateDir: OPEN_STATE,
      files: Object.fromEntries(names.map((name) => [name, open(0o644)])),
    })
    const found = findings.find(({ checkId }) => checkId === 'files.other')
    expect(found?.detail).toBe('/state/one-0.json (644), /state/one-1.json (644), /state/one-2.json (644) and 6 more')
    expect(found?.repairs).toHaveLength(9)
  })

  it('leaves the workspaces of agents alone', async () => {
    const files = {
      '/state/workspace': { kind: 'directory' as const, mode: 0o755 },
      '/state/workspace/notes.md': open(0o644),
      '/state/workspace-ops': { kind: 'directory' as const, mode: 0o755 },
    }
    expect(await audit({ files })).toEqual([])
  })
})
