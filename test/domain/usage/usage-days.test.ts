import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dateOf, usageDays } from '../../../src/domain/usage/usage-days.js'

const NOON = Date.parse('2026-03-10T12:00:00Z')
const HOUR_MS = 60 * 60 * 1000
const iso = (moment: number) => new Date(moment).toISOString()
const seen = (...asked: Parameters<typeof usageDays>) => {
  const { from, until, ...rest } = usageDays(...asked)
  return { ...rest, from: iso(from), until: iso(until) }
}

describe('days of usage', () => {
  it('are the last thirty of UTC', () => {
    expect(seen({}, NOON, 'Asia/Tokyo')).toEqual({
      startDate: '2026-02-09',
      endDate: '2026-03-10',
      days: 30,
      from: '2026-02-09T00:00:00.000Z',
      until: '2026-03-11T00:00:00.000Z',
      offsets: [{ until: null, offsetMs: 0 }],
    })
  })

  it('are those that are asked for, on the clock that is asked for', () => {
    const asked = { startDate: '2026-03-01', endDate: '2026-03-02', mode: 'specific', utcOffset: 'UTC-3:30' }
    expect(seen(asked, NOON, 'UTC')).toEqual({
      startDate: '2026-03-01',
      endDate: '2026-03-02',
      days: 2,
      from: '2026-03-01T03:30:00.000Z',
      until: '2026-03-03T03:30:00.000Z',
      offsets: [{ until: null, offsetMs: -3.5 * HOUR_MS }],
    })
  })

  it('begin where it is that day, not where it is yet another', () => {
    const late = Date.parse('2026-03-10T23:30:00Z')
    expect(seen({ days: 1, mode: 'gateway' }, late, 'Asia/Tokyo')).toMatchObject({
      startDate: '2026-03-11',
      endDate: '2026-03-11',
      from: '2026-03-10T15:00:00.000Z',
      until: '2026-03-11T15:00:00.000Z',
    })
    expect(seen({ days: 1, mode: 'specific', utcOffset: 'UTC+2' }, late, 'UTC').startDate).toBe('2026-03-11')
    expect(seen({ days: 1, mode: 'specific' }, late, 'Asia/Tokyo').startDate).toBe('2026-03-10')
  })

  it('know when the clock of the gateway was changed', () => {
    const asked = { startDate: '2026-03-28', endDate: '2026-10-26', mode: 'gateway' }
    expect(seen(asked, NOON, 'Europe/Berlin')).toMatchObject({
      from: '2026-03-27T23:00:00.000Z',
      until: '2026-10-26T23:00:00.000Z',
      offsets: [
        { until: Date.parse('2026-03-29T01:00:00Z'), offsetMs: HOUR_MS },
        { until: Date.parse('2026-10-25T01:00:00Z'), offsetMs: 2 * HOUR_MS },
        { until: null, offsetMs: HOUR_MS },
      ],
    })
  })

  it('are whole, whatever the zone', () => {
    const zones = fc.constantFrom('Europe/Berlin', 'America/St_Johns', 'Australia/Lord_Howe', 'Africa/Cairo', 'UTC')
    const days = fc.integer({ min: 18_000, max: 21_000 })
    fc.assert(
      fc.property(zones, days, fc.integer({ min: 1, max: 400 }), (zone, first, count) => {
        const asked = { startDate: dateOf(first), endDate: dateOf(first + count - 1), mode: 'gateway' }
        const { from, until, days, offsets } = usageDays(asked, NOON, zone)
        const dayAt = (moment: number) => {
          const offset = offsets.find(({ until }) => until === null || moment < until)
          return Math.floor((moment + (offset?.offsetMs ?? Number.NaN)) / (24 * HOUR_MS))
        }
        expect(days).toBe(count)
        expect([dayAt(from), dayAt(until - 1)]).toEqual([first, first + count - 1])
      }),
      { numRuns: 60 },
    )
  })

  it.each([
    [{ startDate: '2026-02-30' }, 'startDate must be a date such as 2026-01-31, not "2026-02-30"'],
    [{ endDate: 'today' }, 'endDate must be a date such as 2026-01-31, not "today"'],
    [{ startDate: '2026-03-02', endDate: '2026-03-01' }, 'startDate must not be after endDate'],
    [{ mode: 'specific', utcOffset: '+2' }, 'utcOffset must be like UTC+2 or UTC-3:30, not "+2"'],
  ])('are refused where they are none: %j', (asked, message) => {
    expect(() => usageDays(asked, NOON, 'UTC')).toThrow(expect.objectContaining({ code: 'INVALID_REQUEST', message }))
  })
})
