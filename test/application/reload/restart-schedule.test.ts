import { beforeEach, describe, expect, it } from 'vitest'
import { FakeClock } from '../../../src/adapters/clock-fake/fake-clock.js'
import { MemoryLog } from '../../../src/adapters/log-memory/memory-log.js'
import { RestartSchedule } from '../../../src/application/reload/restart-schedule.js'

const DEFER_MS = 30_000

let clock: FakeClock
let log: MemoryLog
let load: { running: number; waiting: number }
let restartedAt: number[]
let lastsMs: number
let schedule: RestartSchedule

beforeEach(() => {
  clock = new FakeClock()
  log = new MemoryLog()
  load = { running: 0, waiting: 0 }
  restartedAt = []
  lastsMs = 0
  const host = {
    get load() {
      return load
    },
  }
  const restart = async () => {
    restartedAt.push(clock.monotonic())
    if (lastsMs > 0) await new Promise<void>((resolve) => clock.after(lastsMs, resolve))
  }
  schedule = new RestartSchedule(host, restart, clock, log)
})

const said = () => log.lines.map(({ message }) => message)

describe('when a restart comes', () => {
  it('after the delay that was asked for', async () => {
    expect(schedule.request(2_000, DEFER_MS)).toEqual({ delayMs: 2_000, cooldownMsApplied: 0, coalesced: false })
    await clock.advance(1_999)
    expect(restartedAt).toEqual([])
    await clock.advance(1)
    expect(restartedAt).toEqual([2_000])
    expect(schedule.isPending).toBe(false)
  })

  it('at least 30 s after the last one has ended, and says how much of the delay that is', async () => {
    lastsMs = 1_000
    schedule.request(0, DEFER_MS)
    await clock.advance(5_000)
    expect(schedule.request(2_000, DEFER_MS)).toEqual({ delayMs: 26_000, cooldownMsApplied: 24_000, coalesced: false })
    await clock.advance(25_999)
    expect(restartedAt).toEqual([0])
    await clock.advance(1)
    expect(restartedAt).toEqual([0, 31_000])
  })

  it('a request joins the one that waits and comes due sooner', async () => {
    schedule.request(2_000, DEFER_MS)
    await clock.advance(500)
    expect(schedule.request(10_000, DEFER_MS)).toEqual({ delayMs: 1_500, cooldownMsApplied: 0, coalesced: true })
    await clock.advance(60_000)
    expect(restartedAt).toEqual([2_000])
  })

  it('a request that is more urgent pulls the waiting one forward', async () => {
    schedule.request(10_000, DEFER_MS)
    expect(schedule.request(1_000, DEFER_MS)).toEqual({ delayMs: 1_000, cooldownMsApplied: 0, coalesced: true })
    await clock.advance(60_000)
    expect(restartedAt).toEqual([1_000])
  })

  it('never two at once: a request during a restart waits for its end and the cooldown', async () => {
    lastsMs = 40_000
    schedule.request(0, DEFER_MS)
    await clock.advance(100)
    expect(schedule.isPending).toBe(true)
    schedule.request(0, DEFER_MS)
    await clock.advance(39_000)
    expect(restartedAt).toEqual([0])
    await clock.advance(1_500)
    expect(restartedAt).toHaveLength(2)
    expect(restartedAt[1]).toBeGreaterThanOrEqual(40_000)
  })

  it('not at all once it was cancelled', async () => {
    schedule.request(1_000, DEFER_MS)
    schedule.cancel()
    expect(schedule.isPending).toBe(false)
    await clock.advance(60_000)
    expect(restartedAt).toEqual([])
    expect(clock.pendingTimers).toBe(0)
  })
})

describe('a restart and the work under way', () => {
  it('looks every 500 ms and goes ahead when nothing runs or waits', async () => {
    load = { running: 1, waiting: 1 }
    schedule.request(0, DEFER_MS)
    await clock.advance(1_200)
    load = { running: 0, waiting: 1 }
    await clock.advance(500)
    expect(restartedAt).toEqual([])
    load = { running: 0, waiting: 0 }
    await clock.advance(299)
    expect(restartedAt).toEqual([])
    await clock.advance(1)
    expect(restartedAt).toEqual([2_000])
    expect(said()).toEqual(['restart waits for 2 runs (30 s at most)'])
  })

  it('goes ahead after the longest wait, and says so', async () => {
    load = { running: 1, waiting: 0 }
    schedule.request(0, DEFER_MS)
    await clock.advance(29_999)
    expect(restartedAt).toEqual([])
    await clock.advance(1)
    expect(restartedAt).toEqual([30_000])
    expect(said()).toEqual(['restart waits for 1 run (30 s at most)', 'restart proceeds with 1 run active'])
  })

  it('does not wait when nothing may be waited for', async () => {
    load = { running: 1, waiting: 0 }
    schedule.request(0, 0)
    await clock.advance(0)
    expect(restartedAt).toEqual([0])
  })

  it('can be cancelled while it waits for work', async () => {
    load = { running: 1, waiting: 0 }
    schedule.request(0, DEFER_MS)
    await clock.advance(600)
    schedule.cancel()
    load = { running: 0, waiting: 0 }
    await clock.advance(60_000)
    expect(restartedAt).toEqual([])
  })

  it('a request meanwhile joins it', async () => {
    load = { running: 1, waiting: 0 }
    schedule.request(0, DEFER_MS)
    await clock.advance(600)
    expect(schedule.request(5_000, DEFER_MS)).toMatchObject({ delayMs: 0, coalesced: true })
    load = { running: 0, waiting: 0 }
    await clock.advance(60_000)
    expect(restartedAt).toHaveLength(1)
  })
})
