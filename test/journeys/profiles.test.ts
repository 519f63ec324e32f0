import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { CliHome } from './harness/cli-home.js'

let home: CliHome

beforeEach(() => {
  home = new CliHome()
})

afterEach(() => home.dispose())

describe('two gateways on one machine', () => {
  it('--dev has its own directory, and its hello reaches the right one', async () => {
    const usual = await home.gateway()
    const stateDir = join(home.path, '.mayros-dev')
    const dev = await home.serving(home.start(['--dev', 'gateway', '--allow-unconfigured', '--port', '0']), {
      stateDir,
    })

    expect(dev.record).toMatchObject({ profile: 'dev', configPath: join(stateDir, 'mayros.json') })
    const [, hello = ''] = await dev.process.says(/say hello: (.+)/)
    expect(hello).toContain('--dev')
    expect((await home.type(hello).exited).stdout).toMatch(/^hello\n/)

    expect(await sessionsSeenBy(['--dev'])).toHaveLength(1)
    expect(await sessionsSeenBy([])).toHaveLength(0)
    const status = await home.run(['--dev', 'gateway', 'status'])
    expect(status.stdout).toMatch(new RegExp(`^Runtime: running \\(pid ${dev.record.pid}`, 'm'))
    expect(status.stdout).toContain('State: ~/.mayros-dev')
    expect(await home.run(['health', '--dev'])).toMatchObject({ code: 0 })
    expect(usual.record.profile).toBeNull()
    expect(dev.token).not.toBe(usual.token)
  })

  it.each([
    ['--profile rescue', ['--profile', 'rescue'], {}],
    ['MAYROS_PROFILE=rescue', [], { MAYROS_PROFILE: 'rescue' }],
  ])('%s has its own directory, and its hello reaches it', async (_, flags, env) => {
    const usual = await home.gateway()
    const stateDir = join(home.path, '.mayros-rescue')
    const started = home.start([...flags, 'gateway', '--allow-unconfigured', '--port', '0'], { env })
    const rescue = await home.serving(started, { stateDir })

    expect(rescue.record.profile).toBe('rescue')
    const [, hello = ''] = await rescue.process.says(/say hello: (.+)/)
    expect(await home.type(hello).exited).toMatchObject({ code: 0, stderr: '' })
    expect(await sessionsSeenBy(['--profile', 'rescue'])).toHaveLength(1)
    expect(await sessionsSeenBy([])).toHaveLength(0)

    expect(await rescue.stop()).toMatchObject({ code: 0 })
    expect(await (await usual.connect()).call('health')).toMatchObject({ ok: true })
  })

  it('MAYROS_CONFIG_PATH and MAYROS_STATE_DIR, as the runbook has it', async () => {
    const [a, b] = [namedInstance('a'), namedInstance('b')]
    for (const { configPath } of [a, b]) await home.configure({ gateway: { mode: 'local' } }, configPath)
    const [first, second] = await Promise.all(
      [a, b].map((one) => home.serving(home.start(['gateway', '--port', '0'], one), one)),
    )
    if (first === undefined || second === undefined) throw new Error('there are two')
    expect(first.port).not.toBe(second.port)
    expect(first.token).not.toBe(second.token)
    expect(existsSync(join(home.stateDir, 'run'))).toBe(false)

    const [, hello = ''] = await first.process.says(/say hello: (.+)/)
    const answered = await home.type(hello).exited
    expect(answered.stderr).toBe('')
    expect(answered.stdout).toMatch(/^hello\n/)
    expect(await sessionsSeenBy([], a.env)).toHaveLength(1)
    expect(await sessionsSeenBy([], b.env)).toHaveLength(0)

    const status = await home.run(['gateway', 'status'], b)
    expect(status.stdout).toMatch(new RegExp(`^Runtime: running \\(pid ${second.record.pid}`, 'm'))
    expect(status.stdout).toContain('MAYROS_STATE_DIR overrides the default')
    const wrongWay = await home.run(['health'], { env: { ...a.env, MAYROS_GATEWAY_PORT: String(second.port) } })
    expect(wrongWay.stderr).toMatch(/^Error: unauthorized: token does not match/)
  })

  it('a path with blanks and quotes is printed so that the shell takes it back', async () => {
    const stateDir = join(home.path, "Anna's state dir")
    const gateway = await home.gateway([], { stateDir, env: { MAYROS_STATE_DIR: stateDir } })
    const [, hello = ''] = await gateway.process.says(/say hello: (.+)/)
    expect(await home.type(hello).exited).toMatchObject({ code: 0, stderr: '' })
  })

  it('--dev with another --profile is a usage error', async () => {
    const { code, stderr } = await home.run(['--dev', '--profile', 'x', 'gateway'])
    expect(stderr).toMatch(/^Error: --dev and --profile x/)
    expect(code).toBe(2)
  })
})

/** An instance whose paths are written as in a shell that does not expand them. */
function namedInstance(name: string) {
  return {
    env: { MAYROS_CONFIG_PATH: `~/.mayros/${name}.json`, MAYROS_STATE_DIR: `~/.mayros-${name}` },
    stateDir: join(home.path, `.mayros-${name}`),
    configPath: join(home.path, '.mayros', `${name}.json`),
  }
}

async function sessionsSeenBy(flags: readonly string[], env: Record<string, string> = {}): Promise<readonly unknown[]> {
  const { stdout } = await home.run([...flags, 'gateway', 'call', 'sessions.list'], { env })
  return (JSON.parse(stdout) as { sessions: readonly unknown[] }).sessions
}
