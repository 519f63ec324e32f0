import { existsSync, readFileSync, statSync } from 'node:fs'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { unusedPort } from '../contracts/harness/unused-port.js'
import { SystemdUserManager } from '../doubles/systemd-user-manager.js'
import { CliHome, readRecord } from './harness/cli-home.js'
import { occupy, release } from './harness/occupied-port.js'
import { until } from './harness/until.js'

const missing = SystemdUserManager.missing()
if (missing !== null) console.log(`services are not mended under systemd: ${missing}`)

const UNIT = 'mayros-gateway.service'
const TOKEN = 'a-token-that-is-long-enough-for-a-test'
/** What depends on the machine of the test and what else runs on it: homes lie in a temporary directory. */
const OF_THE_MACHINE = [
  'state.dir',
  'state.space',
  'transport.engine',
  'gateway.duplicates',
  'process.orphans',
  'clock',
]

const DOCUMENT = z.strictObject({
  ok: z.boolean(),
  summary: z.strictObject({ errors: z.int(), warnings: z.int(), fixed: z.int() }),
  checks: z.array(
    z.strictObject({
      id: z.string().regex(/^[a-z.]+$/),
      status: z.enum(['ok', 'warn', 'error', 'fixed', 'skipped']),
      message: z.string().min(1),
      detail: z.string().nullable(),
      fix: z.string().nullable(),
      fixed: z.boolean(),
    }),
  ),
})

let home: CliHome
let port: number
let env: Readonly<Record<string, string>>

beforeEach(async () => {
  home = new CliHome()
  port = await unusedPort()
  env = {}
})

afterEach(() => home.dispose(), 60_000)

describe('mayros doctor', () => {
  it('is content with a gateway that is well, in words and as a document', async () => {
    const gateway = await home.gateway(['--token', TOKEN], { env: { MAYROS_GATEWAY_TOKEN: TOKEN } })
    env = { MAYROS_GATEWAY_TOKEN: TOKEN, MAYROS_GATEWAY_PORT: String(gateway.port) }
    const { code, document } = await doctor('--deep')
    expect(complaints(document)).toEqual([])
    expect(code).toBe(0)
    for (const id of ['config.valid', 'store.integrity', 'gateway.reachable', 'gateway.version', 'runtime.node']) {
      expect(document.checks, id).toContainEqual(expect.objectContaining({ id, status: 'ok' }))
    }
    const words = await home.run(['doctor', '--only', 'gateway.reachable', '--only', 'config.valid'], { env })
    expect(words).toMatchObject({ code: 0, stdout: 'ok  2 checks\n', stderr: '' })
  })

  it('sets an empty home up', async () => {
    expect(complaints((await doctor()).document)).toEqual(['warn auth.secret'])
    const { code, document } = await doctor('--fix')
    expect([code, document.ok]).toEqual([0, true])
    expect(fixed(document)).toContain('auth.secret')
    expect(statSync(home.stateDir).mode & 0o777).toBe(0o700)
    expect(complaints((await doctor()).document)).toEqual([])
    expect(JSON.stringify(document)).not.toContain(tokenInFile())
  })

  it('takes out keys that nobody knows, and leaves the rest as it was', async () => {
    await home.configure(`{
  // mine
  gateway: { mode: 'local', port: ${port}, prt: 1, auth: { token: '${TOKEN}' } },
}
`)
    expect(await doctor()).toMatchObject({ code: 1, document: { ok: false, summary: { errors: 1 } } })
    const words = await home.run(['doctor', '--only', 'config.valid', '--fix', '--yes'])
    expect(words).toMatchObject({ code: 0, stdout: expect.stringMatching(/^fixed {2}config\.valid /) })
    const text = readFileSync(home.configPath, 'utf8')
    expect(text).toContain('// mine')
    expect(text).not.toContain('prt')
    expect(await doctor('--fix')).toMatchObject({ code: 0, document: { summary: { fixed: 0 } } })
  })

  it('leaves a file alone that is no JSON5, and says where', async () => {
    await home.configure('{ gateway: { mode: "local" ')
    const before = readFileSync(home.configPath, 'utf8')
    const { code, stdout } = await home.run(['doctor', '--fix'])
    expect(stdout).toMatch(/^error {2}config\.valid .*\n +mayros\.json:1:\d+ {2}\S/)
    expect(code).toBe(1)
    expect(readFileSync(home.configPath, 'utf8')).toBe(before)
  })

  it('takes away rights of others', async () => {
    await configure()
    await chmod(home.configPath, 0o644)
    await chmod(home.stateDir, 0o755)
    const words = await home.run(['doctor', '--only', 'config.permissions'])
    expect(words.stdout).toMatch(
      /^warn {2}config\.permissions {2}~\/\.mayros\/mayros\.json is 644, should be 600 +fix: /,
    )
    expect(complaints((await doctor()).document)).toEqual(['warn config.permissions', 'warn state.permissions'])
    expect(fixed((await doctor('--repair')).document)).toEqual(['config.permissions', 'state.permissions'])
    expect([home.configPath, home.stateDir].map((path) => statSync(path).mode & 0o777)).toEqual([0o600, 0o700])
  })

  it('removes what a gateway left that is gone', async () => {
    await configure()
    const gateway = await home.gateway(['--port', String(port)])
    process.kill(gateway.record.pid, 'SIGKILL')
    await gateway.process.exited
    const left = join(home.stateDir, 'run/gateway.json')
    expect(existsSync(left)).toBe(true)
    expect(complaints((await doctor()).document)).toContain('warn state.lock')
    expect((await doctor('--fix')).code).toBe(0)
    expect(existsSync(left)).toBe(false)
    expect(complaints((await doctor()).document)).toEqual([])
  })

  it('finds a damaged database when it looks deeper', async () => {
    await configure()
    await writeFile(join(home.stateDir, 'mayros.db'), 'no database at all, '.repeat(500))
    expect(complaints((await doctor()).document)).toEqual([])
    const { code, document } = await doctor('--deep')
    expect([code, ...complaints(document)]).toEqual([1, 'error store.integrity'])
  })

  it('names who has the port', async () => {
    await configure()
    const other = await occupy(port)
    try {
      const { code, document } = await doctor()
      expect([code, ...complaints(document)]).toEqual([1, 'error port.conflict'])
      expect(document.checks.find(({ id }) => id === 'port.conflict')?.message).toContain(`pid ${process.pid}`)
    } finally {
      await release(other)
    }
  })

  it('says what is wrong on the command line itself', async () => {
    expect(await home.run(['doctor', '--only', 'nonsense'])).toMatchObject({ code: 2 })
    expect(await home.run(['doctor', '--fixx'])).toMatchObject({ code: 2 })
  })
})

describe.skipIf(missing !== null)('mayros doctor and the service', () => {
  let manager: SystemdUserManager

  beforeEach(async () => {
    manager = await SystemdUserManager.start(home.path)
    env = manager.env
    await configure()
  }, 60_000)

  afterEach(() => manager.dispose(), 60_000)

  it('finds each change of the unit, shows it and takes it back', async () => {
    await mayros('gateway', 'install', '--no-start')
    const sound = readFileSync(unitFile(), 'utf8')
    expect(await serviceFile()).toEqual([])
    for (const { code, from, to } of MUTATIONS) {
      const changed = sound.replace(from, to)
      expect(changed, code).not.toBe(sound)
      await writeFile(unitFile(), changed)
      const what = `${code}: ${to || `no ${from}`}`
      const mended = await serviceFile('--fix')
      expect(
        mended.map(({ message }) => message.split(':')[0]),
        what,
      ).toContain(code)
      expect([...new Set(mended.map(({ status }) => status))], what).toEqual(['fixed'])
      expect(mended[0]?.detail, what).toMatch(/^[-+] /m)
      expect(JSON.stringify(mended), what).not.toContain('hush')
      expect(readFileSync(unitFile(), 'utf8'), what).toBe(sound)
    }
    expect(show('ActiveState')).toBe('inactive')
  }, 180_000)

  it('finds rights of others, and a service that nobody starts', async () => {
    await mayros('gateway', 'install', '--no-start')
    await chmod(unitFile(), 0o644)
    manager.systemctl('disable', UNIT)
    await mkdir(join(home.path, '.config/systemd/user'), { recursive: true })
    const seen = await serviceFile('--fix')
    expect(seen).toMatchObject([
      { status: 'fixed', message: expect.stringMatching(/^service\.missing: /) },
      { status: 'fixed', message: expect.stringMatching(/^service\.mode: /) },
    ])
    expect([statSync(unitFile()).mode & 0o777, show('UnitFileState')]).toEqual([0o600, 'enabled'])
  }, 60_000)

  it('restarts a service that runs with a changed unit, and keeps what was added to it', async () => {
    await mayros('gateway', 'install')
    const { pid } = readRecord(home.stateDir)!
    const sound = readFileSync(unitFile(), 'utf8')
    await writeFile(
      unitFile(),
      sound.replace('KillMode=mixed', 'KillMode=none').replace('[Install]', 'Nice=5\n[Install]'),
    )
    const words = await mayros('doctor', '--only', 'service.file')
    expect(words.stdout).toBe(
      [
        'warn  service.file  service.killmode: Service.KillMode: none, should be mixed  fix: rewrite the service file',
        '       - KillMode=none',
        '       + KillMode=mixed',
        '0 errors, 1 warning. Repair: mayros doctor --fix',
        '',
      ].join('\n'),
    )
    expect(await serviceFile('--fix')).toMatchObject([{ status: 'fixed' }])
    const text = readFileSync(unitFile(), 'utf8')
    expect([text.includes('KillMode=mixed'), text.includes('Nice=5')]).toEqual([true, true])
    expect(readRecord(home.stateDir)?.pid).not.toBe(pid)
    await writeFile(unitFile(), text.replace('KillMode=mixed', 'KillMode=none'))
    await serviceFile('--fix', '--force')
    expect(readFileSync(unitFile(), 'utf8')).toBe(sound)
  }, 90_000)

  it('brings a service back that gave up over a bad configuration', async () => {
    await mayros('gateway', 'install', '--no-start')
    await configure({ prt: 1 })
    expect((await mayros('gateway', 'start')).code).toBe(1)
    const before = await doctor()
    expect(complaints(before.document)).toEqual(
      expect.arrayContaining(['error config.valid', 'error gateway.reachable']),
    )
    const { code, document } = await doctor('--fix')
    expect(fixed(document)).toEqual(expect.arrayContaining(['config.valid', 'gateway.reachable']))
    expect(code).toBe(0)
    expect(readRecord(home.stateDir)).toMatchObject({ supervisor: 'systemd', port })
  }, 90_000)

  it('ends no gateway that could not come up again, and starts none that was stopped', async () => {
    await mayros('gateway', 'install')
    const { pid } = readRecord(home.stateDir)!
    const changed = readFileSync(unitFile(), 'utf8').replace('KillMode=mixed', 'KillMode=none')
    await writeFile(unitFile(), changed)
    await home.configure('{ gateway: ')
    const refused = await mayros('doctor', '--fix', '--only', 'service.file')
    expect(refused.stderr).toMatch(
      /^not mended: rewrite the service file: the gateway would not come up again: Config invalid: /m,
    )
    expect([readFileSync(unitFile(), 'utf8'), readRecord(home.stateDir)?.pid]).toEqual([changed, pid])
    await configure()
    await mayros('gateway', 'stop')
    expect(complaints((await doctor()).document)).toContain('warn gateway.reachable')
    await doctor('--fix')
    expect([show('ActiveState'), readRecord(home.stateDir)]).toEqual(['inactive', null])
    expect(readFileSync(unitFile(), 'utf8')).not.toBe(changed)
  }, 90_000)

  it('does not touch the service of another gateway', async () => {
    await mayros('gateway', 'install', '--no-start')
    const theirs = readFileSync(unitFile(), 'utf8')
    env = { ...env, MAYROS_STATE_DIR: join(home.path, 'mine') }
    const seen = await serviceFile('--fix')
    expect(seen).toMatchObject([{ status: 'error', message: expect.stringContaining(`runs the gateway of`) }])
    expect(readFileSync(unitFile(), 'utf8')).toBe(theirs)
  }, 60_000)

  it('restarts a service that does not answer', async () => {
    await mayros('gateway', 'install')
    const { pid, instanceId } = readRecord(home.stateDir)!
    process.kill(pid, 'SIGSTOP')
    try {
      const { document } = await doctor('--fix', '--only', 'gateway.reachable')
      expect(fixed(document)).toEqual(['gateway.reachable'])
    } finally {
      if (readRecord(home.stateDir)?.pid === pid) process.kill(pid, 'SIGCONT')
    }
    const record = await until('another gateway', () => readRecord(home.stateDir))
    expect(record.instanceId).not.toBe(instanceId)
  }, 120_000)

  function show(property: string): string {
    return manager.systemctl('show', UNIT, '--value', `--property=${property}`).trim()
  }
})

/** One change each of a unit as it is installed. */
const MUTATIONS: readonly { readonly code: string; readonly from: string | RegExp; readonly to: string }[] = [
  { code: 'service.entry', from: /^ExecStart=\S+/m, to: 'ExecStart=/gone/node' },
  { code: 'service.entry', from: /^(ExecStart=\S+) \S+/m, to: '$1 /bin/sh' },
  { code: 'service.runtime', from: /^ExecStart=\S+/m, to: 'ExecStart=/bin/sh' },
  { code: 'service.command', from: 'gateway run', to: 'agent' },
  { code: 'service.command', from: 'gateway run', to: 'gateway run --bind lan' },
  { code: 'service.port', from: 'gateway run', to: 'gateway run --port 1' },
  { code: 'service.secret', from: 'gateway run', to: 'gateway run --token hush-hush' },
  { code: 'service.secret', from: '[Install]', to: 'Environment=OPENAI_API_KEY=hush-hush\n[Install]' },
  { code: 'service.env-stale', from: '[Install]', to: 'Environment=MAYROS_GATEWAY_PORT=1\n[Install]' },
  { code: 'service.paths', from: /^WorkingDirectory=.*$/m, to: 'WorkingDirectory=/gone' },
  { code: 'service.paths', from: '[Install]', to: 'Environment=MAYROS_CONFIG_PATH=/gone.json\n[Install]' },
  { code: 'service.path-env', from: /^Environment=PATH=.*$/m, to: 'Environment=PATH=/home/alice/.nvm/bin' },
  { code: 'service.network', from: 'After=network-online.target\n', to: '' },
  { code: 'service.restart', from: 'Restart=on-failure', to: 'Restart=no' },
  { code: 'service.restart', from: 'RestartPreventExitStatus=78\n', to: '' },
  { code: 'service.readiness', from: 'Type=notify', to: 'Type=simple' },
  { code: 'service.readiness', from: 'WatchdogSec=60\n', to: '' },
  { code: 'service.killmode', from: 'KillMode=mixed', to: 'KillMode=process' },
  { code: 'service.timeout', from: 'TimeoutStopSec=45', to: 'TimeoutStopSec=1' },
  { code: 'service.limits', from: 'LimitNOFILE=65536', to: 'LimitNOFILE=256' },
  { code: 'service.hardening', from: 'NoNewPrivileges=yes', to: 'NoNewPrivileges=no' },
]

type Document = z.infer<typeof DOCUMENT>

function mayros(...args: readonly string[]) {
  return home.run(args, { env })
}

async function doctor(
  ...args: readonly string[]
): Promise<{ readonly code: number | null; readonly document: Document }> {
  const { code, stdout } = await mayros('doctor', '--json', ...args)
  return { code, document: DOCUMENT.parse(JSON.parse(stdout)) }
}

/** What the doctor says about the service; nothing = it is as it should be. */
async function serviceFile(...args: readonly string[]): Promise<Document['checks']> {
  const { document } = await doctor('--only', 'service.file', ...args)
  return document.checks.filter(({ status }) => status !== 'ok')
}

function complaints({ checks }: Document): readonly string[] {
  return checks
    .filter(({ id, status }) => (status === 'warn' || status === 'error') && !OF_THE_MACHINE.includes(id))
    .map(({ id, status }) => `${status} ${id}`)
}

function fixed({ checks }: Document): readonly string[] {
  return checks.filter((check) => check.fixed).map(({ id }) => id)
}

function configure(gateway: object = {}): Promise<void> {
  return home.configure({ gateway: { mode: 'local', port, auth: { token: TOKEN }, ...gateway } })
}

function tokenInFile(): string {
  const { gateway } = JSON.parse(readFileSync(home.configPath, 'utf8')) as { gateway: { auth: { token: string } } }
  return gateway.auth.token
}

function unitFile(): string {
  return join(home.path, '.config/systemd/user', UNIT)
}
