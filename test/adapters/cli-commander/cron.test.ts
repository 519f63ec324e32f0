import { afterEach, describe, expect, it } from 'vitest'
import { UsageFailure } from '../../../src/adapters/cli-commander/cli-failure.js'
import { jobOfFlags } from '../../../src/adapters/cli-commander/cron/job-of-flags.js'
import { type CliScene, CliStage, recordOn } from '../../doubles/cli-stage.js'
import { type DoubleOptions, GatewayDouble } from '../../doubles/gateway-double.js'

const NOW = Date.parse('2026-11-22T12:00:00Z')
const cleanups: (() => Promise<unknown>)[] = []

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

async function gateway(methods: NonNullable<DoubleOptions['methods']>): Promise<GatewayDouble> {
  const server = await GatewayDouble.start({ token: 's3cret', methods })
  cleanups.push(() => server.stop())
  return server
}

const at = (server: GatewayDouble, scene: CliScene = {}) =>
  new CliStage({ record: recordOn(server.port), hints: { token: 's3cret' }, ...scene })

const JOB = {
  id: 'a41f0000-0000-4000-8000-000000000000',
  name: 'brief\u001b',
  enabled: true,
  schedule: { kind: 'cron', expr: '0 7 * * *', tz: 'Europe/Berlin' },
  sessionTarget: 'isolated',
  wakeMode: 'now',
  payload: { kind: 'agentTurn', message: 'x' },
  delivery: { mode: 'announce', channel: 'irc', to: '#ops' },
  createdAtMs: 0,
  updatedAtMs: 0,
  state: { nextRunAtMs: 0 },
}

describe('the flags of a job', () => {
  const of = (flags: object, kind: string | null = null) =>
    jobOfFlags({ every: '1h', message: 'x', ...flags }, NOW, kind)

  it('are a schedule, what is said and where the answer goes', () => {
    expect(of({})).toEqual({
      schedule: { kind: 'every', everyMs: 3_600_000 },
      payload: { kind: 'agentTurn', message: 'x' },
    })
    expect(
      of({
        every: undefined,
        cron: '0 7 * * *',
        tz: 'Europe/Berlin',
        stagger: '5m',
        model: 'a/b',
        thinking: 'low',
        timeoutSeconds: 0,
        name: 'n',
        description: 'd',
        agent: 'ops',
        session: 'isolated',
        wake: 'next-heartbeat',
        channel: 'irc',
        to: '#ops',
        bestEffortDeliver: true,
        keepAfterRun: true,
        disabled: true,
      }),
    ).toEqual({
      name: 'n',
      description: 'd',
      agentId: 'ops',
      sessionTarget: 'isolated',
      wakeMode: 'next-heartbeat',
      enabled: false,
      deleteAfterRun: false,
      schedule: { kind: 'cron', expr: '0 7 * * *', tz: 'Europe/Berlin', staggerMs: 300_000 },
      payload: { kind: 'agentTurn', message: 'x', model: 'a/b', thinking: 'low', timeoutSeconds: 0 },
      delivery: { mode: 'announce', channel: 'irc', to: '#ops', bestEffort: true },
    })
  })

  it.each([
    [{ every: undefined, at: '20m' }, { schedule: { kind: 'at', at: '2026-11-22T12:20:00.000Z' } }],
    [{ every: undefined, at: '2026-12-01T08:00:00Z' }, { schedule: { kind: 'at', at: '2026-12-01T08:00:00.000Z' } }],
    [{ every: undefined, cron: '* * * * *', exact: true }, { schedule: { staggerMs: 0 } }],
    [{ message: undefined, systemEvent: 't' }, { payload: { kind: 'systemEvent', text: 't' } }],
    [{ deliver: false }, { delivery: { mode: 'none' } }],
    [{ announce: true }, { delivery: { mode: 'announce' } }],
    [{ webhook: 'https://a.b/c' }, { delivery: { mode: 'webhook', to: 'https://a.b/c' } }],
    [{ deleteAfterRun: true }, { deleteAfterRun: true }],
  ])('%j', (flags, fields) => {
    expect(of(flags)).toMatchObject(fields)
  })

  it('of a change are only what they name', () => {
    const change = (flags: object, kind: string) => jobOfFlags(flags, NOW, kind)
    expect(change({}, 'agentTurn')).toEqual({})
    expect(change({ model: 'a/b' }, 'agentTurn')).toEqual({ payload: { kind: 'agentTurn', model: 'a/b' } })
    expect(change({ every: '2h' }, 'systemEvent')).toEqual({ schedule: { kind: 'every', everyMs: 7_200_000 } })
    expect(() => change({ model: 'a/b' }, 'systemEvent')).toThrow('need --message')
  })

  it.each([
    [{ every: undefined }, 'one of --at, --every and --cron is needed'],
    [{ message: undefined }, 'one of --system-event and --message is needed'],
    [{ at: '1h' }, '--at, --every and --cron exclude each other'],
    [{ systemEvent: 'x' }, '--system-event and --message exclude each other'],
    [{ tz: 'UTC' }, '--tz, --stagger and --exact need --cron'],
    [{ every: 'soon' }, '--every: expected a duration like 30s, 10m or 1h30m, got "soon"'],
    [{ every: '0s' }, '--every: expected a duration'],
    [{ every: undefined, at: 'tomorrow' }, '--at: expected a time like 2026-11-22T16:00 or a duration like 20m'],
    [{ every: undefined, cron: '* * * * *', stagger: '5m', exact: true }, '--stagger and --exact exclude each other'],
    [{ deliver: false, channel: 'irc' }, '--announce, --no-deliver and --webhook exclude each other'],
    [{ deleteAfterRun: true, keepAfterRun: true }, 'exclude each other'],
    [
      { message: undefined, systemEvent: 'x', thinking: 'low' },
      '--model, --thinking and --timeout-seconds need --message',
    ],
  ])('that do not fit are refused: %j', (flags, told) => {
    expect(() => of(flags)).toThrow(UsageFailure)
    expect(() => of(flags)).toThrow(told)
  })
})

describe('cron', () => {
  const list = (state: object = {}, more: readonly object[] = []) => ({
    'cron.list': (call: any) => call.ok({ jobs: [{ ...JOB, state: { ...JOB.state, ...state } }, ...more] }),
  })

  it('list shows when jobs run, how they went and who is told, and what is hidden', async () => {
    const hidden = { ...JOB, id: 'b', name: 'old', enabled: false }
    const server = await gateway(list({ lastStatus: 'error', lastRunAtMs: 0, lastError: 'no luck\nat all' }, [hidden]))
    const { stdout, exitCode } = await at(server).run('cron', 'list')
    expect(exitCode).toBe(0)
    expect(stdout).toBe(
      'a41f  brief\\u001b  0 7 * * * Europe/Berlin  now  last error: no luck  isolated -> irc #ops\n1 disabled job hidden (--all)\n',
    )
    expect((await at(server).run('cron', 'list', '--all')).stdout).toContain('old')
    const { jobs } = JSON.parse((await at(server).run('cron', 'list', '--json')).stdout)
    expect(jobs).toHaveLength(1)
  })

  it('hides what stands behind the host of a webhook', async () => {
    const delivery = { mode: 'webhook', to: 'https://hooks.example.org/T0/secret' }
    const server = await gateway({ 'cron.list': (call) => call.ok({ jobs: [{ ...JOB, delivery }] }) })
    const { stdout } = await at(server).run('cron', 'list')
    expect(stdout).toContain('isolated -> https://hooks.example.org\n')
    expect(stdout).not.toContain('secret')
  })

  it('add says the id and the next times in the zone of the job', async () => {
    const server = await gateway({
      'cron.add': (call) => call.ok(JOB),
      'cron.preview': (call) => call.ok({ times: [Date.parse('2026-11-23T06:00:00Z')] }),
    })
    const { stdout } = await at(server).run(
      ...['cron', 'add', '--cron', '0 7 * * *', '--tz', 'Europe/Berlin', '--message', 'x'],
    )
    expect(stdout).toBe(`added ${JOB.id}  brief\\u001b\n  next 2026-11-23 07:00:00 Europe/Berlin\n`)
    expect(server.calls.map(({ method }) => method)).toEqual(['cron.add', 'cron.preview'])
  })

  it('edit, enable, disable and rm find a job by the beginning of its id', async () => {
    const server = await gateway({
      ...list(),
      'cron.update': (call) => call.ok({ ...JOB, enabled: false }),
      'cron.remove': (call) => call.ok({ ok: true, removed: true }),
    })
    expect((await at(server).run('cron', 'edit', 'a4', '--name', 'n')).stdout).toContain('does not run by itself')
    expect((await at(server).run('cron', 'disable', 'a4')).exitCode).toBe(0)
    expect((await at(server).run('cron', 'enable', 'a4', '--json')).exitCode).toBe(0)
    expect((await at(server).run('cron', 'rm', 'a4')).stdout).toBe(`removed ${JOB.id}  brief\\u001b\n`)
    const patches = server.calls.filter(({ method }) => method === 'cron.update').map(({ params }) => params)
    expect(patches).toEqual([
      { id: JOB.id, patch: { name: 'n' } },
      { id: JOB.id, patch: { enabled: false } },
      { id: JOB.id, patch: { enabled: true } },
    ])
    const { exitCode, stderr } = await at(server).run('cron', 'rm', 'zz')
    expect(exitCode).toBe(1)
    expect(stderr).toContain('no job zz')
    expect((await at(server).run('cron', 'edit', 'a4')).stderr).toContain('nothing to change was named')
  })

  it('run tells whether it ran, and with --wait how it ended', async () => {
    const answers: object[] = [
      { ok: true, ran: false, reason: 'not-due' },
      { ok: true, ran: true, runId: 'r1', status: 'accepted' },
      { ok: true, ran: true, runId: 'r2', status: 'ok', summary: 'all\nwell', durationMs: 12_000 },
    ]
    const server = await gateway({ ...list(), 'cron.run': (call) => call.ok(answers.shift()) })
    const due = await at(server).run('cron', 'run', 'a4', '--due')
    expect([due.exitCode, due.stdout]).toEqual([1, 'brief\\u001b did not run: it is not due\n'])
    expect((await at(server).run('cron', 'run', 'a4')).stdout).toBe('brief\\u001b runs (r1)\n')
    expect((await at(server).run('cron', 'run', 'a4', '--wait')).stdout).toBe(
      'brief\\u001b: ok after 12 s\nall\nwell\n',
    )
    expect(server.calls.filter(({ method }) => method === 'cron.run').map(({ params }) => params)).toEqual([
      { id: JOB.id, mode: 'due' },
      { id: JOB.id, mode: 'force' },
      { id: JOB.id, mode: 'force' },
    ])
  })

  it('runs and status read for people', async () => {
    const entry = {
      ts: NOW,
      jobId: JOB.id,
      action: 'finished',
      status: 'error',
      durationMs: 90_000,
      error: 'no\u0007 luck',
      runAtMs: 0,
    }
    const server = await gateway({
      ...list(),
      'cron.runs': (call) => call.ok({ entries: [entry] }),
      'cron.status': (call) =>
        call.ok({ enabled: false, reason: 'cron.enabled', jobs: 1, nextWakeAtMs: null, storePath: '' }),
    })
    expect((await at(server).run('cron', 'runs', '--id', 'a4')).stdout).toBe(
      '2026-11-22T12:00:00.000Z  brief\\u001b  error  1m  no\\u0007 luck\n',
    )
    expect((await at(server).run('cron', 'status')).stdout).toBe('scheduler off (cron.enabled), 1 job\n')
  })
})
