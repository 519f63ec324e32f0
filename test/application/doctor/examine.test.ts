import { describe, expect, it } from 'vitest'
import { MemoryConfigSource } from '../../../src/adapters/config-memory/memory-config-source.js'
import { isGateway } from '../../../src/application/doctor/checks/runtime-checks.js'
import { DOCTOR_CHECKS } from '../../../src/application/doctor/doctor-checks.js'
import type { DoctorFacts } from '../../../src/application/doctor/doctor-facts.js'
import { examine } from '../../../src/application/doctor/examine.js'
import type { HostProcess } from '../../../src/application/ports/host.js'
import type { AuditedFile } from '../../../src/application/security/security-facts.js'
import { gatewayConfigSchema } from '../../../src/domain/config/config.js'
import { recordOn } from '../../doubles/cli-stage.js'

const TOKEN = 'x'.repeat(43)
const NOW = Date.UTC(2026, 11, 1)

/** A gateway that is well, except for what a test changes. */
async function facts(changes: Partial<DoctorFacts> = {}, settings: object = {}): Promise<DoctorFacts> {
  return {
    now: NOW,
    builtAt: NOW - 1,
    version: '9.9.9',
    isDeep: false,
    stateDir: '/home/alice/.mayros',
    home: '/home/alice',
    configPath: '/home/alice/.mayros/mayros.json',
    reading: await new MemoryConfigSource(settings).read(),
    config: gatewayConfigSchema().parse(settings),
    hasLastGood: false,
    variables: {},
    shellOnly: [],
    token: { value: TOKEN, from: 'config' },
    password: null,
    files: [],
    place: {
      exists: true,
      isWritable: true,
      freeBytes: 10 ** 12,
      filesystem: 'ext4',
      syncedBy: null,
      isTemporary: false,
    },
    store: { kind: 'sound', version: 1, newest: 1 },
    node: { version: 'v22.11.0', path: '/usr/bin/node' },
    engine: { name: 'uws 20.57', reasons: [] },
    port: 18789,
    holders: [],
    record: null,
    leftovers: [],
    gateway: { kind: 'answers', version: '9.9.9', latencyMs: 3 },
    processes: [],
    logs: { directory: '/home/alice/.mayros/logs', bytes: 0 },
    timeZone: 'Europe/Berlin',
    providers: [],
    service: null,
    channels: [],
    ...changes,
  }
}

const SERVICE = {
  supervisor: 'systemd',
  isInstalled: true,
  file: '/x.service',
  status: 'running' as const,
  linger: true,
  findings: [],
}

async function found(id: string, changes: Partial<DoctorFacts>, settings: object = {}) {
  return examine(await facts(changes, settings), new Set([id])).map(({ status, message, fix }) => ({
    status,
    message,
    fix,
  }))
}

const file = (changes: Partial<AuditedFile>): AuditedFile => ({
  path: '/home/alice/.mayros/mayros.json',
  kind: 'file',
  isLink: false,
  mode: 0o600,
  owner: 'self',
  purpose: 'config',
  isSheltered: false,
  ...changes,
})

const running = (pid: number, command: string, changes: Partial<HostProcess> = {}): HostProcess => ({
  pid,
  parentPid: 1,
  user: 'alice',
  command,
  isOfAgent: false,
  ...changes,
})

describe('the doctor', () => {
  it('is content with a gateway that is well', async () => {
    const results = examine(await facts({ isDeep: true, service: SERVICE }, { gateway: { mode: 'local' } }))
    expect(results.filter(({ status }) => status !== 'ok')).toEqual([])
    expect(results.map(({ id }) => id)).toEqual(DOCTOR_CHECKS.map(({ id }) => id))
  })

  it('never says what it does not know', async () => {
    const results = examine(
      await facts({
        processes: null,
        store: null,
        channels: null,
        place: { ...(await facts()).place, freeBytes: null },
      }),
    )
    const skipped = results.filter(({ status }) => status === 'skipped').map(({ id }) => id)
    expect(skipped).toEqual([
      'state.space',
      'state.conflict',
      'store.integrity',
      'gateway.duplicates',
      'process.orphans',
      'models.reach',
      'channels.probe',
      'service.file',
    ])
  })

  it('has an id of its own for each check', () => {
    const ids = DOCTOR_CHECKS.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('takes out unknown keys, and only those', async () => {
    const reading = await new MemoryConfigSource({ gateway: { prt: 1 }, nonsense: true }).read()
    const [result] = examine(await facts({ reading }), new Set(['config.valid']))
    expect(result).toMatchObject({ status: 'error', repair: { kind: 'config' } })
    expect(result?.repair).toMatchObject({
      edits: expect.arrayContaining([
        { path: ['gateway', 'prt'], value: undefined },
        { path: ['nonsense'], value: undefined },
      ]),
    })
    const wrong = await new MemoryConfigSource({ gateway: { port: 'many' } }).read()
    expect(await found('config.valid', { reading: wrong, hasLastGood: true })).toMatchObject([
      { status: 'error', fix: expect.stringContaining('--last-good') },
    ])
  })

  it.each([
    ['config.mode', { service: SERVICE, reading: null }, {}, 'error', 'gateway.mode is not set'],
    ['auth.secret', { token: null }, {}, 'warn', 'no token is configured'],
    ['auth.secret', { token: { value: 'short', from: 'config' } }, {}, 'warn', 'the token has 5 characters'],
    [
      'auth.secret',
      { token: { value: `${TOKEN}y`, from: 'environment' } },
      { gateway: { auth: { token: TOKEN } } },
      'warn',
      'MAYROS_GATEWAY_TOKEN and gateway.auth.token differ',
    ],
    ['auth.exposure', {}, { gateway: { bind: 'lan', auth: { mode: 'none' } } }, 'error', 'whoever reaches the port'],
    ['env.sources', { service: SERVICE, shellOnly: ['KEY'] }, {}, 'warn', 'only this shell has KEY'],
    ['config.permissions', { files: [file({ mode: 0o644 })] }, {}, 'warn', 'is 644, should be 600'],
    ['config.permissions', { files: [file({ owner: 'other' })] }, {}, 'error', 'belongs to somebody else'],
    [
      'state.permissions',
      { files: [file({ purpose: 'state-dir', kind: 'directory', mode: 0o755 })] },
      {},
      'warn',
      'is 755, should be 700',
    ],
    ['credentials.permissions', { files: [file({ purpose: 'keys', mode: 0o640 })] }, {}, 'warn', 'is 640'],
    ['state.lock', { leftovers: ['/x/gateway.lock'] }, {}, 'warn', 'was left by a process that is gone'],
    [
      'state.conflict',
      { record: recordOn(1, { configPath: '/elsewhere.json' }) },
      {},
      'warn',
      'uses another configuration: /elsewhere.json',
    ],
    ['store.integrity', { store: { kind: 'damaged', problems: ['page 3'] } }, {}, 'error', 'the database is damaged'],
    ['store.integrity', { store: { kind: 'unreadable', reason: 'locked' } }, {}, 'error', 'cannot be read: locked'],
    ['store.integrity', { store: { kind: 'sound', version: 2, newest: 1 } }, {}, 'error', 'later version (schema 2'],
    ['logs.volume', { logs: { directory: '/l', bytes: 2 ** 31 } }, {}, 'warn', '/l holds 2048 MiB'],
    ['runtime.node', { node: { version: 'v20.18.9', path: '' } }, {}, 'error', 'Node v20.18.9 is too old'],
    [
      'runtime.node',
      { service: SERVICE, node: { version: 'v22.0.0', path: '/home/a/.nvm/versions/node/v22/bin/node' } },
      {},
      'warn',
      'belongs to a version manager',
    ],
    ['transport.engine', { engine: { name: 'ws', reasons: ['glibc'] } }, {}, 'warn', 'the network engine is ws'],
    [
      'port.conflict',
      {
        gateway: { kind: 'silent', reason: 'x' },
        holders: [{ pid: 812, program: 'nginx', user: 'www-data' } as never],
      },
      {},
      'error',
      'port 18789 is held by nginx (pid 812) of www-data',
    ],
    ['gateway.reachable', { gateway: { kind: 'refuses', reason: 'token' } }, {}, 'error', 'does not let us in: token'],
    [
      'gateway.reachable',
      { gateway: { kind: 'silent', reason: 'refused' }, service: { ...SERVICE, status: 'stopped' } },
      {},
      'warn',
      'the service is stopped',
    ],
    [
      'gateway.reachable',
      { gateway: { kind: 'silent', reason: 'refused' }, service: { ...SERVICE, status: 'failed' } },
      {},
      'error',
      'the service has failed',
    ],
    [
      'gateway.reachable',
      { gateway: { kind: 'silent', reason: 'refused' }, service: SERVICE },
      {},
      'warn',
      'does not answer: refused',
    ],
    ['gateway.version', { record: recordOn(1, { version: '1.0.0' }) }, {}, 'warn', 'runs 1.0.0, 9.9.9 is installed'],
    [
      'gateway.duplicates',
      { processes: [running(5, 'node /usr/bin/mayros gateway --port 1')] },
      {},
      'warn',
      'another gateway runs: pid 5 of alice',
    ],
    [
      'process.orphans',
      { processes: [running(9, 'sleep 1000', { isOfAgent: true })] },
      {},
      'warn',
      'pid 9 was started',
    ],
    ['clock', { now: 0 }, {}, 'error', 'before this program was built'],
    ['clock', { timeZone: null }, {}, 'warn', 'the time zone is not known'],
    [
      'clock',
      {
        providers: [
          {
            provider: 'a',
            models: [],
            hasKey: true,
            keyPlace: '',
            reach: { ok: true, reason: '', dateSkewMs: 300_000 },
          },
        ],
      },
      {},
      'error',
      'the clock is 300 s ahead',
    ],
    [
      'models.auth',
      {
        providers: [
          { provider: 'openai', models: ['openai/x'], hasKey: false, keyPlace: 'OPENAI_API_KEY', reach: null },
        ],
      },
      {},
      'warn',
      'no key for openai (openai/x)',
    ],
    [
      'models.reach',
      {
        isDeep: true,
        providers: [
          {
            provider: 'a',
            models: [],
            hasKey: true,
            keyPlace: '',
            reach: { ok: false, reason: 'no route', dateSkewMs: null },
          },
        ],
      },
      {},
      'warn',
      'a cannot be reached: no route',
    ],
    [
      'channels.probe',
      { channels: [{ name: 'irc/a', state: 'failed', lastError: 'nick in use' }] },
      {},
      'warn',
      'irc/a failed: nick in use',
    ],
    ['service.linger', { service: { ...SERVICE, linger: false } }, {}, 'warn', 'linger is off'],
    [
      'service.file',
      {
        service: {
          ...SERVICE,
          findings: [{ id: 'service.entry', severity: 'error', message: 'gone', action: 'rewrite' }],
        },
      },
      {},
      'error',
      'service.entry: gone',
    ],
  ] as const)('%s: %j', async (id, changes, settings, status, message) => {
    const reading = { ...(await new MemoryConfigSource(settings).read()), exists: true }
    const results = await found(id, { ...(changes as Partial<DoctorFacts>), reading }, settings)
    expect(results).toEqual([{ status, message: expect.stringContaining(message), fix: expect.any(String) }])
  })

  it.each([
    ['exists', { exists: false }, 'does not exist yet'],
    ['is not writable', { isWritable: false }, 'cannot be written'],
    ['lies on a network', { filesystem: 'nfs4' }, 'lies on a network drive (nfs4)'],
    ['is copied', { syncedBy: 'Dropbox' }, 'is copied by Dropbox'],
    ['is emptied', { isTemporary: true }, 'temporary directory'],
  ])('says when the state directory %s', async (_, place, message) => {
    const base = (await facts()).place
    expect(await found('state.dir', { place: { ...base, ...place } })).toMatchObject([
      { message: expect.stringContaining(message) },
    ])
  })

  it('tells by how much room there is how bad it is', async () => {
    const base = (await facts()).place
    const status = async (freeBytes: number) =>
      (await found('state.space', { place: { ...base, freeBytes } }))[0]?.status
    expect([await status(600 * 2 ** 20), await status(400 * 2 ** 20), await status(2 ** 20)]).toEqual([
      'ok',
      'warn',
      'error',
    ])
  })

  it('says nothing about files behind a closed door, nor about children of a gateway', async () => {
    expect((await found('config.permissions', { files: [file({ mode: 0o644, isSheltered: true })] }))[0]?.status).toBe(
      'ok',
    )
    const processes = [
      running(5, '/usr/bin/node /usr/bin/mayros gateway'),
      running(6, 'sh -c sleep', { parentPid: 5, isOfAgent: true }),
      running(7, 'sleep', { parentPid: 6, isOfAgent: true }),
    ]
    expect((await found('process.orphans', { processes, record: recordOn(1, { pid: 5 }) }))[0]?.status).toBe('ok')
    expect((await found('gateway.duplicates', { processes, record: recordOn(1, { pid: 5 }) }))[0]?.status).toBe('ok')
  })

  it.each([
    ['node /usr/lib/mayros/dist/bin/mayros.js gateway --port 1', true],
    ['/usr/bin/mayros --dev gateway run', true],
    ['mayros gateway status --json', false],
    ['mayros logs --follow', false],
    ['vim mayros gateway', false],
    ['node server.js', false],
  ])('%s is a gateway: %s', (command, is) => {
    expect(isGateway(command)).toBe(is)
  })
})
