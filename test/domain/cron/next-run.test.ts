import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nextRunOf } from '../../../src/domain/cron/next-run.js'

const never = async () => null
const atMinutes = async (_expr: string, _tz: string | undefined, afterMs: number) =>
  (Math.floor(afterMs / 60_000) + 1) * 60_000

describe('the next run', () => {
  it('of a job that runs once is its time, until it has run', async () => {
    const schedule = { kind: 'at', at: '1970-01-01T00:01:00Z' } as const
    const job = { id: 'a', schedule, createdAtMs: 0, state: {} }
    expect(await nextRunOf(job, 0, never)).toBe(60_000)
    expect(await nextRunOf(job, 90_000, never)).toBe(60_000)
    expect(await nextRunOf({ ...job, state: { lastRunAtMs: 59_999 } }, 90_000, never)).toBe(60_000)
    expect(await nextRunOf({ ...job, state: { lastRunAtMs: 60_000 } }, 90_000, never)).toBeNull()
  })

  it('of an interval keeps the beat of its anchor', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 10 ** 8 }),
        fc.integer({ min: 0, max: 10 ** 9 }),
        fc.integer({ min: 0, max: 10 ** 9 }),
        fc.boolean(),
        async (everyMs, anchor, afterMs, isWritten) => {
          const schedule = { kind: 'every' as const, everyMs, ...(isWritten ? { anchorMs: anchor } : {}) }
          const next = await nextRunOf({ id: 'a', schedule, createdAtMs: anchor, state: {} }, afterMs, never)
          expect(next).not.toBeNull()
          const time = next ?? 0
          expect((time - anchor) % everyMs).toBe(0)
          expect(time).toBeGreaterThanOrEqual(anchor)
          if (afterMs >= anchor) {
            expect(time).toBeGreaterThan(afterMs)
            expect(time - afterMs).toBeLessThanOrEqual(everyMs)
          } else expect(time).toBe(anchor)
        },
      ),
    )
  })

  it('of an expression is late by less than its stagger, always by the same', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uuid(),
        fc.integer({ min: 0, max: 50_000 }),
        fc.integer({ min: 60_000, max: 10 ** 9 }),
        async (id, staggerMs, afterMs) => {
          const schedule = { kind: 'cron' as const, expr: '* * * * *', staggerMs }
          const job = { id, schedule, createdAtMs: 0, state: {} }
          const next = (await nextRunOf(job, afterMs, atMinutes)) ?? 0
          const after = (await nextRunOf(job, next, atMinutes)) ?? 0
          expect(next).toBeGreaterThan(afterMs)
          expect(next % 60_000).toBeLessThan(Math.max(1, staggerMs))
          expect(after - next).toBe(60_000)
        },
      ),
    )
  })

  it('spreads jobs', async () => {
    const lates = new Set<number>()
    for (let nr = 0; nr < 50; nr++) {
      const schedule = { kind: 'cron' as const, expr: '* * * * *', staggerMs: 60_000 }
      lates.add(
        ((await nextRunOf({ id: `job-${nr}`, schedule, createdAtMs: 0, state: {} }, 0, atMinutes)) ?? 0) % 60_000,
      )
    }
    expect(lates.size).toBeGreaterThan(40)
  })

  it('is none where the expression fits nothing', async () => {
    const schedule = { kind: 'cron', expr: '0 0 30 2 *' } as const
    expect(await nextRunOf({ id: 'a', schedule, createdAtMs: 0, state: {} }, 0, never)).toBeNull()
  })
})
