import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { MemorySupervisor } from '../../../src/adapters/supervisor-memory/memory-supervisor.js'
import type { ServiceState } from '../../../src/application/ports/supervisor.js'
import type { InstalledService } from '../../../src/domain/service/installed-service.js'
import { type CliScene, CliStage, recordOn } from '../../doubles/cli-stage.js'
import { type DoubleOptions, GatewayDouble } from '../../doubles/gateway-double.js'
import { gatewayStatusShape } from '../../doubles/json-shapes.js'
import { servicesOf } from '../../doubles/services-of.js'

const cleanups: (() => Promise<unknown> | unknown)[] = []

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

const HEALTH = { ok: true, ts: Date.now(), channels: {}, channelOrder: [], agents: [], sessions: { count: 0 } }
const STATE_DIR = '/home/alice/.mayros'

async function gateway(options: DoubleOptions = {}): Promise<GatewayDouble> {
  const methods = { health: (call: { ok(payload: unknown): void }) => call.ok(HEALTH) }
  const server = await GatewayDouble.start({ token: 's3cret', methods, ...options })
  cleanups.push(() => server.stop())
  return server
}

function at(server: GatewayDouble, scene: CliScene = {}): CliStage {
  return new CliStage({ record: recordOn(server.port), hints: { token: 's3cret' }, ...scene })
}

/** An address where nobody listens. */
async function deadPort(): Promise<number> {
  const server = await GatewayDouble.start()
  const { port } = server
  await server.stop()
  return port
}

/** What `gateway status --json` says, held to its shape. */
async function documentOf(stage: CliStage, ...more: string[]) {
  const { stdout, exitCode } = await stage.run('gateway', 'status', '--json', ...more)
  return { exitCode, document: gatewayStatusShape.parse(JSON.parse(stdout)) }
}

/** A supervisor that has the service, as install writes it unless something else is said. */
async function supervised(
  changes: { service?: Partial<InstalledService>; state?: Partial<ServiceState>; lingers?: boolean } = {},
) {
  const supervisor = new MemorySupervisor()
  const services = servicesOf({ supervisor, stateDir: STATE_DIR })
  await supervisor.install((await services.plan()).planFor(null))
  const installed = await supervisor.installed()
  if (installed === null) throw new Error('it was installed')
  supervisor.host.files.set(supervisor.name, { ...installed, ...changes.service })
  if (changes.lingers === false) supervisor.lingers = false
  const state = supervisor.state.bind(supervisor)
  supervisor.state = async () => ({ ...(await state()), ...changes.state })
  return { supervisor, services }
}

describe('gateway status', () => {
  it('shows a running gateway', async () => {
    const server = await gateway()
    const scene = { record: recordOn(server.port, { version: '1.2.3' }), memoryBytes: 84_212_000 }
    const { exitCode, stdout } = await at(server, scene).run('gateway', 'status')
    expect(exitCode).toBe(0)
    expect(
      stdout
        .replace(/\(\d+ ms/, '(9 ms')
        .replace(/since \d\d:\d\d/, 'since 14:02')
        .replaceAll(String(server.port), '18800'),
    ).toBe(
      [
        'Service: none here (no service manager in this scene)',
        'Runtime: running (pid 4352, up 3h 12m, 84 MB, foreground)',
        'RPC probe: ok (9 ms, version 9.9.9, protocol 3)',
        'Listening: ws://127.0.0.1:18800',
        'Bind: loopback (default)   Port: 18800 (--port)   Auth: token (gateway.auth.token)',
        'Config: ~/.mayros/mayros.json, valid, in use since 14:02',
        'State: ~/.mayros',
        'Logs: ~/.mayros/logs/mayros-2026-11-22.log',
        'Dashboard: http://127.0.0.1:18800/',
        'Version: the gateway runs 9.9.9, this program is 1.2.3; fix: mayros gateway restart',
        '',
      ].join('\n'),
    )
    const { document } = await documentOf(at(server, scene))
    expect(document).toMatchObject({
      ok: true,
      runtime: { status: 'running', pid: 4352, instanceId: 'i-1', memoryBytes: 84_212_000 },
      version: { program: '1.2.3', gateway: '9.9.9', isSkewed: true },
      service: { label: 'none', installed: false },
      rpc: { ok: true, url: server.url, error: null },
      gateway: { port: server.port, authMode: 'token', probeUrl: server.url },
    })
  })

  it('shows one that a supervisor runs, and what is wrong with its service', async () => {
    const server = await gateway()
    const { supervisor, services } = await supervised({
      state: { status: 'running', state: 'active', subState: 'running', pid: 4352, restarts: 2 },
      lingers: false,
    })
    const record = recordOn(server.port, { supervisor: 'systemd', unit: supervisor.name, version: '1.2.3' })
    const scene = { services, record }
    const { exitCode, stdout } = await at(server, scene).run('gateway', 'status')
    expect(exitCode).toBe(0)
    expect(stdout.split('\n').slice(0, 2)).toEqual([
      'Service: service in memory mayros-gateway.service (enabled)',
      'Runtime: running (pid 4352, up 3h 12m, 2 restarts by itself, systemd)',
    ])
    expect(stdout).toContain('Linger: off, the service stops at logout; fix: sudo loginctl enable-linger alice\n')
    const { document } = await documentOf(at(server, scene))
    expect(document.service).toMatchObject({ installed: true, enabled: true, linger: false, runtime: { restarts: 2 } })
  })

  it('asks the gateway of the service, wherever this command line would look', async () => {
    const server = await gateway()
    const { services } = await supervised({
      service: {
        programArguments: ['/usr/bin/node', '/opt/mayros.js', 'gateway', 'run', '--port', String(server.port)],
        environment: { MAYROS_CONFIG_PATH: '/srv/other.json', MAYROS_STATE_DIR: '/srv/other', MAYROS_API_KEY: 'sk-1' },
      },
    })
    const variables = { MAYROS_GATEWAY_PORT: '1' }
    const scene = { services, variables, hints: { token: 'another' } }
    const { exitCode, stdout } = await new CliStage(scene).run('gateway', 'status')
    expect(exitCode).toBe(4)
    expect(stdout).toContain('RPC probe: failed (unauthorized: token does not match')
    expect(stdout).toContain(
      "Config (service): /srv/other.json, differs from the CLI's; fix: mayros gateway install --force\n",
    )
    expect(stdout).toContain(`Port: ${server.port} (service)`)
    expect(stdout).toContain('State: /srv/other\n')
    expect(stdout).toMatch(/^Service drift: \d+ findings; mayros doctor$/m)
    const { document } = await documentOf(new CliStage(scene))
    expect(document.config).toMatchObject({ daemon: { path: '/srv/other.json' }, mismatch: true })
    expect(document.service).toMatchObject({ configAudit: { ok: false } })
    expect(JSON.stringify(document)).not.toContain('sk-1')
  })

  it.each([
    [{ status: 'stopped', lastExit: { code: 0, signal: null, at: null } }, 'stopped', 3],
    [
      { status: 'stopped', lastExit: { code: 78, signal: null, at: Date.now() - 125_000 } },
      'stopped (exit 78 2m ago: config invalid)',
      78,
    ],
    [
      { status: 'failed', restarts: 9, lastExit: { code: 1, signal: null, at: Date.now() - 125_000 } },
      'failed (last exit 1 2m ago, 9 restarts)',
      3,
    ],
    [{ status: 'starting', lastExit: { code: null, signal: 'SIGKILL', at: null } }, 'starting (last SIGKILL)', 3],
  ] as const)('tells how a service that does not run ended: %j', async (state, text, exitCode) => {
    const { services } = await supervised({ state })
    const scene = { services, hints: { port: await deadPort() } }
    const result = await new CliStage(scene).run('gateway', 'status')
    expect(result.stdout).toContain(`Runtime: ${text}\n`)
    expect(result.exitCode).toBe(exitCode)
    expect((await documentOf(new CliStage(scene))).document).toMatchObject({
      ok: false,
      runtime: { status: state.status },
    })
  })

  it('shows a stopped one, an unauthorized one and a stranger on the port', async () => {
    const port = await deadPort()
    const stopped = await new CliStage({ hints: { port } }).run('gateway', 'status')
    expect(stopped.exitCode).toBe(3)
    expect(stopped.stdout).toContain('Runtime: stopped\n')
    expect(stopped.stdout).toContain(`RPC probe: failed (connection refused at ws://127.0.0.1:${port})\n`)
    const broken = new CliStage({ hints: { port, problems: ['mayros.json:3:5  gateway.prt: unknown key'] } })
    expect(await documentOf(broken)).toMatchObject({
      exitCode: 78,
      document: { ok: false, config: { cli: { valid: false } }, rpc: { error: { code: 'unreachable' } } },
    })

    const server = await gateway()
    const locked = await at(server, { hints: { token: 'other' } }).run('gateway', 'status')
    expect(locked.exitCode).toBe(4)
    expect(locked.stdout).toContain(
      'RPC probe: failed (unauthorized: token does not match (sent the one from gateway.auth.token))',
    )

    const web = createServer((_request, response) => response.writeHead(404).end())
    await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve))
    cleanups.push(() => web.close())
    const webPort = (web.address() as AddressInfo).port
    const stranger = {
      pid: 812,
      startedAt: 's',
      command: 'nginx',
      program: 'nginx',
      user: 'www-data',
      address: `127.0.0.1:${webPort}`,
      parentPid: 1,
      unit: null,
    }
    const scene = { hints: { port: webPort }, holders: [stranger] }
    const other = await new CliStage(scene).run('gateway', 'status')
    expect(other.stdout).toContain('RPC probe: failed (port is held by pid 812 nginx (user www-data), not a gateway)')
    expect(other.stdout).toContain(`Port ${webPort}: pid 812 nginx (user www-data)`)
    expect((await documentOf(new CliStage(scene))).document.port).toMatchObject({
      status: 'busy',
      listeners: [{ pid: 812, kind: 'unknown' }],
      hints: [expect.stringContaining('another process holds the port')],
    })
  })

  it('does not connect with --no-probe', async () => {
    const server = await gateway()
    const { exitCode, stdout } = await at(server).run('gateway', 'status', '--no-probe')
    expect(exitCode).toBe(0)
    expect(stdout).toContain('RPC probe: skipped')
    expect(server.connects).toEqual([])
    expect((await documentOf(at(server), '--no-probe')).document).toMatchObject({ ok: true, rpc: { ok: null } })
  })

  it('looks further with --deep', async () => {
    const server = await gateway()
    const { supervisor, services } = await supervised()
    const work = new MemorySupervisor({ profile: 'work', host: supervisor.host })
    await work.install((await services.plan()).planFor(null))
    const entry = (level: string, message: string) =>
      JSON.stringify({ time: '2026-11-22T16:49:24.123Z', level, subsystem: 'gateway', message })
    const lines = ['error', 'warn', 'error', 'fatal', 'error'].map((level, index) => entry(level, `line ${index}`))
    const tail = { file: '/l', cursor: 9, size: 9, lines, truncated: false, reset: false }
    const own = recordOn(server.port)
    const other = recordOn(19001, { pid: 77, profile: 'dev', configPath: '/home/alice/.mayros-dev/mayros.json' })
    const scene = {
      services,
      offlineLog: tail,
      record: own,
      gateways: [
        { stateDir: STATE_DIR, record: own },
        { stateDir: '/home/alice/.mayros-dev', record: other },
      ],
    }
    const { stdout } = await at(server, scene).run('gateway', 'status', '--deep')
    expect(stdout.slice(stdout.indexOf('Other service'))).toBe(
      [
        'Other service: mayros-gateway-work.service (user, /services/mayros-gateway-work.service)',
        'Other gateway: running on port 19001 (pid 77, ~/.mayros-dev, version 9.9.9)',
        'Last errors:',
        '  2026-11-22T16:49:24.123Z gateway  line 2',
        '  2026-11-22T16:49:24.123Z gateway  line 3',
        '  2026-11-22T16:49:24.123Z gateway  line 4',
        '',
      ].join('\n'),
    )
    const { document } = await documentOf(at(server, scene), '--deep')
    expect(document.extraServices).toHaveLength(1)
    expect(document.otherGateways).toMatchObject([{ pid: 77, profile: 'dev', port: 19001 }])
    expect(document.logs.errors.map(({ message }) => message)).toEqual(['line 2', 'line 3', 'line 4'])
  })

  it('shows no secret of a service file', async () => {
    const { services } = await supervised({
      service: { programArguments: ['node', 'mayros', 'gateway', '--token', 'tell-nobody', '--password=hush'] },
    })
    const { document } = await documentOf(new CliStage({ services, hints: { port: await deadPort() } }))
    expect(JSON.stringify(document)).not.toMatch(/tell-nobody|hush/)
  })

  it('leaves the services of this host out of a remote gateway', async () => {
    const server = await gateway()
    const { stdout } = await new CliStage().run('gateway', 'status', '--url', server.url, '--token', 's3cret')
    expect(stdout).not.toContain('Service:')
    const { document } = await documentOf(new CliStage(), '--url', server.url, '--token', 's3cret')
    expect(document).toMatchObject({ ok: true, service: null, port: { status: 'unknown' } })
  })
})
