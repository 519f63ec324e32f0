import { afterEach, describe, expect, it } from 'vitest'
import { parseValueText } from '../../../src/adapters/config-json5/parse-value-text.js'
import { MemorySupervisor } from '../../../src/adapters/supervisor-memory/memory-supervisor.js'
import { type CliScene, CliStage, recordOn } from '../../doubles/cli-stage.js'
import { answering, GatewayDouble } from '../../doubles/gateway-double.js'
import { statusShape } from '../../doubles/json-shapes.js'
import { servicesOf } from '../../doubles/services-of.js'
import { ConfigDirectory } from '../config-json5/config-directory.js'

const SECRET = 'q3Zk8vT1xLr0WnYd6sPjB2mHc9GfEu7A'
const HEALTH = {
  ok: true,
  ts: Date.now(),
  channels: { telegram: { accounts: { default: { state: 'connected', probe: { ok: true, latencyMs: 182 } } } } },
  channelOrder: ['telegram'],
  defaultAgentId: 'main',
  agents: [{ agentId: 'main', isDefault: true, heartbeat: { enabled: true, every: '30m' }, sessions: { count: 14 } }],
  sessions: { count: 14, recent: [] },
}
const METHODS = answering({
  health: () => HEALTH,
  status: () => ({ sessions: { count: 14, defaults: { model: 'echo/echo' }, recent: [{ updatedAt: Date.now() }] } }),
  'agents.list': () => ({ defaultId: 'main', agents: [{ id: 'main' }, { id: 'ops' }] }),
  'models.status': () => ({
    resolvedDefault: 'anthropic/claude',
    auth: {
      providers: [
        { provider: 'anthropic', missing: true, keyVariable: 'ANTHROPIC_API_KEY', keys: [], cooldown: null },
        {
          provider: 'openai',
          missing: false,
          keyVariable: 'X',
          keys: [],
          cooldown: { reason: 'rate limit', untilMs: 1 },
        },
      ],
      missingProvidersInUse: ['anthropic'],
    },
  }),
  'cron.status': () => ({ enabled: true, jobs: 3, nextWakeAtMs: Date.now() + 290_000 }),
  'usage.status': () => ({
    providers: [
      {
        provider: 'anthropic',
        displayName: 'Anthropic',
        calls: 7,
        windows: [{ label: '5h', usedPercent: 40 }],
        totals: { totalTokens: 12_000, totalCost: 1.5 },
      },
    ],
  }),
})

const cleanups: (() => Promise<unknown> | unknown)[] = []

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

async function gateway(): Promise<GatewayDouble> {
  const server = await GatewayDouble.start({ token: 's3cret', methods: METHODS })
  cleanups.push(() => server.stop())
  return server
}

async function withConfig(text: string): Promise<CliScene> {
  const directory = await ConfigDirectory.create({ 'mayros.json': text })
  cleanups.push(() => directory.remove())
  return {
    openConfig: async () => ({
      source: directory.recorded({ variables: {} }),
      history: directory.history,
      parseValue: parseValueText,
    }),
  }
}

function at(server: GatewayDouble, scene: CliScene = {}): CliStage {
  return new CliStage({ record: recordOn(server.port), hints: { token: 's3cret' }, ...scene })
}

async function deadPort(): Promise<number> {
  const server = await GatewayDouble.start()
  const { port } = server
  await server.stop()
  return port
}

function steady(text: string, server: GatewayDouble): string {
  return text
    .replace(/, \d+ ms,/, ', 8 ms,')
    .replace(/\d critical, \d warnings/, 'N critical, N warnings')
    .replace(/\d+ ms the slowest/, '1 ms the slowest')
    .replaceAll(String(server.port), '18789')
}

async function documentOf(stage: CliStage, ...more: string[]) {
  const { stdout, exitCode } = await stage.run('status', '--json', ...more)
  expect(exitCode).toBe(0)
  return statusShape.parse(JSON.parse(stdout))
}

describe('status', () => {
  it('gives an overview of what answers', async () => {
    const server = await gateway()
    const scene = await withConfig('{ gateway: { mode: "local", bind: "lan", auth: { mode: "none" } } }')
    const { exitCode, stdout } = await at(server, {
      ...scene,
      files: { '/home/alice/.mayros/run/latest-version': '1.4.1 1000\n' },
    }).run('status')
    expect(exitCode).toBe(0)
    expect(steady(stdout, server)).toBe(
      [
        'Gateway    running, ws://127.0.0.1:18789, 8 ms, auth token, version 9.9.9 (pid 4352, foreground)',
        'Config     ~/.mayros/mayros.json, valid',
        'Channels   telegram/default connected probe ok 182 ms',
        'Agents     main (default), ops   Sessions 14, 1 active in 10 min',
        'Model      anthropic/claude, key missing for anthropic',
        'Heartbeat  main every 30m   Cron 3 jobs, next in 4m',
        'Security   N critical, N warnings: mayros security audit',
        'Update     1.4.1 available',
        '',
      ].join('\n'),
    )
    expect(server.calls.find(({ method }) => method === 'health')?.params).toEqual({})
    const document = await documentOf(at(server, scene))
    expect(document).toMatchObject({
      gateway: { reachable: true },
      agents: [{ id: 'main' }, { id: 'ops' }],
      models: null,
      usage: null,
      cron: { jobs: 3 },
      securityAudit: { summary: { critical: expect.any(Number) } },
      service: { installed: false },
      update: { version: '1.2.3', latest: null, available: false },
      report: null,
    })
  })

  it('probes and times with --deep, and tells what was used with --usage', async () => {
    const server = await gateway()
    const scene = { ...(await withConfig('{}')), memoryBytes: 96_000_000 }
    const { stdout } = await at(server, scene).run('status', '--deep', '--usage')
    const lines = steady(stdout, server).split('\n')
    expect(lines).toContain('Providers  anthropic key missing, openai resting (rate limit)')
    expect(lines.find((line) => line.startsWith('Process'))).toMatch(
      /^Process {4}96 MB, up \d.*, 1 ms the slowest of 5 answers$/,
    )
    expect(lines).toContain('Usage      Anthropic 7 calls, 12000 tokens, $1.50 in 30 days, 5h 40% used')
    expect(server.calls.find(({ method }) => method === 'health')?.params).toEqual({ probe: true })
    const document = await documentOf(at(server, scene), '--deep', '--usage')
    expect(document.gateway.roundsMs).toHaveLength(5)
    expect(document).toMatchObject({ gateway: { memoryBytes: 96_000_000 }, usage: [{ provider: 'anthropic' }] })
  })

  it('puts everything into a report with --all, and no secret', async () => {
    const server = await gateway()
    const supervisor = new MemorySupervisor()
    const services = servicesOf({
      supervisor,
      stateDir: '/home/alice/.mayros',
      variables: { LANG: 'C', MAYROS_GATEWAY_TOKEN: SECRET },
    })
    await supervisor.install((await services.plan()).planFor(null))
    const warning = { time: '2026-11-22T16:49:24.123Z', level: 'warn', subsystem: 'gateway', message: 'odd' }
    const scene = {
      ...(await withConfig(`{\n  gateway: { auth: { token: "${SECRET}" } },\n}\n`)),
      services,
      offlineLog: {
        file: '/l',
        cursor: 1,
        size: 1,
        lines: [JSON.stringify(warning), JSON.stringify({ ...warning, level: 'info' })],
        truncated: false,
        reset: false,
      },
    }
    const { stdout } = await at(server, scene).run('status', '--all')
    expect(stdout).not.toContain(SECRET)
    expect(stdout.slice(stdout.indexOf('\nVersions')).replace(/critical|warn {5}|info {5}/g, 'level    ')).toContain(
      [
        '',
        'Versions',
        '  mayros 1.2.3 (npm), gateway 9.9.9',
        '  node v20.19.0, linux 6.1.0 x64',
        '',
        'Config ~/.mayros/mayros.json',
        '  {',
        '    gateway: { auth: { token: "__MAYROS_REDACTED__" } },',
        '  }',
        '',
        'Service',
        '  mayros-gateway.service: stopped (inactive/dead), /services/mayros-gateway.service',
        '  runs /usr/bin/node /opt/mayros.js gateway run',
        '  in   /home/alice/.mayros',
        '  with LANG=C',
        '  with MAYROS_GATEWAY_TOKEN=***',
        '',
      ].join('\n'),
    )
    expect(stdout).toMatch(
      /\nLog, the newest warnings and errors\n {2}2026-11-22T16:49:24.123Z warn {2}gateway {2}odd\n$/,
    )
    const document = await documentOf(at(server, scene), '--all')
    expect(JSON.stringify(document)).not.toContain(SECRET)
    expect(document.report).toMatchObject({ installKind: 'npm', log: [{ message: 'odd' }] })
  })

  it('prints and succeeds without a gateway and with a config that is not valid', async () => {
    const port = await deadPort()
    const scene = await withConfig(`{ gateway: { prt: 1, auth: { token: "${SECRET}" } } }`)
    const { exitCode, stdout } = await new CliStage({ ...scene, hints: { port, exists: false } }).run('status')
    expect(exitCode).toBe(0)
    expect(stdout).toContain('Gateway    not running: no gateway at')
    expect(stdout).toContain('Config     ~/.mayros/mayros.json, missing')
    expect(stdout).toContain('Security   ')
    const empty = { file: '', cursor: 0, size: 0, lines: [], truncated: false, reset: false }
    const all = await new CliStage({ ...scene, hints: { port }, offlineLog: empty }).run('status', '--all')
    expect(all.stdout).toContain('  not shown, since it is not valid: ')
    expect(all.stdout).not.toContain(SECRET)
    expect(await documentOf(new CliStage({ hints: { port } }))).toMatchObject({
      gateway: { reachable: false, error: { code: 'unreachable' } },
      securityAudit: null,
    })
  })
})
