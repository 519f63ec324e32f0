import { existsSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { unusedPort } from '../contracts/harness/unused-port.js'
import { type ListeningChild, listeningChild } from '../doubles/listening-child.js'
import { CliHome } from './harness/cli-home.js'
import { ask, history } from './harness/conversation.js'
import { filesOf, isWrittenAllTheTime } from './harness/files-of.js'
import { occupy, release } from './harness/occupied-port.js'
import { until } from './harness/until.js'

let home: CliHome
let children: ListeningChild[]

beforeEach(() => {
  home = new CliHome()
  children = []
})

afterEach(async () => {
  await Promise.all(children.map((child) => child.stop()))
  await home.dispose()
})

async function foreigner(options: Parameters<typeof listeningChild>[0] = {}): Promise<ListeningChild> {
  const child = await listeningChild(options)
  children.push(child)
  return child
}

describe('a start that is refused because of the configuration', () => {
  it('no config file: exit 78, and nothing is made', async () => {
    const { code, stdout, stderr } = await home.run(['gateway', '--port', '0'])
    expect(stderr).toBe(
      'Gateway start blocked: no config at ~/.mayros/mayros.json. Run: mayros setup   (or pass --allow-unconfigured)\n',
    )
    expect({ code, stdout }).toEqual({ code: 78, stdout: '' })
    expect(filesOf(home.stateDir)).toEqual(['(no directory)'])
  })

  it.each([
    ['{}', 'unset'],
    ['{ gateway: { mode: "remote", remote: { url: "ws://127.0.0.1:1" } } }', 'remote'],
  ])('gateway.mode is not local (%s): exit 78', async (config, current) => {
    await home.configure(config)
    const before = filesOf(home.path)
    const { code, stderr } = await home.run(['gateway', '--port', '0'])
    expect(stderr).toBe(
      `Gateway start blocked: set gateway.mode=local (current: ${current}) or pass --allow-unconfigured\n` +
        'fix: mayros config set gateway.mode local\n',
    )
    expect(code).toBe(78)
    expect(filesOf(home.path)).toEqual(before)
  })

  it('mode local, or --allow-unconfigured, starts', async () => {
    await home.configure({ gateway: { mode: 'local' } })
    const started = home.start(['gateway', '--port', '0'])
    expect(await (await home.serving(started)).stop()).toMatchObject({ code: 0 })
    await home.configure({})
    expect(await (await home.gateway()).stop()).toMatchObject({ code: 0 })
  })

  it('asked to stop while it starts, stops in order', async () => {
    const started = home.start(['gateway', '--allow-unconfigured', '--port', '0'])
    const record = join(home.stateDir, 'run', 'gateway.json')
    await until('it to be starting', () => existsSync(record))
    started.kill('SIGTERM')
    expect(await started.exited).toMatchObject({ code: 0 })
    expect(existsSync(record)).toBe(false)
  })

  it.each([
    ['flag', ['--bind', 'lan'], {}],
    ['file', [], { gateway: { bind: 'lan' } }],
    ['file, custom', [], { gateway: { bind: 'custom', customBindHost: '0.0.0.0' } }],
    ['flag, without authentication', ['--bind', 'lan', '--auth', 'none'], {}],
  ])('an address for everybody without a secret (%s): exit 78', async (_, flags, config) => {
    await home.configure(config)
    const port = await unusedPort()
    const { code, stderr } = await home.run(['gateway', '--allow-unconfigured', '--port', String(port), ...flags])
    expect(stderr).toBe(
      `refusing to bind gateway to 0.0.0.0:${port} without auth\n` +
        'fix: set gateway.auth.token or gateway.auth.password (MAYROS_GATEWAY_TOKEN, MAYROS_GATEWAY_PASSWORD), ' +
        'pass --token or --password, or use --bind loopback\n',
    )
    expect(code).toBe(78)
    await release(await occupy(port))
  })

  it('password mode without a password: exit 78', async () => {
    await home.configure({ gateway: { auth: { mode: 'password' } } })
    const { code, stderr } = await home.run(['gateway', '--allow-unconfigured', '--port', '0'])
    expect(stderr).toContain('gateway.auth.mode is password, but no password is set\n')
    expect(stderr).toContain('gateway.auth.password')
    expect(code).toBe(78)
  })

  it.each(['abc', '0', '70000', '18789x'])(
    'MAYROS_GATEWAY_PORT=%s: exit 78, the file and the default are not taken instead',
    async (value) => {
      await home.configure({ gateway: { port: await unusedPort() } })
      const env = { MAYROS_GATEWAY_PORT: value }
      const { code, stderr } = await home.run(['gateway', '--allow-unconfigured'], { env })
      expect(stderr).toBe(`MAYROS_GATEWAY_PORT: expected 1 to 65535, got "${value}"\n`)
      expect(code).toBe(78)
    },
  )

  it('an invalid file: exit 78 and every problem with its place', async () => {
    await home.configure('{\n  gateway: {\n    prt: 1,\n    port: "abc",\n    bind: "everywhere",\n  },\n}\n')
    const before = filesOf(home.path)
    const { code, stderr } = await home.run(['gateway', '--allow-unconfigured'])
    expect(stderr).toMatch(/^Config invalid: ~\/\.mayros\/mayros\.json\n/)
    expect(stderr).toMatch(/ {2}mayros\.json:3:5 +gateway\.prt: unknown key \(did you mean "port"\?\)/)
    expect(stderr).toMatch(/ {2}mayros\.json:4:11 +gateway\.port: expected a whole number from 1 to 65535, got "abc"/)
    expect(stderr).toMatch(/ {2}mayros\.json:5:11 +gateway\.bind: expected loopback, lan, tailnet, auto or custom/)
    expect(code).toBe(78)
    expect(filesOf(home.path)).toEqual(before)
  })

  it('a file that is no JSON5: exit 78 with the place', async () => {
    await home.configure('{\n  gateway: { port: }\n}\n')
    const { code, stderr } = await home.run(['gateway', '--allow-unconfigured'])
    expect(stderr).toMatch(/mayros\.json:2:\d+/)
    expect(code).toBe(78)
  })

  it('bind custom without an address of ours: exit 78 without one, exit 1 with a foreign one', async () => {
    await home.configure({ gateway: { bind: 'custom', auth: { token: 'a-token-for-the-test' } } })
    const without = await home.run(['gateway', '--allow-unconfigured', '--port', '0'])
    expect(without.stderr).toMatch(/gateway\.bind: custom needs gateway\.customBindHost/)
    expect(without.code).toBe(78)

    const gateway = { bind: 'custom', customBindHost: '203.0.113.7', auth: { token: 'a-token-for-the-test' } }
    await home.configure({ gateway })
    const port = await unusedPort()
    const foreign = await home.run(['gateway', '--allow-unconfigured', '--port', String(port)])
    expect(foreign.stderr).toMatch(new RegExp(`^cannot listen on 203\\.0\\.113\\.7:${port}: EADDRNOTAVAIL`))
    expect(foreign.stderr).toContain('fix: ')
    expect(foreign.code).toBe(1)
    expect(filesOf(join(home.stateDir, 'run'))).toEqual([])
  })

  it('bad flags: exit 2', async () => {
    for (const flags of [
      ['--port', 'abc'],
      ['--port', '70000'],
      ['--bind', 'everywhere'],
      ['--prot', '1'],
      ['--token', ''],
    ]) {
      const { code, stderr } = await home.run(['gateway', ...flags])
      expect(stderr, flags.join(' ')).toMatch(/^Error: /)
      expect(code, flags.join(' ')).toBe(2)
    }
  })
})

describe('a start that finds somebody in its way', () => {
  it('another program holds the port: exit 1, and says who', async () => {
    const { pid, port } = await foreigner()
    const { code, stdout, stderr } = await home.run(['gateway', '--allow-unconfigured', '--port', String(port)])
    expect(stderr).toMatch(
      new RegExp(
        `^EADDRINUSE: port ${port} is held by pid ${pid} \\(node, user \\S+\\), not a gateway\nfix: another --port, or --force\n$`,
      ),
    )
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(filesOf(home.stateDir)).toEqual(['(no directory)'])
  })

  it('a port that is taken on ::1 only counts as taken', async ({ skip }) => {
    if (!hasIpv6Loopback()) skip('this host has no ::1')
    const { pid, port } = await foreigner({ host: '::1' })
    const { code, stderr } = await home.run(['gateway', '--allow-unconfigured', '--port', String(port)])
    expect(stderr).toContain(`EADDRINUSE: port ${port} is held by pid ${pid}`)
    expect(code).toBe(1)
  })

  it('another gateway on the same port, same or own state directory: exit 1', async () => {
    const healthy = await home.gateway()
    const { port, record } = healthy
    const same = await home.run(['gateway', '--allow-unconfigured', '--port', String(port)])
    expect(same.stderr).toMatch(
      new RegExp(
        `^another gateway instance is already listening on ws://127\\.0\\.0\\.1:${port}\n` +
          `pid ${record.pid}, profile default, up [^,\n]+, foreground\n` +
          'fix: mayros gateway stop, another --port, or --force\n$',
      ),
    )
    expect(same.code).toBe(1)

    const env = { MAYROS_STATE_DIR: join(home.path, 'other') }
    const other = await home.run(['gateway', '--allow-unconfigured', '--port', String(port)], { env })
    expect(other.stderr).toMatch(
      new RegExp(
        `^another gateway instance is already listening on ws://127\\.0\\.0\\.1:${port}\n` +
          `EADDRINUSE: port ${port} is held by pid ${record.pid} \\(node, user \\S+\\)\n`,
      ),
    )
    expect(other.code).toBe(1)
    expect(filesOf(env.MAYROS_STATE_DIR)).toEqual(['(no directory)'])
  })

  it('another gateway with the same state directory on another port: exit 1', async () => {
    const { port } = await home.gateway()
    for (const more of [[], ['--force']]) {
      const free = String(await unusedPort())
      const { code, stderr } = await home.run(['gateway', '--allow-unconfigured', '--port', free, ...more])
      expect(stderr).toMatch(
        new RegExp(
          `^another gateway instance is already listening on ws://127\\.0\\.0\\.1:${port} with this state directory \\(~/\\.mayros\\)\n`,
        ),
      )
      expect(stderr).toContain('fix: own MAYROS_STATE_DIR and MAYROS_CONFIG_PATH, or --profile')
      expect(code).toBe(1)
    }
  })

  it('a privileged port: exit 78', async ({ skip }) => {
    if (process.getuid?.() === 0) skip('root may listen on every port')
    const { code, stderr } = await home.run(['gateway', '--allow-unconfigured', '--port', '1'])
    expect(stderr).toMatch(/^[^\n]*EACCES.*needs privileges\nfix: /)
    expect(code).toBe(78)
  })

  it('two that start at the same moment: one wins, the other says so', async () => {
    const port = String(await unusedPort())
    const both = [1, 2].map(() => home.start(['gateway', '--allow-unconfigured', '--port', port]))
    const ended = await Promise.race(both.map((started, index) => started.exited.then((end) => ({ ...end, index }))))
    expect(ended.stderr).toMatch(/^another gateway instance is already listening|^EADDRINUSE/)
    expect(ended.code).toBe(1)
    const winner = both[1 - ended.index]
    if (winner === undefined) throw new Error('there are two')
    expect(await (await home.serving(winner)).stop()).toMatchObject({ code: 0 })
  })

  it('a lock and a record that a killed gateway left behind are no obstacle', async () => {
    const killed = await home.gateway()
    await killed.crash()
    expect(filesOf(join(home.stateDir, 'run'))).toHaveLength(3)
    const next = await home.gateway(['--port', String(killed.port)])
    expect(next.record.pid).not.toBe(killed.record.pid)
  })
})

describe('a refused start beside a healthy gateway', () => {
  it.each([
    ['an invalid file', '{ gateway: { mode: "local", prt: 1 } }', [], 78],
    ['remote mode', '{ gateway: { mode: "remote", remote: { url: "ws://127.0.0.1:1" } } }', [], 78],
    ['an open address without a secret', '{ gateway: { mode: "local", bind: "lan", auth: { mode: "none" } } }', [], 78],
    ['a busy port', null, [], 1],
  ] as const)('%s: leaves it and every file alone, with and without --force', async (_, text, flags, expected) => {
    await home.configure('{ gateway: { mode: "local" } }')
    const healthy = await home.serving(home.start(['gateway', '--port', '0']))
    const client = await healthy.connect()
    await ask(client, 'kept', 'run-1')
    const said = await history(client)
    if (text !== null) await home.configure(text)
    const before = filesOf(home.path, (path) => !isWrittenAllTheTime(path.replace(/^\.mayros\/?/, '')))

    // With --force a busy port is freed, which is not a refusal.
    for (const more of text === null ? [[]] : [[], ['--force']]) {
      const args = [
        'gateway',
        '--port',
        String(healthy.port),
        ...flags,
        ...more,
        ...(text === null ? ['--allow-unconfigured'] : []),
      ]
      expect((await home.run(args)).code).toBe(expected)
    }

    expect(filesOf(home.path, (path) => !isWrittenAllTheTime(path.replace(/^\.mayros\/?/, '')))).toEqual(before)
    expect(healthy.process.end).toBeNull()
    expect(await history(client)).toEqual(said)
    expect(await client.call('health')).toMatchObject({ ok: true })
  })
})

describe('where a gateway listens', () => {
  it('--port beats MAYROS_GATEWAY_PORT beats gateway.port', async () => {
    const [flag, variable, file] = [await unusedPort(), await unusedPort(), await unusedPort()]
    await home.configure({ gateway: { mode: 'local', port: file } })
    const env = { MAYROS_GATEWAY_PORT: String(variable) }
    const portOf = async (args: readonly string[], options = {}) => {
      const gateway = await home.serving(home.start(['gateway', ...args], options))
      await gateway.stop()
      return gateway.port
    }
    expect(await portOf(['--port', String(flag)], { env })).toBe(flag)
    expect(await portOf([], { env })).toBe(variable)
    expect(await portOf([], { env: { MAYROS_GATEWAY_PORT: ' ' } })).toBe(file)
    expect(await portOf([])).toBe(file)
  })

  it.each([
    [[], 18789],
    [['--dev'], 19001],
  ])('without any of them it is the default port (%j)', async (flags, port) => {
    const held = await occupy(port).catch(() => null)
    try {
      const { code, stderr } = await home.run([...flags, 'gateway', '--allow-unconfigured'])
      expect(stderr).toMatch(new RegExp(`^(EADDRINUSE: port ${port} is held|another gateway instance .*:${port}\n)`))
      expect(code).toBe(1)
    } finally {
      if (held !== null) await release(held)
    }
  })

  it('--bind beats gateway.bind beats loopback', async () => {
    await home.configure({ gateway: { mode: 'local', bind: 'lan', auth: { token: 'a-token-for-the-test' } } })
    const lan = await home.gateway()
    expect(lan.record).toMatchObject({ bind: 'lan', port: lan.port })
    expect(lan.process.stdout).toMatch(new RegExp(`listening on .*ws://0\\.0\\.0\\.0:${lan.port}`))
    await lan.stop()

    const loopback = await home.gateway(['--bind', 'loopback'])
    expect(loopback.record.bind).toBe('loopback')
    expect(loopback.record.urls).toContain(`ws://127.0.0.1:${loopback.port}`)
    expect(loopback.record.urls.join()).not.toContain('0.0.0.0')
    await loopback.stop()

    await home.configure({ gateway: { mode: 'local' } })
    expect((await home.gateway()).record.bind).toBe('loopback')
  })

  it('commands of this machine find a gateway that listens on every address', async () => {
    await home.configure({ gateway: { mode: 'local', bind: 'lan', auth: { token: 'a-token-for-the-test' } } })
    const gateway = await home.gateway()
    const status = await home.run(['gateway', 'status'])
    expect(status.stderr).toBe('')
    expect(status.stdout).toMatch(/^Runtime: running.*^RPC probe: ok/ms)
    const [, hello = ''] = await gateway.process.says(/say hello: (.+)/)
    expect(await home.type(hello).exited).toMatchObject({ code: 0, stderr: '' })
  })
})

function hasIpv6Loopback(): boolean {
  return Object.values(networkInterfaces()).some((entries) => entries?.some((entry) => entry.address === '::1'))
}
