import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { unusedPort } from '../contracts/harness/unused-port.js'
import { SystemdUserManager } from '../doubles/systemd-user-manager.js'
import { CliHome, readRecord } from './harness/cli-home.js'
import { until } from './harness/until.js'

/** The runbook's lines, as documents print them; only the ports are ones that nobody holds here. */
const FIRST_START = [
  'mayros gateway --port 18789',
  'mayros gateway status',
  'mayros status',
  'mayros logs --follow',
  'mayros channels status --probe',
] as const
const DEV = ['mayros --dev setup', 'mayros --dev gateway --allow-unconfigured', 'mayros --dev status'] as const
const TWO = [
  'MAYROS_CONFIG_PATH=~/.mayros/a.json MAYROS_STATE_DIR=~/.mayros-a mayros gateway --port 19001',
  'MAYROS_CONFIG_PATH=~/.mayros/b.json MAYROS_STATE_DIR=~/.mayros-b mayros gateway --port 19002',
] as const

let home: CliHome

beforeEach(() => {
  home = new CliHome()
})

afterEach(() => home.dispose())

describe('the documents', () => {
  it('print the lines that are tried here', () => {
    const setup = linesOf('docs/setup.md')
    expect(setup).toEqual(expect.arrayContaining([...FIRST_START, ...DEV]))
    expect(linesOf('docs/multiple-gateways.md')).toEqual(expect.arrayContaining([...TWO]))
  })

  it('docs/setup.md: every line that sets something up does what it says', async () => {
    const lines = linesOf('docs/setup.md').filter((line) =>
      /^mayros (--profile \w+ )?(setup|onboard|configure|config)\b/.test(line),
    )
    expect(lines.length).toBeGreaterThan(6)
    for (const line of lines) {
      const { code, stderr } = await home.typeAsPrinted(line, { input: 'a-secret-of-this-journey\n' }).exited
      const isAsking = line === 'mayros onboard'
      expect({ line, code, stderr }).toEqual({
        line,
        code: isAsking ? 2 : 0,
        stderr: isAsking ? expect.stringContaining('nobody can be asked here; add --non-interactive') : '',
      })
    }
    expect(readFileSync(join(home.stateDir, '.env'), 'utf8')).toBe('ANTHROPIC_API_KEY=a-secret-of-this-journey\n')
    expect(readFileSync(home.configPath, 'utf8')).toContain('"port": 18800')
  })

  it('docs/setup.md: shows what setup prints', async () => {
    const [, shown] = /```console\n\$ mayros setup\n([^`]*)```/.exec(readFileSync('docs/setup.md', 'utf8')) ?? []
    expect((await home.run(['setup'])).stdout).toBe(shown)
  })
})

/** What a document tells people to type. */
function linesOf(document: string): readonly string[] {
  const blocks = readFileSync(document, 'utf8').matchAll(/```sh\n([^`]*)```/g)
  return [...blocks].flatMap(([, text = '']) => text.trim().split('\n'))
}

describe('an empty home', () => {
  it('the first start: what blocks it names the line that helps, and then every line works', async () => {
    const port = String(await unusedPort())
    const [start, gatewayStatus, status, logs, channels] = FIRST_START
    const line = start.replace('18789', port)
    const blocked = await home.typeAsPrinted(line).exited
    expect(blocked).toMatchObject({ code: 78, stdout: '' })
    expect(readdirSync(home.path)).toEqual(['.bin'])
    const [, helps = ''] = /Run: (mayros \w+)/.exec(blocked.stderr) ?? []
    expect((await home.typeAsPrinted(`${helps} --json`).exited).stdout).toContain('"generatedToken": true')

    const gateway = await home.serving(home.typeAsPrinted(line))
    expect(String(gateway.port)).toBe(port)
    const seen = await home.typeAsPrinted(gatewayStatus).exited
    expect(seen).toMatchObject({ code: 0, stderr: '' })
    expect(seen.stdout).toMatch(/^Runtime: running \(pid \d+, .*\)\nRPC probe: ok \(/m)
    expect((await home.typeAsPrinted(status).exited).stdout).toMatch(
      new RegExp(`^Gateway {4}running, ws://127\\.0\\.0\\.1:${port}, `),
    )
    const follower = home.typeAsPrinted(logs)
    await follower.says(/listening on ws:/)
    follower.kill('SIGINT')
    await follower.exited
    expect(await home.typeAsPrinted(channels).exited).toMatchObject({ code: 0 })
    expect(await home.typeAsPrinted('mayros health').exited).toMatchObject({ code: 0 })
  })

  it('setup may be typed twice, and a gateway starts on what it made', async () => {
    const first = await home.run(['setup', '--gateway-port', String(await unusedPort())])
    expect(first.stdout).toMatch(
      /^created ~\/\.mayros\ncreated ~\/\.mayros\/mayros\.json\ncreated ~\/\.mayros\/workspace\n/,
    )
    const text = readFileSync(home.configPath, 'utf8')
    expect((await home.run(['setup'])).stdout).toMatch(
      /^kept .*\nkept .*\nkept .*\nstart the gateway: mayros gateway\n$/,
    )
    expect(readFileSync(home.configPath, 'utf8')).toBe(text)
    const gateway = await home.serving(home.start(['gateway']))
    expect(gateway.process.stderr).toBe('')
    expect(await (await gateway.connect()).call('health')).toMatchObject({ ok: true })
  })

  it('onboard without questions: the key is where only its owner reads it', async () => {
    const argv = ['onboard', '--non-interactive', '--accept-risk', '--anthropic-api-key', '-', '--json']
    const { code, stdout, stderr } = await home.run(argv, { input: 'sk-from-stdin\n' })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, authChoice: 'anthropic-api-key', health: { ok: null } })
    const variables = join(home.stateDir, '.env')
    expect(readFileSync(variables, 'utf8')).toBe('ANTHROPIC_API_KEY=sk-from-stdin\n')
    expect([variables, home.configPath].map((path) => statSync(path).mode & 0o777)).toEqual([0o600, 0o600])
    expect(readFileSync(home.configPath, 'utf8')).not.toContain('sk-from-stdin')
    expect(await home.run(['config', 'validate'])).toMatchObject({ code: 0, stdout: 'valid\n' })
  })

  it('a change while the gateway runs is shown first, and what became of it afterwards', async () => {
    const gateway = await home.gateway()
    const args = ['configure', '--non-interactive', '--workspace', '~/elsewhere']
    const { code, stdout } = await home.run(args)
    expect(stdout).toMatch(/^(gateway\.mode: .*\n)?agents\.defaults\.workspace: "~\/elsewhere" \(new\)\nwould /)
    expect(stdout).toMatch(/\n(applied now|restarts the gateway .*)\n$/)
    expect(code).toBe(0)
    expect(existsSync(join(home.path, 'elsewhere', 'AGENTS.md'))).toBe(true)
    expect(gateway.process.end).toBeNull()
  })
})

describe('the profile for development', () => {
  it('its three lines, and a fresh beginning', async () => {
    const env = { MAYROS_GATEWAY_PORT: String(await unusedPort()) }
    const stateDir = join(home.path, '.mayros-dev')
    const [setup, start, status] = DEV
    expect((await home.typeAsPrinted(setup).exited).stdout).toContain('created ~/.mayros-dev/mayros.json\n')
    const planned = await home.run(['--dev', 'gateway', 'status', '--json'])
    expect(JSON.parse(planned.stdout)).toMatchObject({ gateway: { port: 19001 } })
    const gateway = await home.serving(home.typeAsPrinted(start, { env }), { stateDir })
    const seen = await home.typeAsPrinted(status, { env }).exited
    expect(seen.stdout).toMatch(/^Gateway {4}running, .*\nConfig {5}~\/\.mayros-dev\/mayros\.json, valid\n/)
    expect(seen.stdout).toContain('Agents     dev (default)')
    expect(existsSync(home.stateDir)).toBe(false)

    const reset = ['--dev', 'gateway', '--reset', '--yes']
    expect(await home.run(reset, { env })).toMatchObject({
      code: 1,
      stderr: `Error: a gateway runs on ~/.mayros-dev (pid ${gateway.record.pid})\n  fix     mayros --dev gateway stop\n`,
    })
    expect(await home.run(['--dev', 'gateway', 'stop'])).toMatchObject({ code: 0 })
    const anew = await home.serving(home.start(reset, { env }), { stateDir })
    expect(anew.process.stderr).toMatch(/^moved ~\/\.mayros-dev to ~\/\.mayros-dev\.backup-\d{8}-\d{6}\n$/)
    expect(anew.token).not.toBe(gateway.token)
    const backup = readdirSync(home.path).find((name) => name.startsWith('.mayros-dev.backup-')) ?? ''
    expect(readFileSync(join(home.path, backup, 'mayros.json'), 'utf8')).toContain(gateway.token)
  })
})

describe('two gateways on one host', () => {
  it('the two lines of the runbook: nothing is shared', async () => {
    const [a, b] = ['a', 'b'].map((name) => ({
      stateDir: join(home.path, `.mayros-${name}`),
      configPath: join(home.path, '.mayros', `${name}.json`),
    }))
    if (a === undefined || b === undefined) throw new Error('there are two')
    const ports = [String(await unusedPort()), String(await unusedPort())]
    const lines = TWO.map((line, index) => line.replace(/\d{5}$/, ports[index] ?? ''))
    const [forA = '', forB = ''] = lines
    for (const line of lines) {
      const setup = await home.typeAsPrinted(line.replace(/gateway .*/, 'setup')).exited
      expect(setup).toMatchObject({ code: 0, stderr: '' })
    }
    const first = await home.serving(home.typeAsPrinted(forA), a)
    const second = await home.serving(home.typeAsPrinted(forB), b)
    expect([first, second].map(({ port }) => String(port))).toEqual(ports)
    expect(first.token).not.toBe(second.token)
    for (const { stateDir } of [a, b]) {
      expect(readdirSync(stateDir)).toEqual(expect.arrayContaining(['logs', 'run', 'workspace', 'mayros.db']))
    }
    expect(readdirSync(home.stateDir).sort()).toEqual(['a.json', 'b.json'])
    expect(`${first.process.stderr}${second.process.stderr}`).not.toMatch(/also|share/)

    const again = await home.typeAsPrinted(forA.replace(ports[0] ?? '', String(await unusedPort()))).exited
    expect(again.stderr).toContain('with this state directory (~/.mayros-a)\n')
    expect(again.stderr).toContain('fix: own MAYROS_STATE_DIR and MAYROS_CONFIG_PATH, or --profile\n')
    expect(again.code).toBe(1)
  })

  it('a workspace or config file that another one has already is warned of', async () => {
    const env = { MAYROS_STATE_DIR: '~/.mayros-b', MAYROS_CONFIG_PATH: '~/.mayros/mayros.json' }
    await home.configure({ gateway: { mode: 'local' }, agents: { defaults: { workspace: '~/work' } } })
    const first = await home.gateway()
    const second = await home.gateway([], { env, stateDir: join(home.path, '.mayros-b'), configPath: home.configPath })
    const who = `the gateway of ${home.stateDir} (pid ${first.record.pid})`
    await second.process.says(/workspace .* is also used by/, 'stderr')
    expect(second.process.stderr).toContain(`the config file is also that of ${who}`)
    expect(second.process.stderr).toContain(`workspace ${join(home.path, 'work')} is also used by ${who}`)
    expect(first.process.stderr).toBe('')
  })

  it('a lock whose process is gone is nobody’s', async () => {
    const first = await home.gateway()
    await first.crash()
    expect(existsSync(join(home.stateDir, 'run', 'gateway.lock'))).toBe(true)
    const second = await home.gateway()
    expect(second.process.stderr).not.toContain('another gateway instance')
  })
})

const missing = SystemdUserManager.missing()
if (missing !== null) console.log(`a set-up with a service is not tried: ${missing}`)

describe.skipIf(missing !== null)('with a service manager', () => {
  let manager: SystemdUserManager

  beforeEach(async () => {
    manager = await SystemdUserManager.start(home.path)
  }, 60_000)

  afterEach(() => manager.dispose(), 60_000)

  it('onboard --install-daemon ends with a gateway that answers; another state directory leaves it alone', async () => {
    const port = String(await unusedPort())
    const argv = ['onboard', '--non-interactive', '--accept-risk', '--gateway-port', port, '--install-daemon', '--json']
    const { code, stdout } = await home.run(argv, { env: manager.env })
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, daemon: { installed: true }, health: { ok: true } })
    expect(code).toBe(0)
    const record = await until('the service', () => readRecord(home.stateDir))
    expect(record).toMatchObject({ supervisor: 'systemd', unit: 'mayros-gateway.service' })

    const other = { ...manager.env, MAYROS_STATE_DIR: '~/.mayros-b' }
    const stop = await home.run(['gateway', 'stop'], { env: other })
    expect(stop.stderr).toBe(
      'Error: mayros-gateway.service runs the gateway of ~/.mayros, not that of ~/.mayros-b\n' +
        '  fix     add --profile <name>: every profile has a service of its own\n',
    )
    expect(readRecord(home.stateDir)?.pid).toBe(record.pid)

    const named = ['--profile', 'b', 'gateway', 'install', '--json']
    const portOfB = String(await unusedPort())
    await home.run(['--profile', 'b', 'setup', '--gateway-port', portOfB], { env: other })
    expect(JSON.parse((await home.run(named, { env: other })).stdout)).toMatchObject({ ok: true, result: 'installed' })
    expect(readRecord(join(home.path, '.mayros-b'))).toMatchObject({
      unit: 'mayros-gateway-b.service',
      port: Number(portOfB),
    })
    expect(readRecord(home.stateDir)?.pid).toBe(record.pid)
    await home.run(['--profile', 'b', 'gateway', 'uninstall'], { env: other })

    const forced = await home.run(['gateway', '--port', port, '--force'], { env: manager.env })
    expect(forced.stderr).toContain('fix: mayros gateway restart, or first mayros gateway stop')
    expect(forced.code).toBe(1)
    expect(await home.run(['gateway', 'uninstall'], { env: manager.env })).toMatchObject({ code: 0 })
  }, 90_000)
})
