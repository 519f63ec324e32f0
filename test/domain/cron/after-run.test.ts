import { describe, expect, it } from 'vitest'
import { afterRun, backoffMs } from '../../../src/domain/cron/after-run.js'
import { patchedJob } from '../../../src/domain/cron/patched-job.js'
import type { CronJob } from '../../../src/domain/protocol/cron-job.js'

const JOB: CronJob = {
  id: 'a',
  name: 'check',
  enabled: true,
  schedule: { kind: 'every', everyMs: 10_000 },
  sessionTarget: 'isolated',
  wakeMode: 'now',
  payload: { kind: 'agentTurn', message: 'x', model: 'a/b' },
  delivery: { mode: 'announce', channel: 'irc', to: '#c' },
  createdAtMs: 0,
  updatedAtMs: 0,
  state: { nextRunAtMs: 10_000, runningAtMs: 10_000 },
}
const ONCE: CronJob = { ...JOB, schedule: { kind: 'at', at: '1970-01-01T00:00:10Z' }, deleteAfterRun: true }
const OK = { status: 'ok', startedAtMs: 10_000, endedAtMs: 12_000 } as const
const BAD = { ...OK, status: 'error', error: 'oops' } as const

describe('a job that has run', () => {
  it('knows how it went and when it runs again', () => {
    expect(afterRun(JOB, { ...OK, deliveryStatus: 'delivered' }, 20_000)).toEqual({
      ...JOB,
      state: {
        nextRunAtMs: 20_000,
        lastRunAtMs: 10_000,
        lastRunStatus: 'ok',
        lastStatus: 'ok',
        lastDurationMs: 2_000,
        lastDelivered: true,
        lastDeliveryStatus: 'delivered',
      },
    })
  })

  it('rests for a moment, however short the interval', () => {
    expect(afterRun(JOB, OK, 12_001)?.state.nextRunAtMs).toBe(14_000)
  })

  it('stays away longer with every failure in a row, and comes back with the first success', () => {
    const waits: number[] = []
    let job: CronJob = JOB
    for (let failures = 0; failures < 7; failures++) {
      job = afterRun(job, BAD, 13_000) ?? job
      waits.push((job.state.nextRunAtMs ?? 0) - BAD.endedAtMs)
    }
    expect(waits).toEqual([30_000, 60_000, 300_000, 900_000, 3_600_000, 3_600_000, 3_600_000])
    expect(job.state).toMatchObject({ consecutiveErrors: 7, lastError: 'oops', lastStatus: 'error' })
    const healed = afterRun(job, OK, 20_000)?.state
    expect(healed).not.toHaveProperty('consecutiveErrors')
    expect(healed).not.toHaveProperty('lastError')
    expect(healed?.nextRunAtMs).toBe(20_000)
    expect(backoffMs(1)).toBe(30_000)
  })

  it('that has a later time by its schedule keeps it', () => {
    expect(afterRun(JOB, BAD, 10 ** 9)?.state.nextRunAtMs).toBe(10 ** 9)
  })

  it('once goes, is kept where somebody wants that, and stays to be looked at where it failed', () => {
    expect(afterRun(ONCE, OK, null)).toBeNull()
    expect(afterRun(ONCE, { ...OK, status: 'skipped' }, null)).toBeNull()
    const kept = afterRun({ ...ONCE, deleteAfterRun: false }, OK, null)
    expect(kept).toMatchObject({ enabled: false, state: { lastStatus: 'ok' } })
    expect(kept?.state).not.toHaveProperty('nextRunAtMs')
    expect(afterRun(ONCE, BAD, null)).toMatchObject({ enabled: false, state: { lastError: 'oops' } })
  })

  it('before its time still has it', () => {
    expect(afterRun(ONCE, OK, 50_000)).toMatchObject({ enabled: true, state: { nextRunAtMs: 50_000 } })
  })

  it('while it was switched off has no next run', () => {
    const off = afterRun({ ...JOB, enabled: false }, OK, 20_000)
    expect(off?.enabled).toBe(false)
    expect(off?.state).not.toHaveProperty('nextRunAtMs')
  })
})

describe('a changed job', () => {
  it('keeps what is not named, also inside its payload and delivery', () => {
    const patch = { name: 'new', payload: { kind: 'agentTurn' as const, thinking: 'low' }, delivery: { to: '#d' } }
    expect(patchedJob(JOB, patch)).toEqual({
      ...JOB,
      name: 'new',
      payload: { kind: 'agentTurn', message: 'x', model: 'a/b', thinking: 'low' },
      delivery: { mode: 'announce', channel: 'irc', to: '#d' },
    })
  })

  it('has a payload of another kind as a whole, and loses what is null', () => {
    const patch = { payload: { kind: 'systemEvent' as const, text: 't' }, delivery: null, description: null }
    expect(patchedJob({ ...JOB, description: 'd' }, patch)).toEqual({
      ...Object.fromEntries(Object.entries(JOB).filter(([field]) => field !== 'delivery')),
      payload: { kind: 'systemEvent', text: 't' },
    })
  })
})
