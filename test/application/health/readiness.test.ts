import { describe, expect, it } from 'vitest'
import { FakeClock } from '../../../src/adapters/clock-fake/fake-clock.js'
import { Readiness } from '../../../src/application/health/readiness.js'

describe('Readiness', () => {
  function asked(count: () => Promise<number>, missing: readonly string[] = []) {
    const clock = new FakeClock()
    let calls = 0
    const store = {
      count: () => {
        calls += 1
        return count()
      },
    }
    return { clock, readiness: new Readiness(store, () => missing, clock), calls: () => calls }
  }

  it('is there when the store answers', async () => {
    const { readiness } = asked(async () => 0)
    expect(await readiness.judge()).toEqual({ isReady: true, checks: { store: { ok: true }, channels: { ok: true } } })
  })

  it('is not there while a channel is away that it must not be without', async () => {
    const { readiness } = asked(async () => 0, ['irc/work', 'telegram/default'])
    expect(await readiness.judge()).toEqual({
      isReady: false,
      checks: { store: { ok: true }, channels: { ok: false, reason: 'not connected: irc/work, telegram/default' } },
    })
  })

  it('is not there when the store fails, and says why', async () => {
    const { readiness } = asked(async () => {
      throw new Error('the disk is full')
    })
    expect(await readiness.judge()).toEqual({
      isReady: false,
      checks: { store: { ok: false, reason: 'the disk is full' }, channels: { ok: true } },
    })
  })

  it('does not wait for a store that keeps silent', async () => {
    const { clock, readiness } = asked(() => new Promise(() => undefined))
    const judged = readiness.judge()
    await clock.advance(2_000)
    expect(await judged).toEqual({
      isReady: false,
      checks: { store: { ok: false, reason: 'no answer within 2000 ms' }, channels: { ok: true } },
    })
  })

  it('looks at most once a second, however many ask', async () => {
    const { clock, readiness, calls } = asked(async () => 0)
    await Promise.all([readiness.judge(), readiness.judge()])
    await clock.advance(999)
    await readiness.judge()
    expect(calls()).toBe(1)
    await clock.advance(1)
    await readiness.judge()
    expect(calls()).toBe(2)
  })
})
