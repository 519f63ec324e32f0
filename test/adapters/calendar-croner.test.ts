import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CronerCalendar } from '../../src/adapters/calendar-croner/croner-calendar.js'

const calendar = new CronerCalendar()

async function times(expr: string, zone: string | undefined, from: string, count: number): Promise<string[]> {
  const found: string[] = []
  let after = Date.parse(from)
  for (let nr = 0; nr < count; nr++) {
    const next = await calendar.next(expr, zone, after)
    if (next === null) break
    found.push(new Date(next).toISOString())
    after = next
  }
  return found
}

describe('the calendar', () => {
  it('finds the moments of an expression in its zone', async () => {
    expect(await times('0 7 * * 1-5', 'Europe/Berlin', '2026-11-20T06:00:00Z', 2)).toEqual([
      '2026-11-23T06:00:00.000Z',
      '2026-11-24T06:00:00.000Z',
    ])
    expect(await times('*/20 * * * * *', 'UTC', '2026-11-20T06:00:05Z', 2)).toEqual([
      '2026-11-20T06:00:20.000Z',
      '2026-11-20T06:00:40.000Z',
    ])
    expect(await times('0 0 29 2 *', 'UTC', '2026-11-20T06:00:00Z', 1)).toEqual(['2028-02-29T00:00:00.000Z'])
    expect(await times('0 0 0 1 1 * 2030', 'UTC', '2026-11-20T06:00:00Z', 2)).toEqual(['2030-01-01T00:00:00.000Z'])
  })

  it('has one moment a day where clocks are put forward, and where they are put back', async () => {
    expect(await times('30 2 * * *', 'Europe/Berlin', '2026-03-28T00:00:00Z', 3)).toEqual([
      '2026-03-28T01:30:00.000Z',
      '2026-03-29T01:00:00.000Z',
      '2026-03-30T00:30:00.000Z',
    ])
    expect(await times('30 2 * * *', 'Europe/Berlin', '2026-10-24T00:00:00Z', 3)).toEqual([
      '2026-10-24T00:30:00.000Z',
      '2026-10-25T00:30:00.000Z',
      '2026-10-26T01:30:00.000Z',
    ])
  })

  it('never looks back', async () => {
    const field = (max: number) =>
      fc.oneof(
        fc.constant('*'),
        fc.integer({ min: 1, max: max - 1 }).map(String),
        fc.integer({ min: 2, max: 20 }).map((step) => `*/${step}`),
      )
    await fc.assert(
      fc.asyncProperty(
        field(60),
        field(24),
        fc.integer({ min: 0, max: 4_000_000_000_000 }),
        async (minute, hour, after) => {
          const next = await calendar.next(`${minute} ${hour} * * *`, 'America/New_York', after)
          expect(next).toBeGreaterThan(after)
          expect((next ?? 0) % 60_000).toBe(0)
        },
      ),
      { numRuns: 50 },
    )
  })

  it.each([
    ['0 7 * * *', undefined, null],
    ['0 7 * * *', 'Europe/Berlin', null],
    ['0 7 * *', undefined, '"0 7 * *" has 4 fields; a cron expression has 5 to 7'],
    ['61 * * * *', undefined, '"61 * * * *" is no cron expression: '],
    ['a b c d e', undefined, '"a b c d e" is no cron expression: '],
    ['0 7 * * *', 'Berlin', '"Berlin" is no time zone; write it like Europe/Berlin'],
    ['0 0 30 2 *', undefined, '"0 0 30 2 *" fits no moment to come'],
    ['', undefined, 'has'],
  ])('says what is wrong with %j in %s', async (expr, zone, problem) => {
    const found = await calendar.problemOf(expr, zone)
    if (problem === null) expect(found).toBeNull()
    else expect(found).toContain(problem)
  })

  it('says so for anything', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), fc.option(fc.string(), { nil: undefined }), async (expr, zone) => {
        const problem = await calendar.problemOf(expr, zone)
        expect(problem === null || problem.length > 0).toBe(true)
      }),
    )
  })
})
