import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { GatewayClient } from '../../src/application/ports/gateway-client.js'
import type { CronEntry } from '../../src/domain/cron/cron-entry.js'
import type { CronJob } from '../../src/domain/protocol/cron-job.js'
import { CliHome } from './harness/cli-home.js'
import { until } from './harness/until.js'

let home: CliHome

beforeEach(() => {
  home = new CliHome()
})

afterEach(() => home.dispose())

const jobsOf = async (client: GatewayClient) =>
  (await client.call<{ jobs: CronJob[] }>('cron.list', { includeDisabled: true })).jobs
const runsOf = async (client: GatewayClient) => (await client.call<{ entries: CronEntry[] }>('cron.runs', {})).entries

describe('work by the clock', () => {
  it('is added, runs and is removed by the commands of the documents', async () => {
    const gateway = await home.gateway()
    const added = await home.run(['cron', 'add', '--every', '1s', '--name', 'tick', '--message', 'Anything new?'])
    expect(added).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^added [0-9a-f-]{36} {2}tick\n( {2}next .*\n){3}$/),
    })
    const client = await gateway.connect()
    await until('a run', async () => (await runsOf(client)).length > 0)
    expect((await runsOf(client))[0]).toMatchObject({
      status: 'ok',
      summary: expect.stringContaining('Anything new?'),
      provider: 'echo',
    })
    const [job] = await jobsOf(client)
    expect((await home.run(['cron', 'rm', job?.id.slice(0, 8) ?? ''])).code).toBe(0)
    expect((await home.run(['cron', 'list'])).stdout).toBe('no cron jobs\n')
    expect((await home.run(['cron', 'runs'])).stdout).toMatch(/Z {2}\S+ {2}ok {2}/)
  })

  it('survives a kill: what was cut off is told once, what was missed runs once', async () => {
    const first = await home.gateway()
    const client = await first.connect()
    const hanging = await client.call<CronJob>('cron.add', { schedule: { everyMs: 3_600_000 }, message: '/echo hang' })
    const begun = new Promise<void>((resolve) => {
      client.on('agent', ({ payload }) => {
        if ((payload as { sessionKey?: string }).sessionKey?.includes(':cron:')) resolve()
      })
    })
    await client.call('cron.run', { id: hanging.id })
    await begun
    const at = new Date(Date.now() + 700).toISOString()
    const missed = await client.call<CronJob>('cron.add', { schedule: { at }, text: 'tea', wakeMode: 'next-heartbeat' })
    await first.crash()
    await until('the time of the other job', () => Date.now() > Date.parse(at))

    const second = await home.gateway()
    const back = await second.connect()
    await until('both ends', async () => (await runsOf(back)).length === 2)
    const runs = await runsOf(back)
    expect(runs.find(({ jobId }) => jobId === hanging.id)).toMatchObject({
      status: 'error',
      error: expect.stringMatching(/^interrupted: the gateway stopped while this run was under way/),
    })
    expect(runs.find(({ jobId }) => jobId === missed.id)).toMatchObject({ status: 'ok' })
    const jobs = await jobsOf(back)
    expect(jobs.map(({ id }) => id)).toEqual([hanging.id])
    expect(jobs[0]?.state).toMatchObject({ lastStatus: 'error', consecutiveErrors: 1 })
    expect(jobs[0]?.state).not.toHaveProperty('runningAtMs')
    expect(await second.stop()).toMatchObject({ code: 0 })
    expect(JSON.parse(await readFile(join(home.stateDir, 'cron', 'jobs.json'), 'utf8')).jobs).toHaveLength(1)
  })

  it('is switched off by a variable, and says so', async () => {
    const gateway = await home.gateway([], { env: { MAYROS_SKIP_CRON: '1' } })
    const client = await gateway.connect()
    const { id } = await client.call<CronJob>('cron.add', { schedule: { everyMs: 10 }, message: 'x' })
    expect(await client.call('cron.status', {})).toMatchObject({ enabled: false, reason: 'MAYROS_SKIP_CRON', jobs: 1 })
    expect((await home.run(['cron', 'status'])).stdout).toBe('scheduler off (MAYROS_SKIP_CRON), 1 job\n')
    expect(await runsOf(client)).toEqual([])
    const ran = await home.run(['cron', 'run', id, '--wait'])
    expect(ran).toMatchObject({ code: 0, stdout: expect.stringMatching(/^x: ok after /) })
    expect(gateway.process.stdout + gateway.process.stderr).toContain(
      'MAYROS_SKIP_CRON: no job runs when its time comes',
    )
  })
})
