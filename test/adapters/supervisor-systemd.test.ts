import { mkdtempSync, writeFileSync } from 'node:fs'
import { chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { canNotifySystemd } from '../../src/adapters/supervisor-systemd/can-notify.js'
import { SystemdSupervisor } from '../../src/adapters/supervisor-systemd/systemd-supervisor.js'
import { describeUnit, isEditedUnit, renderUnit } from '../../src/adapters/supervisor-systemd/unit-file.js'
import { mainStartOf, stateOf } from '../../src/adapters/supervisor-systemd/unit-state.js'
import { wordsOf } from '../../src/adapters/supervisor-systemd/unit-words.js'
import type { ServicePlan } from '../../src/domain/service/service-plan.js'
import { supervisorContract } from '../contracts/supervisor.contract.js'
import { SystemdUserManager } from '../doubles/systemd-user-manager.js'

const missing = SystemdUserManager.missing()
const home = mkdtempSync(join(tmpdir(), 'mayros-units-'))
let manager: SystemdUserManager | undefined

/** Something that reports to systemd and then stays. */
const PROGRAM = join(home, 'stays.mjs')
writeFileSync(
  PROGRAM,
  `import { spawnSync } from 'node:child_process'
spawnSync('systemd-notify', ['READY=1'])
setInterval(() => spawnSync('systemd-notify', ['WATCHDOG=1']), 10_000)
process.on('SIGTERM', () => process.exit(0))
`,
)

beforeAll(async () => {
  if (missing === null) manager = await SystemdUserManager.start(home)
  else console.log(`systemd itself is not asked: ${missing}`)
}, 30_000)

afterAll(async () => {
  await manager?.dispose()
  await rm(home, { recursive: true, force: true })
})

const skipped = (ids: readonly string[]) => (missing === null ? {} : Object.fromEntries(ids.map((id) => [id, missing])))

supervisorContract(
  { describe, it },
  {
    name: 'systemd (a real user manager)',
    skip: skipped(['V2', 'V3', 'V4', 'V5', 'V6', 'V7', 'V8', 'V9', 'V10', 'V11', 'V12', 'V13']),
    async create() {
      const env = manager?.env ?? { HOME: home }
      const supervisor = (profile: string | null) =>
        new SystemdSupervisor({ profile, scope: 'user', canNotify: true, env, systemFolder: join(home, 'system') })
      return {
        supervisor,
        programArguments: [process.execPath, PROGRAM],
        directory: home,
        crash: async (pid) => void process.kill(pid, 'SIGKILL'),
        dispose: async () => {
          if (manager === undefined) return
          for (const profile of [null, 'rescue']) await supervisor(profile).uninstall()
          expect(await readdir(join(home, '.config/systemd/user/')).catch(() => [])).not.toContain(
            supervisor(null).name,
          )
        },
      }
    },
  },
)

describe.skipIf(missing !== null)('units and a real systemd', () => {
  it('finds nothing wrong with the unit', async () => {
    const supervisor = new SystemdSupervisor({ profile: 'a-b', scope: 'user', canNotify: true, env: manager!.env })
    await supervisor.install(plan({ profile: 'a-b' }), true)
    expect(manager!.verify(join(home, '.config/systemd/user/mayros-gateway-a-b.service'))).toBe('exit 0\n')
    await supervisor.uninstall()
  })

  it('finds nothing wrong with a system unit', async () => {
    const folder = join(home, 'verify')
    await mkdir(folder)
    const file = join(folder, 'mayros-gateway.service')
    await writeFile(file, renderUnit(plan({ user: 'root' }), { scope: 'system', canNotify: true }))
    expect(manager!.verify(file)).toBe('exit 0\n')
  })

  it('hands awkward arguments and variables to the program as they were given', async () => {
    const program = join(home, 'tells.mjs')
    const told = join(home, 'told.json')
    await writeFile(
      program,
      `import { writeFileSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
writeFileSync(${JSON.stringify(told)}, JSON.stringify({ args: process.argv.slice(2), awkward: process.env.AWKWARD, cwd: process.cwd() }))
spawnSync('systemd-notify', ['READY=1'])
setInterval(() => undefined, 60_000)
`,
    )
    // biome-ignore lint/suspicious/noTemplateCurlyInString: what a shell would replace must stay as it is
    const args = ['two words', '"\'', '100%', '$HOME ${HOME}', 'back\\slash', 'tab\there', ';', '#', 'ü', '']
    const directory = join(home, 'my 100% dir')
    await mkdir(directory)
    const supervisor = new SystemdSupervisor({ profile: 'awkward', scope: 'user', canNotify: true, env: manager!.env })
    const environment = { PATH: process.env.PATH ?? '', AWKWARD: '%h $HOME "\' \\ ü' }
    await supervisor.install(
      plan({
        profile: 'awkward',
        programArguments: [process.execPath, program, ...args],
        workingDirectory: directory,
        environment,
      }),
      true,
    )
    await supervisor.start()
    expect(JSON.parse(await readFile(told, 'utf8'))).toEqual({ args, awkward: environment.AWKWARD, cwd: directory })
    await supervisor.uninstall()
  })

  it('says how a service ended that did not come up, and lets it be', async () => {
    const program = join(home, 'ends.mjs')
    await writeFile(program, 'process.exit(78)\n')
    const supervisor = new SystemdSupervisor({ profile: 'ends', scope: 'user', canNotify: true, env: manager!.env })
    await supervisor.install(plan({ profile: 'ends', programArguments: [process.execPath, program] }), true)
    await expect(supervisor.start()).rejects.toMatchObject({ code: 'service-failed', message: /exit 78/ })
    const state = await supervisor.state()
    expect(state).toMatchObject({ status: 'failed', pid: null, restarts: 0, lastExit: { code: 78, signal: null } })
    expect(Math.abs((state.lastExit?.at ?? 0) - Date.now())).toBeLessThan(600_000)
    await supervisor.uninstall()
  })

  it('starts anew what asks for it with 75, and counts it', async () => {
    const program = join(home, 'again.mjs')
    const mark = join(home, 'again')
    await writeFile(
      program,
      `import { existsSync, writeFileSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
if (!existsSync(${JSON.stringify(mark)})) { writeFileSync(${JSON.stringify(mark)}, ''); process.exit(75) }
spawnSync('systemd-notify', ['READY=1'])
setInterval(() => undefined, 60_000)
`,
    )
    const supervisor = new SystemdSupervisor({ profile: 'again', scope: 'user', canNotify: true, env: manager!.env })
    await supervisor.install(plan({ profile: 'again', programArguments: [process.execPath, program] }), true)
    await mkdir(join(home, '.config/systemd/user/mayros-gateway-again.service.d'))
    await writeFile(
      join(home, '.config/systemd/user/mayros-gateway-again.service.d/quick.conf'),
      '[Service]\nRestartSec=100ms\n',
    )
    manager!.systemctl('daemon-reload')
    await supervisor.start().catch(() => undefined)
    await expect.poll(async () => (await supervisor.state()).status, { timeout: 20_000 }).toBe('running')
    expect((await supervisor.state()).restarts).toBe(1)
    await supervisor.uninstall()
  }, 30_000)

  it('keeps what was added by hand, replaces what was changed, and keeps a copy when asked to replace all', async () => {
    const supervisor = new SystemdSupervisor({ profile: 'edited', scope: 'user', canNotify: true, env: manager!.env })
    await supervisor.install(plan({ profile: 'edited' }), true)
    const { file, text } = (await supervisor.installed())!
    const edited = text
      .replace('KillMode=mixed', 'KillMode=process')
      .replace('[Install]', 'Nice=5\nEnvironment=EXTRA=1 "OTHER=a b"\nEnvironment=MAYROS_GATEWAY_TOKEN=hush\n[Install]')
    await writeFile(file, edited)
    await chmod(file, 0o644)
    expect(await supervisor.installed()).toMatchObject({ isEdited: true, mode: 0o644 })
    const announced = supervisor.render(plan({ profile: 'edited' }), (await supervisor.installed())!)
    await supervisor.install(plan({ profile: 'edited' }), true)
    const kept = (await supervisor.installed())!
    expect(kept.text).toBe(announced.text)
    expect(kept).toMatchObject({
      isEdited: false,
      mode: 0o600,
      settings: { 'Service.Nice': '5', 'Service.KillMode': 'mixed' },
    })
    expect(kept.environment).toMatchObject({ EXTRA: '1', OTHER: 'a b' })
    expect(kept.text).not.toContain('hush')
    await writeFile(file, edited)
    await supervisor.install(plan({ profile: 'edited' }), false)
    expect((await supervisor.installed())!.text).toBe(text)
    expect(await readFile(`${file}.bak`, 'utf8')).toBe(edited)
    await rm(`${file}.bak`)
    await supervisor.uninstall()
  })

  it('knows whether the gateway can report', async () => {
    expect(await canNotifySystemd()).toBe(true)
    expect(await canNotifySystemd({ PATH: '/nowhere' })).toBe(false)
  })
})

describe('a systemd that is not there', () => {
  it('says what to do', async () => {
    const supervisor = new SystemdSupervisor({
      profile: null,
      scope: 'user',
      canNotify: true,
      env: { PATH: '/nowhere', HOME: home },
    })
    expect(await supervisor.unavailable()).toMatchObject({
      code: 'supervisor-unavailable',
      message: 'systemctl is not installed here',
    })
    expect(await supervisor.state()).toMatchObject({ status: 'unknown', pid: null })
    expect(await supervisor.linger()).toMatchObject({ isNeeded: true })
    expect(await supervisor.enableLinger()).toBe(false)
  })

  it.skipIf(missing !== null)('tells a session without a manager from a host without systemd', async () => {
    const env = { PATH: process.env.PATH, HOME: home, XDG_RUNTIME_DIR: join(home, 'none') }
    const supervisor = new SystemdSupervisor({ profile: null, scope: 'user', canNotify: true, env })
    const failure = await supervisor.unavailable()
    expect(failure?.message).toMatch(/^the service manager of user \S+ cannot be reached \(/)
    expect(failure?.hints[0]).toMatch(/^log in as /)
  })
})

describe('unit text', () => {
  it('tells its own hand from others', () => {
    const text = renderUnit(plan(), { scope: 'user', canNotify: true })
    expect(isEditedUnit(text)).toBe(false)
    expect(isEditedUnit(text.replace('RestartSec=5', 'RestartSec=6'))).toBe(true)
    expect(isEditedUnit('[Service]\nExecStart=/bin/true\n')).toBe(true)
  })

  it('does without messages where they would be lost', () => {
    const { settings } = describeUnit('n', 'f', renderUnit(plan(), { scope: 'user', canNotify: false }))
    expect(settings['Service.Type']).toBe('exec')
    expect(Object.keys(settings)).not.toContain('Service.WatchdogSec')
  })

  it('reads units of other hands: continued lines, quotes, comments', () => {
    const unit = describeUnit(
      'n',
      'f',
      '# c\n; d\n[Service]\nExecStart="/usr/bin/node" \\\n  /opt/mayros.js gateway\nEnvironment="A=1 2" B=3\\x\nnonsense\n',
    )
    expect(unit.programArguments).toEqual(['/usr/bin/node', '/opt/mayros.js', 'gateway'])
    expect(unit.environment).toEqual({ A: '1 2', B: '3x' })
    expect(wordsOf('a \'b c\' d\\ e ""')).toEqual(['a', 'b c', 'd e', ''])
  })

  it('names the signal that ended a process', () => {
    const state = stateOf({ ActiveState: 'failed', ExecMainCode: '3', ExecMainStatus: '6', NRestarts: '' })
    expect(state).toMatchObject({
      status: 'failed',
      restarts: null,
      lastExit: { code: null, signal: 'SIGABRT', at: null },
    })
    expect(stateOf({}).status).toBe('unknown')
  })

  it('tells when the main process started, by the clock of this machine', () => {
    expect(mainStartOf({ ExecMainStartTimestampMonotonic: '1234567' })).toBe(1_234_567_000n)
    for (const text of ['', 'n/a']) expect(mainStartOf({ ExecMainStartTimestampMonotonic: text })).toBe(0n)
    expect(mainStartOf({})).toBe(0n)
  })
})

function plan(changes: Partial<ServicePlan> = {}): ServicePlan {
  return {
    profile: null,
    version: '1.2.3',
    programArguments: [process.execPath, PROGRAM, 'gateway', 'run'],
    workingDirectory: home,
    environment: { PATH: process.env.PATH ?? '', MAYROS_SERVICE_MARKER: 'mayros-gateway' },
    logDirectory: join(home, 'logs'),
    user: null,
    ...changes,
  }
}
