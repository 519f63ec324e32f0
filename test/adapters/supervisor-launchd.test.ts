import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'plist'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  additionsOf,
  describeAgent,
  isEditedAgent,
  renderAgent,
} from '../../src/adapters/supervisor-launchd/agent-file.js'
import { agentState, isDisabled } from '../../src/adapters/supervisor-launchd/agent-state.js'
import { LaunchdSupervisor } from '../../src/adapters/supervisor-launchd/launchd-supervisor.js'
import { inspectService } from '../../src/application/service/inspect-service.js'
import type { ServicePlan } from '../../src/domain/service/service-plan.js'
import { supervisorContract } from '../contracts/supervisor.contract.js'
import { LaunchctlStub } from '../doubles/launchctl-stub.js'

supervisorContract(
  { describe, it },
  {
    name: 'launchd (a stand-in for launchctl)',
    joinsRestarts: false,
    crashes: false,
    async create() {
      const stub = await LaunchctlStub.create()
      const supervisor = (profile: string | null) => new LaunchdSupervisor({ profile, env: stub.env, uid: 501 })
      return {
        supervisor,
        programArguments: [process.execPath, '-e', 'setInterval(() => undefined, 60000)'],
        directory: stub.directory,
        dispose: async () => {
          for (const profile of [null, 'rescue']) await supervisor(profile).uninstall()
          await stub.remove()
        },
      }
    },
  },
)

describe('a LaunchAgent', () => {
  let stub: LaunchctlStub
  let supervisor: LaunchdSupervisor

  beforeEach(async () => {
    stub = await LaunchctlStub.create()
    supervisor = new LaunchdSupervisor({ profile: 'work', env: stub.env, uid: 501 })
  })

  afterEach(async () => {
    await supervisor.uninstall()
    await stub.remove()
  })

  it('is the property list it is meant to be', () => {
    expect(parse(renderAgent(plan({ profile: null })))).toEqual({
      Label: 'ai.mayros.gateway',
      Comment: 'Mayros Gateway',
      ProgramArguments: ['/usr/local/bin/node', '/opt/mayros/bin/mayros.js', 'gateway', 'run'],
      WorkingDirectory: '/Users/alice/.mayros',
      EnvironmentVariables: { PATH: '/usr/bin:/bin', TZ: 'Europe/Berlin' },
      RunAtLoad: true,
      KeepAlive: { SuccessfulExit: false },
      ThrottleInterval: 10,
      ExitTimeOut: 45,
      Umask: 0o077,
      SoftResourceLimits: { NumberOfFiles: 65_536 },
      StandardOutPath: '/Users/alice/.mayros/logs/gateway.out.log',
      StandardErrorPath: '/Users/alice/.mayros/logs/gateway.err.log',
    })
    expect(parse(renderAgent(plan()))).toMatchObject({
      Label: 'ai.mayros.work',
      Comment: 'Mayros Gateway (profile work)',
    })
  })

  it('calls launchctl as it wants to be called', async () => {
    const file = join(stub.directory, 'Library/LaunchAgents/ai.mayros.work.plist')
    await supervisor.install(running(stub), true)
    await supervisor.start()
    await supervisor.start()
    await supervisor.restart()
    await supervisor.stop()
    await supervisor.uninstall()
    expect(stub.changes()).toEqual([
      'enable gui/501/ai.mayros.work',
      'enable gui/501/ai.mayros.work',
      `bootstrap gui/501 ${file}`,
      'bootout gui/501/ai.mayros.work',
      'enable gui/501/ai.mayros.work',
      `bootstrap gui/501 ${file}`,
      'bootout gui/501/ai.mayros.work',
    ])
  })

  it('is loaded anew when the file is newer than what is loaded', async () => {
    await supervisor.install(running(stub), true)
    stub.play({ loaded: { 'ai.mayros.work': { pid: null } } })
    await supervisor.start()
    expect(await supervisor.state()).toMatchObject({ status: 'running', isLoaded: true, isEnabled: true, restarts: 0 })
    expect(stub.changes().slice(-2)[0]).toBe('bootout gui/501/ai.mayros.work')
  })

  it('says how it ended that did not come up', async () => {
    stub.play({ ends: 1 })
    await supervisor.install(running(stub), true)
    await expect(supervisor.start()).rejects.toMatchObject({ code: 'service-failed', message: /exit 1/ })
    expect(await supervisor.state()).toMatchObject({ status: 'failed', lastExit: { code: 1, signal: null, at: null } })
  })

  it('does not start by itself once it was disabled', async () => {
    await supervisor.install(running(stub), true)
    stub.play({ disabled: ['ai.mayros.work'] })
    expect((await supervisor.state()).isEnabled).toBe(false)
    expect(isDisabled('\t"ai.mayros.work" => true', 'ai.mayros.work')).toBe(true)
    expect(isDisabled('\t"ai.mayros.work" => enabled', 'ai.mayros.work')).toBe(false)
  })

  it('needs a session of its user at the screen', async () => {
    stub.play({ refusals: { print: [125, 'Domain does not support specified action'] } })
    expect(await supervisor.unavailable()).toMatchObject({
      code: 'supervisor-unavailable',
      message: 'launchd needs a logged-in session for gui/501',
    })
    const nowhere = new LaunchdSupervisor({ profile: null, env: { PATH: '/nowhere', HOME: stub.directory }, uid: 501 })
    expect(await nowhere.unavailable()).toMatchObject({ message: 'launchctl is not installed here' })
    stub.play({ refusals: {} })
    expect(await supervisor.unavailable()).toBeNull()
  })

  it('passes on what launchctl says', async () => {
    stub.play({ refusals: { enable: [1, 'Could not enable service: 1: Operation not permitted'] } })
    await expect(supervisor.install(running(stub), true)).rejects.toMatchObject({
      code: 'supervisor-refused',
      message: 'launchctl enable: Could not enable service: 1: Operation not permitted',
    })
    stub.play({ refusals: {} })
  })

  it('keeps what was added by hand, replaces what was changed, and keeps a copy when asked to replace all', async () => {
    await supervisor.install(running(stub), true)
    const { file, text } = (await supervisor.installed())!
    const edited = text
      .replace('<integer>45</integer>', '<integer>5</integer>')
      .replace('<key>RunAtLoad</key>', '<key>Nice</key>\n    <integer>5</integer>\n    <key>RunAtLoad</key>')
      .replace(
        '<key>PATH</key>',
        '<key>EXTRA</key>\n<string>1</string>\n<key>API_KEY</key>\n<string>hush</string>\n<key>PATH</key>',
      )
    await writeFile(file, edited)
    await chmod(file, 0o644)
    expect(await supervisor.installed()).toMatchObject({ isEdited: true, mode: 0o644, settings: { ExitTimeOut: '5' } })
    const announced = supervisor.render(running(stub), (await supervisor.installed())!)
    await supervisor.install(running(stub), true)
    const kept = (await supervisor.installed())!
    expect(kept.text).toBe(announced.text)
    expect(kept).toMatchObject({ isEdited: false, mode: 0o600, settings: { Nice: '5', ExitTimeOut: '45' } })
    expect(kept.environment).toMatchObject({ EXTRA: '1' })
    expect(kept.text).not.toContain('hush')
    await writeFile(file, edited)
    await supervisor.install(running(stub), false)
    expect((await supervisor.installed())!.text).toBe(text)
    expect(await readFile(`${file}.bak`, 'utf8')).toBe(edited)
  })

  it.each<[string, string | RegExp, string]>([
    ['service.launchd-flags', /<key>RunAtLoad<\/key>\s*<true\/>/, '<key>RunAtLoad</key><false/>'],
    ['service.launchd-flags', '<key>SuccessfulExit</key>', '<key>Crashed</key>'],
    ['service.launchd-flags', '<integer>10</integer>', '<integer>1</integer>'],
    ['service.timeout', '<integer>45</integer>', '<integer>5</integer>'],
    ['service.limits', '<integer>65536</integer>', '<integer>256</integer>'],
    ['service.hardening', '<integer>63</integer>', '<integer>18</integer>'],
    ['service.entry', '/opt/mayros/bin/mayros.js', '/opt/old/mayros.js'],
    ['service.command', '<string>run</string>', '<string>run</string><string>--bind</string><string>lan</string>'],
    ['service.paths', '/Users/alice/.mayros<', '/Users/alice/.other<'],
    ['service.secret', '<key>PATH</key>', '<key>A_TOKEN</key><string>hush-hush</string><key>PATH</key>'],
    ['service.path-env', '<string>/usr/bin:/bin</string>', '<string>/bin</string>'],
  ])('a change of the file is found, shown and taken back: %s', async (code, from, to) => {
    const wanted = plan({ logDirectory: join(stub.directory, 'logs') })
    await supervisor.install(wanted, true)
    const { file, text } = (await supervisor.installed())!
    expect(text.replace(from, to)).not.toBe(text)
    await writeFile(file, text.replace(from, to))
    const look = () =>
      inspectService({ planFor: () => wanted, configuredPort: null, fileExists: () => true, isDeep: false }, supervisor)
    const report = await look()
    expect(report.drift.filter(({ level }) => level !== 'info')).toMatchObject([{ code }])
    expect(report.diff.some(({ sign }) => sign === '-')).toBe(true)
    expect(JSON.stringify([report.drift, report.diff])).not.toContain('hush')
    await supervisor.install(wanted, true)
    expect((await supervisor.installed())?.text).toBe(text)
    expect(await look()).toMatchObject({ drift: [], diff: [] })
  })

  it('has no linger and lists agents of other profiles', async () => {
    expect(await supervisor.linger()).toMatchObject({ isNeeded: false })
    expect(await supervisor.enableLinger()).toBe(true)
    await mkdir(join(stub.directory, 'Library/LaunchAgents'), { recursive: true })
    for (const name of ['ai.mayros.gateway.plist', 'ai.mayros.rescue.plist', 'com.example.plist', 'ai.mayros.note']) {
      await writeFile(join(stub.directory, 'Library/LaunchAgents', name), '')
    }
    expect((await supervisor.neighbours()).map(({ profile }) => profile)).toEqual([null, 'rescue'])
  })

  it('reads files of other hands, and says nothing about what is no property list', () => {
    const nothing = { programArguments: [], workingDirectory: null, environment: {}, settings: {}, version: null }
    for (const text of ['', 'nonsense', '<plist><array/></plist>', '<plist><dict><key>']) {
      expect(describeAgent('n', 'f', text)).toMatchObject(nothing)
      expect(isEditedAgent(text)).toBe(true)
      expect(additionsOf(text, plan())).toEqual({ EnvironmentVariables: {} })
    }
  })

  it('reads what launchctl prints', () => {
    const printed = (lines: string) => agentState(`gui/501/x = {\n${lines}\n}`, true)
    expect(printed('\tstate = running\n\truns = 3\n\tpid = 42\n\tlast exit code = 1')).toMatchObject({
      status: 'running',
      pid: 42,
      restarts: 2,
      lastExit: { code: 1 },
    })
    expect(printed('\tstate = spawn scheduled')).toMatchObject({ status: 'starting', pid: null })
    expect(printed('\tstate = not running\n\tlast terminating signal = Killed: 9')).toMatchObject({
      status: 'failed',
      lastExit: { code: null, signal: 'Killed: 9' },
    })
    expect(printed('\tstate = not running\n\tlast exit code = (never exited)')).toMatchObject({
      status: 'stopped',
      lastExit: null,
    })
  })
})

function plan(changes: Partial<ServicePlan> = {}): ServicePlan {
  return {
    profile: 'work',
    version: '1.2.3',
    programArguments: ['/usr/local/bin/node', '/opt/mayros/bin/mayros.js', 'gateway', 'run'],
    workingDirectory: '/Users/alice/.mayros',
    environment: { PATH: '/usr/bin:/bin', TZ: 'Europe/Berlin' },
    logDirectory: '/Users/alice/.mayros/logs',
    user: null,
    ...changes,
  }
}

function running({ directory }: LaunchctlStub): ServicePlan {
  return plan({
    programArguments: [process.execPath, '-e', 'setInterval(() => undefined, 60000)'],
    workingDirectory: directory,
    logDirectory: join(directory, 'logs'),
  })
}
