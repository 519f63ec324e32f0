import { afterEach, describe, expect, it } from 'vitest'
import { MemoryBeaconNetwork, MemoryBeacons } from '../../../src/adapters/beacons-memory/memory-beacons.js'
import { isNewer } from '../../../src/adapters/cli-commander/update/newer-version.js'
import { beaconOf } from '../../../src/domain/discovery/beacon.js'
import { type CliScene, CliStage, recordOn } from '../../doubles/cli-stage.js'
import { answering, type DoubleOptions, GatewayDouble } from '../../doubles/gateway-double.js'
import { dashboardShape, discoverShape, gatewayProbeShape, updateStatusShape } from '../../doubles/json-shapes.js'

const HEALTH = { ok: true, ts: 1, agents: [{ agentId: 'main' }], sessions: { count: 2 }, config: { lastError: null } }
const cleanups: (() => Promise<unknown> | unknown)[] = []

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

async function gateway(options: DoubleOptions = {}): Promise<GatewayDouble> {
  const server = await GatewayDouble.start({
    token: 's3cret',
    methods: answering({ health: () => HEALTH }),
    ...options,
  })
  cleanups.push(() => server.stop())
  return server
}

describe('gateway probe', () => {
  const run = async (scene: CliScene, ...argv: string[]) => {
    const { exitCode, stdout } = await new CliStage(scene).run('gateway', 'probe', '--json', ...argv)
    return { exitCode, document: gatewayProbeShape.parse(JSON.parse(stdout)) }
  }

  it('asks every gateway that could be meant, each with its own secret', async () => {
    const local = await gateway()
    const remote = await gateway({ token: 'far' })
    const other = await gateway()
    const own = recordOn(local.port)
    const scene: CliScene = {
      record: own,
      hints: { token: 's3cret', remote: { url: remote.url, token: 'far' } },
      gateways: [
        { stateDir: '/home/alice/.mayros', record: own },
        { stateDir: '/home/alice/.mayros-dev', record: recordOn(other.port, { profile: 'dev' }) },
      ],
    }
    const { stdout, exitCode } = await new CliStage(scene).run('gateway', 'probe')
    expect(exitCode).toBe(0)
    expect(stdout.split('\n').map((line) => line.replace(/\d+ ms/, '9 ms').replace(/:\d{4,5} +/, ':1  '))).toEqual([
      '  remote     ws://127.0.0.1:1  ok 9 ms, version 9.9.9, 1 agent, 2 sessions',
      '* local      ws://127.0.0.1:1  ok 9 ms, version 9.9.9, 1 agent, 2 sessions',
      '  local:dev  ws://127.0.0.1:1  ok 9 ms, version 9.9.9, 1 agent, 2 sessions',
      'warning: 2 gateways answer: commands talk to the one marked with *',
      '',
    ])
    const { document } = await run(scene)
    expect(document).toMatchObject({ ok: true, primaryTargetId: 'local', network: { localUrl: local.url } })
    expect(document.targets.map(({ id, url }) => [id, url])).toEqual([
      ['remote', remote.url],
      ['local', local.url],
      ['local:dev', other.url],
    ])
    expect(remote.connects[0]).toMatchObject({ auth: { token: 'far' } })
  })

  it('tells nobody there from a door that stays shut', async () => {
    const server = await gateway()
    const { url, port } = server
    expect((await run({ hints: { port, token: 'wrong' } })).exitCode).toBe(4)
    const explicit = await run({ hints: { port: 1 } }, '--url', url, '--token', 's3cret')
    expect(explicit.exitCode).toBe(0)
    expect(explicit.document).toMatchObject({
      primaryTargetId: 'explicit',
      targets: [{ connect: { ok: true } }, { id: 'local', connect: { ok: false, error: { code: 'unreachable' } } }],
    })
    await server.stop()
    cleanups.length = 0
    expect((await run({ hints: { port } })).exitCode).toBe(3)
  })
})

describe('gateway discover', () => {
  const network = new MemoryBeacons()
  const facts = { mode: 'minimal', profile: null, port: 18789, addresses: ['192.0.2.7'], cliPath: '' } as const

  it('tells who announces itself, also beside an answer of probe', async () => {
    await network.announce(beaconOf({ ...facts, hostName: 'atlas', tlsFingerprint: 'AB' }))
    await network.announce({ ...beaconOf({ ...facts, hostName: 'boreas', tlsFingerprint: null }), name: 'b\u001b[2J' })
    const { stdout, exitCode } = await new CliStage({ network }).run('gateway', 'discover')
    expect([exitCode, stdout.split('\n').slice(0, -1)]).toEqual([
      0,
      [
        'atlas Mayros  atlas-mayros-18789.local   wss://192.0.2.7:18789  gateway  AB',
        'b\\u001b[2J    boreas-mayros-18789.local  ws://192.0.2.7:18789   gateway  -',
      ],
    ])
    const document = await new CliStage({ network }).run('gateway', 'discover', '--json', '--timeout', '5')
    expect(discoverShape.parse(JSON.parse(document.stdout)).beacons).toHaveLength(2)
    const probed = await new CliStage({ network, hints: { port: 1 } }).run('gateway', 'probe')
    expect(probed.stdout).toContain('announced in the local network: atlas Mayros wss://192.0.2.7:18789\n')
  })

  it('is no error when nobody is there, or nobody can look', async () => {
    const run = (scene: CliScene) => new CliStage(scene).run('gateway', 'discover')
    expect(await run({})).toEqual({
      exitCode: 0,
      stdout: 'no gateway announces itself in the local network\n',
      stderr: '',
    })
    expect(await run({ network: null })).toEqual({
      exitCode: 0,
      stdout: '',
      stderr: 'cannot look for gateways in the local network: MAYROS_DISABLE_MDNS is set\n',
    })
    const down = new MemoryBeaconNetwork()
    down.isDown = true
    expect((await run({ network: new MemoryBeacons(down) })).stderr).toMatch(
      /local network: the network of this process/,
    )
  })
})

describe('dashboard', () => {
  const methods = answering({
    'login.ticket': () => ({
      token: 'once-abc',
      expiresAtMs: Date.now() + 300_000,
      path: '/ui/',
      enabled: true,
    }),
  })
  const at = (server: GatewayDouble, scene: CliScene = {}) =>
    new CliStage({ record: recordOn(server.port), hints: { token: 's3cret' }, ...scene })

  it('prints an address that lets one browser in, and opens it', async () => {
    const server = await gateway({ methods })
    const stage = at(server, { hasBrowser: true })
    const { exitCode, stdout, stderr } = await stage.run('dashboard')
    const url = `http://127.0.0.1:${server.port}/ui/#token=once-abc`
    expect([exitCode, stdout]).toEqual([0, `${url}\n`])
    expect(stderr).toMatch(/^for one browser, once, within (?:5m|4m 59s)\n$/)
    expect(stage.opened).toEqual([url])
    expect(stdout).not.toContain('s3cret')
  })

  it('only prints with --no-open, with --json and where there is no browser', async () => {
    const server = await gateway({ methods })
    const quiet = at(server, { hasBrowser: true })
    await quiet.run('dashboard', '--no-open')
    expect(quiet.opened).toEqual([])
    const json = await at(server, { hasBrowser: true }).run('dashboard', '--json')
    expect(dashboardShape.parse(JSON.parse(json.stdout))).toMatchObject({ token: true })
    expect((await at(server).run('dashboard')).stderr).toContain('no browser could be opened from here')
  })

  it('is an address without a token from a gateway that knows none, and an error from one without the page', async () => {
    const unknown = (call: { fail(code: string, message: string): void }) =>
      call.fail('INVALID_REQUEST', 'unknown method: login.ticket')
    const older = await gateway({ methods: { 'login.ticket': unknown } })
    const { stdout } = await at(older).run('dashboard', '--json')
    expect(dashboardShape.parse(JSON.parse(stdout))).toEqual({
      url: `http://127.0.0.1:${older.port}/`,
      token: false,
      expiresAt: null,
    })
    const off = answering({ 'login.ticket': () => ({ token: 'once-abc', expiresAtMs: 1, path: '/', enabled: false }) })
    const without = await gateway({ methods: off })
    const { exitCode, stderr } = await at(without).run('dashboard')
    expect(exitCode).toBe(1)
    expect(stderr).toContain('mayros config set gateway.controlUi.enabled true')
  })

  it('is no dead link when nobody is there', async () => {
    const server = await gateway()
    const { port } = server
    await server.stop()
    cleanups.length = 0
    expect(await new CliStage({ hints: { port } }).run('dashboard')).toMatchObject({ exitCode: 3, stdout: '' })
  })
})

describe('update status', () => {
  it('tells of a newer version, and remembers it', async () => {
    const stage = new CliStage({ latestVersion: '1.3.0' })
    const { exitCode, stdout } = await stage.run('update', 'status')
    expect([exitCode, stdout]).toEqual([
      0,
      [
        'Version  1.2.3 (npm)',
        'Newest   1.3.0, available (asked now)',
        'Update   npm install -g mayros@latest, then: mayros gateway restart',
        '',
      ].join('\n'),
    ])
    expect(stage.written.get('/home/alice/.mayros/run/latest-version')).toMatch(/^1\.3\.0 \d+\n$/)
  })

  it('is no error when nobody tells', async () => {
    const { exitCode, stdout } = await new CliStage().run('update', 'status')
    expect([exitCode, stdout]).toEqual([0, 'Version  1.2.3 (npm)\nNewest   unknown\n'])
    const files = { '/home/alice/.mayros/run/latest-version': '1.3.0 1000\n' }
    const json = await new CliStage({ files }).run('update', 'status', '--json')
    expect(updateStatusShape.parse(JSON.parse(json.stdout))).toEqual({
      version: '1.2.3',
      latest: '1.3.0',
      available: true,
      installKind: 'npm',
      checkedAt: '1970-01-01T00:00:01.000Z',
      hasAnswered: false,
    })
  })

  it('leaves nothing behind where nothing is set up', async () => {
    const stage = new CliStage({ latestVersion: '1.3.0', hints: { exists: false } })
    await stage.run('update', 'status')
    expect([...stage.written.keys()]).toEqual([])
  })

  it.each([
    ['1.2.4', '1.2.3', true],
    ['1.2.3', '1.2.3', false],
    ['1.10.0', '1.9.9', true],
    ['2.0.0-beta.2', '2.0.0-beta.10', false],
    ['2.0.0', '2.0.0-beta.10', true],
    ['2.0.0-beta.1', '2.0.0', false],
    ['2.0.0-beta.1', '2.0.0-beta', true],
    ['2.0.0-beta', '2.0.0-1', true],
    ['next', '1.0.0', false],
  ])('%s above %s: %s', (candidate, than, expected) => {
    expect(isNewer(candidate, than)).toBe(expected)
  })
})
