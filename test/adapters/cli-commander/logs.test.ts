import { afterEach, describe, expect, it } from 'vitest'
import { formatLogLine, parseLogLine } from '../../../src/adapters/cli-commander/render/log-line.js'
import { paintFor } from '../../../src/adapters/cli-commander/render/paint.js'
import { type CliScene, CliStage, recordOn } from '../../doubles/cli-stage.js'
import { type DoubleCall, GatewayDouble } from '../../doubles/gateway-double.js'

const cleanups: (() => Promise<unknown> | unknown)[] = []

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

function line(level: string, subsystem: string, message: string): string {
  return JSON.stringify({
    time: '2026-11-22T16:49:24.123Z',
    level,
    subsystem,
    message,
    pid: 7,
    '0': message,
    _meta: {},
  })
}

const LINES = [
  line('info', 'gateway', 'listening'),
  line('debug', 'gateway/ws', 'req health'),
  line('warn', 'gatewayish', 'odd'),
  'not json',
]

async function gateway(tail: (call: DoubleCall) => void): Promise<GatewayDouble> {
  const server = await GatewayDouble.start({ methods: { 'logs.tail': tail } })
  cleanups.push(() => server.stop())
  return server
}

const tailOf = (lines: readonly string[], cursor = 100, reset = false) => ({
  file: '/l',
  cursor,
  size: cursor,
  lines,
  truncated: false,
  reset,
})

const at = (server: GatewayDouble, scene: CliScene = {}) => new CliStage({ record: recordOn(server.port), ...scene })

describe('logs', () => {
  it('prints full times for a pipe and asks for the newest lines', async () => {
    const server = await gateway((call) => call.ok(tailOf(LINES)))
    expect(await at(server).run('logs')).toEqual({
      exitCode: 0,
      stdout: [
        '2026-11-22T16:49:24.123Z info  gateway  listening',
        '2026-11-22T16:49:24.123Z debug gateway/ws  req health',
        '2026-11-22T16:49:24.123Z warn  gatewayish  odd',
        'not json',
        '',
      ].join('\n'),
      stderr: '',
    })
    expect(server.calls[0]?.params).toEqual({ limit: 200, maxBytes: 250_000 })
  })

  it.each([
    [
      ['--level', 'info'],
      ['listening', 'odd'],
    ],
    [
      ['--subsystem', 'gateway'],
      ['listening', 'req health'],
    ],
    [
      ['--grep', 'he[a]lth|json'],
      ['req health', 'not json'],
    ],
  ])('%j selects', async (argv, expected) => {
    const server = await gateway((call) => call.ok(tailOf(LINES)))
    const { stdout } = await at(server).run('logs', ...argv)
    expect(
      stdout
        .trim()
        .split('\n')
        .map((text) => text.split('  ').at(-1)),
    ).toEqual(expected)
  })

  it('shows what happened since a moment, looks through all there is for it, and keeps the newest', async () => {
    const entry = (time: string, level: string, message: string) =>
      JSON.stringify({ time, level, subsystem: 'gateway', message })
    const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString()
    const lines = [
      entry(minutesAgo(90), 'warn', 'old'),
      entry(minutesAgo(20), 'warn', 'one'),
      entry(minutesAgo(10), 'info', 'two'),
      entry(minutesAgo(5), 'warn', 'three'),
      'not json',
    ]
    const server = await gateway((call) => call.ok(tailOf(lines)))
    const messages = async (...argv: string[]) =>
      (await at(server).run('logs', ...argv)).stdout
        .trim()
        .split('\n')
        .map((text) => text.split('  ').at(-1))
    expect(await messages('--since', '1h')).toEqual(['one', 'two', 'three'])
    expect(await messages('--since', minutesAgo(15))).toEqual(['two', 'three'])
    expect(await messages('--level', 'warn', '--limit', '2')).toEqual(['one', 'three'])
    expect(await messages('--since', '1h', '--limit', '1')).toEqual(['three'])
    expect(server.calls[0]?.params).toEqual({ limit: 5000, maxBytes: 1_000_000 })
    expect(await at(server).run('logs', '--since', 'yesterday')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining(
        '--since: expected 30s, 10m, 2h, 3d or a date like 2026-11-22T16:00, got "yesterday"',
      ),
    })
  })

  it('is one object a line with --json', async () => {
    const server = await gateway((call) => call.ok(tailOf([LINES[0] as string, 'not json'])))
    const { stdout } = await at(server).run('logs', '--json', '--limit', '5', '--max-bytes', '9')
    expect(
      stdout
        .trim()
        .split('\n')
        .map((text) => JSON.parse(text) as unknown),
    ).toEqual([
      { type: 'meta', file: '/l', cursor: 100, size: 100 },
      {
        type: 'log',
        time: '2026-11-22T16:49:24.123Z',
        level: 'info',
        subsystem: 'gateway',
        message: 'listening',
        fields: { pid: 7 },
        raw: LINES[0],
      },
      { type: 'raw', raw: 'not json' },
    ])
    expect(server.calls[0]?.params).toEqual({ limit: 5, maxBytes: 9 })
  })

  it('reads the file of this host with --offline', async () => {
    const { exitCode, stdout } = await new CliStage({ offlineLog: tailOf(['plain']) }).run('logs', '--offline')
    expect([exitCode, stdout]).toEqual([0, 'plain\n'])
    expect((await new CliStage().run('logs', '--offline', '--follow')).exitCode).toBe(2)
  })

  it('follows from the cursor, over a restart, until interrupted', async () => {
    const asked: unknown[] = []
    let count = 0
    const server = await gateway((call) => {
      asked.push(call.params.cursor)
      count++
      if (count === 1) call.ok(tailOf(['one'], 10))
      else if (count === 2) call.ok(tailOf(['two'], 20))
      else if (count === 3) call.socket.close(1012, 'service restart')
      else if (count === 4) call.ok(tailOf(['three'], 5, true))
      else call.ok(tailOf([], 5))
    })
    const stage = at(server)
    const ending = stage.run('logs', '--follow')
    await expect.poll(() => count).toBeGreaterThan(5)
    stage.interrupt()
    expect(await ending).toEqual({
      exitCode: 130,
      stdout: [
        'one',
        'two',
        '-- gateway restarting, waiting --',
        '-- connected again, some lines in between may be missing --',
        'three',
        '',
      ].join('\n'),
      stderr: '',
    })
    expect(asked.slice(0, 6)).toEqual([undefined, 10, 20, 20, 5, 5])
  })

  it('stops following when nobody reads any more', async () => {
    const server = await gateway((call) => call.ok(tailOf(['x'], 10)))
    const stage: CliStage = at(server, {
      paused: () => {
        stage.out.closed = true
      },
    })
    expect((await stage.run('logs', '--follow')).exitCode).toBe(0)
  })

  it('does not follow a gateway that is not there or does not let us in', async () => {
    const server = await GatewayDouble.start({ token: 'x' })
    cleanups.push(() => server.stop())
    expect((await at(server).run('logs', '--follow')).exitCode).toBe(4)
    const { port } = server
    await server.stop()
    cleanups.length = 0
    const away = await new CliStage({ hints: { port } }).run('logs', '--follow')
    expect(away.exitCode).toBe(3)
    expect(away.stderr).toContain('log files are in ~/.mayros/logs; read them with: mayros logs --offline')
    const json = await new CliStage({ hints: { port } }).run('logs', '--json')
    expect([json.exitCode, JSON.parse(json.stdout)]).toEqual([
      3,
      { type: 'error', code: 'unreachable', message: `no gateway at ws://127.0.0.1:${port} (connection refused)` },
    ])
  })
})

it('a terminal sees the time of day and colours', () => {
  const parsed = parseLogLine(LINES[2] as string)
  if (parsed === null) throw new Error('the line is one')
  const paint = paintFor(true, { TERM: 'xterm' }, true)
  const text = formatLogLine(parsed, { paint, short: true, localTime: false })
  expect(text).toMatch(/^\S*\d\d:\d\d:\d\d\S* \S*warn \S* \S*gatewayish\S* {2}odd$/)
  expect(text).toContain('\u001b[33m')
})

it.each([
  [true, {}, true, true],
  [false, {}, true, false],
  [true, { NO_COLOR: '1' }, true, false],
  [true, { TERM: 'dumb' }, true, false],
  [false, { FORCE_COLOR: '1' }, true, true],
  [true, {}, false, false],
])('colours: tty %s, env %j, wanted %s: %s', (isTTY, env, wanted, colours) => {
  expect(paintFor(isTTY, env, wanted).red('x') !== 'x').toBe(colours)
})
