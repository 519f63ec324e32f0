import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { chown, cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { unusedPort } from '../contracts/harness/unused-port.js'
import { SystemdUserManager } from '../doubles/systemd-user-manager.js'
import { CliHome, readRecord } from './harness/cli-home.js'
import { type CliEnd, ENTRY } from './harness/cli-process.js'
import { until } from './harness/until.js'

const missing = SystemdUserManager.missing()
if (missing !== null) console.log(`services are not tried with systemd: ${missing}`)

const UNIT = 'mayros-gateway.service'
const TOKEN = 'a-token-that-is-long-enough-for-a-test'

let home: CliHome
let manager: SystemdUserManager
let port: number

describe.skipIf(missing !== null)('the service under systemd', () => {
  beforeEach(async () => {
    home = new CliHome()
    manager = await SystemdUserManager.start(home.path)
    port = await unusedPort()
    await home.configure({ gateway: { mode: 'local', port, auth: { token: TOKEN } } })
  }, 60_000)

  afterEach(async () => {
    await manager.dispose()
    await home.dispose()
  }, 60_000)

  it('is installed once, runs, stops, starts and is uninstalled without a trace', async () => {
    const first = await mayros('gateway', 'install')
    expect(first.stdout).toMatch(
      /^Installed mayros-gateway\.service \(~\/\.config\/systemd\/user\/mayros-gateway\.service\)\nRuntime: running {3}RPC probe: ok \(\d+ ms\)\n$/,
    )
    expect(first.code).toBe(0)
    const record = running()
    expect(record).toMatchObject({ supervisor: 'systemd', unit: UNIT, port })
    expect(show('SubState', 'StatusText', 'UnitFileState')).toEqual({
      SubState: 'running',
      StatusText: record.urls.join(', '),
      UnitFileState: 'enabled',
    })
    expect(statSync(unitFile()).mode & 0o777).toBe(0o600)
    expect(readFileSync(unitFile(), 'utf8')).not.toContain(TOKEN)
    expect(manager.verify(unitFile())).toBe('exit 0\n')

    const again = await json('gateway', 'install')
    expect(again).toMatchObject({
      action: 'install',
      ok: true,
      result: 'already-installed',
      runtime: { pid: record.pid },
    })
    expect(await json('gateway', 'start')).toMatchObject({ ok: true, result: 'already-running' })
    expect((await mayros('gateway', 'status')).stdout).toMatch(/^Runtime: running \(pid \d+, up .+, systemd\)$/m)

    expect((await mayros('gateway', 'stop')).stdout).toBe(`Stopped ${UNIT}\n`)
    expect(show('ActiveState', 'Result')).toEqual({ ActiveState: 'inactive', Result: 'success' })
    expect(await json('gateway', 'stop')).toMatchObject({ ok: true, result: 'already-stopped' })
    expect(await json('gateway', 'start')).toMatchObject({
      ok: true,
      result: 'started',
      runtime: { status: 'running' },
    })

    expect((await mayros('gateway', 'uninstall')).stdout).toBe(`Uninstalled ${UNIT}; state and config stay\n`)
    expect(await json('gateway', 'uninstall')).toMatchObject({ ok: true, result: 'not-installed' })
    expect(filesBelow(join(home.path, '.config/systemd/user'))).toEqual([])
    expect(show('LoadState')).toEqual({ LoadState: 'not-found' })
    expect(existsSync(home.configPath)).toBe(true)
    expect(await mayros('gateway', 'start')).toMatchObject({
      code: 1,
      stderr: `Error: ${UNIT} is not installed\n  fix     mayros gateway install\n  fix     mayros gateway\n`,
    })
  }, 90_000)

  it('comes back after kill -9', async () => {
    await mayros('gateway', 'install')
    const { pid, instanceId } = running()
    await quickRestarts()
    process.kill(pid, 'SIGKILL')
    const record = await until('another gateway', () => other(instanceId))
    expect(record.pid).not.toBe(pid)
    expect(show('NRestarts')).toEqual({ NRestarts: '1' })
    expect((await mayros('gateway', 'status')).code).toBe(0)
  }, 90_000)

  it('is started anew when its event loop hangs', async () => {
    const preload = join(home.path, 'hang.cjs')
    await writeFile(preload, "process.on('SIGUSR2', () => { for (;;); })\n")
    await mayros('gateway', 'install', '--no-start')
    await dropIn(`RestartSec=100ms\nWatchdogSec=1500ms\nEnvironment=NODE_OPTIONS=--require=${preload}`)
    await mayros('gateway', 'start')
    const { pid, instanceId } = running()
    const pulse = () => show('WatchdogTimestampMonotonic').WatchdogTimestampMonotonic
    const first = pulse()
    await until('a sign of life', () => pulse() !== first)
    expect(running().instanceId, 'a gateway that lives is left in peace').toBe(instanceId)
    process.kill(pid, 'SIGUSR2')
    const record = await until('another gateway', () => other(instanceId))
    expect(record.pid).not.toBe(pid)
    expect(show('NRestarts')).toEqual({ NRestarts: '1' })
  }, 90_000)

  it('stays down with a bad configuration, and says how it ended', async () => {
    await mayros('gateway', 'install', '--no-start')
    await home.configure({ gateway: { mode: 'local', port: 'many' } })
    const start = await mayros('gateway', 'start')
    expect(start).toMatchObject({ code: 1, stderr: expect.stringContaining(`Error: ${UNIT} did not start (exit 78)`) })
    expect(show('ActiveState', 'ExecMainStatus', 'NRestarts')).toEqual({
      ActiveState: 'failed',
      ExecMainStatus: '78',
      NRestarts: '0',
    })
    const install = await mayros('gateway', 'install', '--json')
    expect(install.code).toBe(78)
    expect(JSON.parse(install.stdout)).toMatchObject({ ok: false, error: { code: 'config_invalid' } })
    await home.configure({ gateway: { mode: 'local', port, auth: { token: TOKEN } } })
    expect((await mayros('gateway', 'start')).code).toBe(0)
  }, 90_000)

  it('restarted by two at once, is restarted once', async () => {
    await mayros('gateway', 'install')
    const { instanceId } = running()
    const pid = () => show('MainPID').MainPID ?? ''
    const pids = new Set([pid()])
    let isOver = false
    const both = Promise.all([mayros('gateway', 'restart'), mayros('gateway', 'restart')]).finally(() => {
      isOver = true
    })
    await until('both restarts', () => {
      pids.add(pid())
      return isOver
    })
    for (const { code, stdout } of await both) {
      expect(stdout).toMatch(
        /^Restarted mayros-gateway\.service \(pid (?:\d+ -> )?\d+, \d.*s\)\nRuntime: running {3}RPC probe: ok/,
      )
      expect(code).toBe(0)
    }
    pids.delete('0')
    expect(pids.size, [...pids].join(', ')).toBe(2)
    expect(running().instanceId).not.toBe(instanceId)
  }, 90_000)

  it('a restart in the process is told to systemd', async () => {
    await home.configure({ gateway: { mode: 'local', port, auth: { token: TOKEN } }, commands: { restart: true } })
    await mayros('gateway', 'install')
    const { pid, instanceId } = running()
    process.kill(pid, 'SIGUSR1')
    const record = await until('another instance', () => other(instanceId))
    expect(record.pid).toBe(pid)
    await until('systemd to hear of it', () => show('ActiveState').ActiveState === 'active')
    expect(show('NRestarts')).toEqual({ NRestarts: '0' })
  }, 90_000)

  it('--force does not fight systemd for the port, and says what to do instead', async () => {
    await mayros('gateway', 'install')
    const { pid } = running()
    const { code, stderr } = await mayros('gateway', '--force')
    expect(stderr).toBe(
      `force: port ${port} is held by ${UNIT} (pid ${pid}), which its supervisor would start again\nfix: mayros gateway restart, or first mayros gateway stop\n`,
    )
    expect(code).toBe(1)
    expect(running().pid).toBe(pid)
    await mayros('gateway', 'stop')
    const gateway = await home.gateway(['--force', '--port', String(port)], { env: manager.env })
    expect(gateway.process.stderr).toBe(`force: nothing listens on port ${port}\n`)
  }, 90_000)

  it('a unit that differs is written anew; what was added stays, until it is forced', async () => {
    await mayros('gateway', 'install')
    const { pid } = running()
    const text = await readFile(unitFile(), 'utf8')
    await writeFile(
      unitFile(),
      text.replace('KillMode=mixed', 'KillMode=process').replace('[Install]', 'Nice=5\n[Install]'),
    )
    expect(await json('gateway', 'install')).toMatchObject({
      result: 'updated',
      message: `Updated ${UNIT}: service.killmode, service.edited`,
    })
    const mended = await readFile(unitFile(), 'utf8')
    expect(mended).toContain('KillMode=mixed')
    expect(mended).toContain('Nice=5')
    expect(running().pid).not.toBe(pid)
    expect(await json('gateway', 'install', '--force')).toMatchObject({ result: 'updated' })
    expect(await readFile(unitFile(), 'utf8')).toBe(text)
    expect(await json('gateway', 'install', '--port', String(port))).toMatchObject({ result: 'updated' })
    expect(await readFile(unitFile(), 'utf8')).toContain(`gateway run --port ${port}`)
    expect(await json('gateway', 'install')).toMatchObject({ result: 'updated' })
    expect(await readFile(unitFile(), 'utf8')).toBe(text)
  }, 90_000)

  it('profiles have services of their own', async () => {
    const rescuePort = await unusedPort()
    const stateDir = join(home.path, '.mayros-rescue')
    await home.configure(
      { gateway: { mode: 'local', port: rescuePort, auth: { token: TOKEN } } },
      join(stateDir, 'mayros.json'),
    )
    await mayros('gateway', 'install')
    const { pid } = running()
    expect((await mayros('--profile', 'rescue', 'gateway', 'install')).stdout).toMatch(
      /^Installed mayros-gateway-rescue\.service/,
    )
    expect(readRecord(stateDir)).toMatchObject({
      port: rescuePort,
      profile: 'rescue',
      unit: 'mayros-gateway-rescue.service',
    })
    await mayros('--profile', 'rescue', 'gateway', 'uninstall')
    expect(running().pid).toBe(pid)
  }, 90_000)

  it('prints the unit and changes nothing with --dry-run, and keeps secrets out of it', async () => {
    const env = { MAYROS_GATEWAY_TOKEN: TOKEN, MY_API_KEY: 'sk-not-for-units', HTTPS_PROXY: 'http://user:pass@proxy:1' }
    const dry = await mayros('gateway', 'install', '--dry-run')
    expect(dry.stdout).toMatch(/^# Written by `mayros gateway install`/)
    expect(dry.stdout).toContain('WatchdogSec=60')
    expect(filesBelow(join(home.path, '.config'))).toEqual([])
    const install = await home.run(['gateway', 'install', '--no-start'], { env: { ...manager.env, ...env } })
    expect(install.stderr).toContain('warning: HTTPS_PROXY holds a password and is not written into the service\n')
    expect(install.stderr).toContain('warning: only this shell has MAYROS_GATEWAY_TOKEN; the service does not\n')
    const unit = await readFile(unitFile(), 'utf8')
    for (const secret of [TOKEN, 'sk-not-for-units', 'user:pass']) expect(unit).not.toContain(secret)
    await home.run(['gateway', 'install', '--no-start', '--save-env'], { env: { ...manager.env, ...env } })
    const saved = join(home.stateDir, '.env')
    expect(await readFile(saved, 'utf8')).toBe(`MAYROS_GATEWAY_TOKEN="${TOKEN}"\n`)
    expect(statSync(saved).mode & 0o777).toBe(0o600)
  }, 90_000)

  it('prints a unit of the system that runs as the owner of the state directory', async () => {
    const system = () => mayros('gateway', 'install', '--dry-run', '--system')
    expect((await system()).stdout).toMatch(/^User=root$/m)
    await chown(home.stateDir, 65_534, 65_534)
    const { stdout } = await system()
    expect(stdout).toMatch(/^User=65534$/m)
    expect(stdout).toMatch(/^WantedBy=multi-user\.target$/m)
    expect(stdout).toMatch(/^ProtectKernelTunables=yes$/m)
  }, 60_000)

  it('a gateway in the foreground is in the way of the service, and is stopped and restarted without it', async () => {
    const gateway = await home.serving(home.start(['gateway'], { env: manager.env }))
    const install = await mayros('gateway', 'install')
    expect(install.code).toBe(1)
    expect(install.stderr).toContain(`a gateway runs in the foreground already (pid ${gateway.process.pid})`)
    expect(existsSync(unitFile())).toBe(false)
    const [one, two] = await Promise.all([mayros('gateway', 'restart'), mayros('gateway', 'restart')])
    for (const { stdout } of [one, two]) {
      expect(stdout).toMatch(new RegExp(`^Restarted the gateway in its process \\(pid ${gateway.process.pid}, `))
    }
    // One restart for both, unless the second command began to look only after the first one's was over.
    const restarts = gateway.process.stdout.match(/restarted in process/g)?.length ?? 0
    expect([1, 2]).toContain(restarts)
    expect((await mayros('gateway', 'stop')).stdout).toBe(
      `Stopped the gateway in the foreground (pid ${gateway.process.pid})\n`,
    )
    expect(await gateway.process.exited).toMatchObject({ code: 0 })
  }, 90_000)

  it('an update on disk is taken into use by a fresh process', async () => {
    const app = join(home.path, 'app')
    const entry = join(app, 'dist/bin/mayros.js')
    await cp(resolve(ENTRY, '../..'), join(app, 'dist'), { recursive: true })
    await symlink(resolve('node_modules'), join(app, 'node_modules'))
    const manifest = JSON.parse(await readFile('package.json', 'utf8')) as object
    await writeFile(join(app, 'package.json'), JSON.stringify(manifest))
    await home.configure({ gateway: { mode: 'local', port, auth: { token: TOKEN } }, commands: { restart: true } })
    const install = home.type(`${process.execPath} ${entry} gateway install`, { env: manager.env })
    expect(await install.exited).toMatchObject({ code: 0 })
    await quickRestarts()
    const { pid, instanceId } = running()
    await writeFile(join(app, 'package.json'), JSON.stringify({ ...manifest, version: '99.0.0' }))
    process.kill(pid, 'SIGUSR1')
    const record = await until('another gateway', () => other(instanceId))
    expect(record.pid).not.toBe(pid)
    expect(show('NRestarts', 'Result')).toEqual({ NRestarts: '1', Result: 'success' })
  }, 90_000)

  it('stores a token that it is given in the configuration, not in the unit', async () => {
    await mayros('gateway', 'install', '--token', 'another-token-that-is-long-enough')
    expect(JSON.parse(await readFile(home.configPath, 'utf8'))).toMatchObject({
      gateway: { auth: { token: 'another-token-that-is-long-enough' } },
    })
    expect(await readFile(unitFile(), 'utf8')).not.toContain('another-token')
  }, 90_000)
})

function mayros(...args: readonly string[]): Promise<CliEnd> {
  return home.run(args, { env: manager.env })
}

async function json(...args: readonly string[]): Promise<unknown> {
  const { stdout } = await mayros(...args, '--json')
  return JSON.parse(stdout)
}

function unitFile(): string {
  return join(home.path, '.config/systemd/user', UNIT)
}

function show(...properties: readonly string[]): Readonly<Record<string, string>> {
  const lines = manager
    .systemctl('show', UNIT, `--property=${properties.join(',')}`)
    .trim()
    .split('\n')
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]))
}

function running() {
  const record = readRecord(home.stateDir)
  if (record === null) throw new Error(`no gateway serves:\n${logText()}`)
  return record
}

function other(instanceId: string) {
  const record = readRecord(home.stateDir)
  return record === null || record.instanceId === instanceId ? null : record
}

function logText(): string {
  const folder = join(home.stateDir, 'logs')
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.startsWith('mayros-')) : []
  return files.map((name) => readFileSync(join(folder, name), 'utf8')).join('\n')
}

async function dropIn(lines: string): Promise<void> {
  await mkdir(`${unitFile()}.d`, { recursive: true })
  await writeFile(join(`${unitFile()}.d`, 'test.conf'), `[Service]\n${lines}\n`)
  manager.systemctl('daemon-reload')
}

function quickRestarts(): Promise<void> {
  return dropIn('RestartSec=100ms')
}

function filesBelow(folder: string): readonly string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name))
}
