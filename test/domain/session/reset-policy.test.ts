import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { gatewayConfigSchema } from '../../../src/domain/config/config.js'
import { isOver, latestHour, resetPolicyFor, resetTypeOf } from '../../../src/domain/session/reset-policy.js'
import { wallClock } from '../../../src/domain/session/wall-clock.js'

const ZONES = ['UTC', 'America/New_York', 'Europe/Berlin', 'Australia/Lord_Howe', 'Pacific/Apia', 'Asia/Kathmandu']
const moment = (text: string) => Date.parse(text)

describe('the latest occurrence of an hour', () => {
  it.each([
    ['before it today', 'Europe/Berlin', 4, '2026-06-10T01:59:00Z', '2026-06-09T02:00:00Z'],
    ['at the very moment', 'Europe/Berlin', 4, '2026-06-10T02:00:00Z', '2026-06-10T02:00:00Z'],
    ['after it today', 'Europe/Berlin', 4, '2026-06-10T20:00:00Z', '2026-06-10T02:00:00Z'],
    ['in winter', 'Europe/Berlin', 4, '2026-01-10T20:00:00Z', '2026-01-10T03:00:00Z'],
    ['on the day that skips it', 'Europe/Berlin', 2, '2026-03-29T12:00:00Z', '2026-03-29T01:00:00Z'],
    ['on the day that has it twice, the first', 'Europe/Berlin', 2, '2026-10-25T12:00:00Z', '2026-10-25T00:00:00Z'],
    ['between both of them', 'Europe/Berlin', 2, '2026-10-25T00:30:00Z', '2026-10-25T00:00:00Z'],
    ['in New York, skipped', 'America/New_York', 2, '2026-03-08T18:00:00Z', '2026-03-08T07:00:00Z'],
    ['in New York, twice', 'America/New_York', 1, '2026-11-01T18:00:00Z', '2026-11-01T05:00:00Z'],
    ['where clocks change by half an hour', 'Australia/Lord_Howe', 2, '2026-10-04T05:00:00Z', '2026-10-03T15:30:00Z'],
    ['where offsets are odd', 'Asia/Kathmandu', 4, '2026-06-10T12:00:00Z', '2026-06-09T22:15:00Z'],
  ])('%s', (_, zone, hour, now, expected) => {
    expect(new Date(latestHour(moment(now), hour, zone)).toISOString()).toBe(new Date(expected).toISOString())
  })

  it('never lies in the future, never goes back as time goes on, and is at most two days old', () => {
    const time = fc.integer({ min: moment('2020-01-01T00:00:00Z'), max: moment('2030-01-01T00:00:00Z') })
    const rule = fc.record({ zone: fc.constantFrom(...ZONES), hour: fc.integer({ min: 0, max: 23 }) })
    fc.assert(
      fc.property(time, fc.integer({ min: 0, max: 3 * 86_400_000 }), rule, (now, later, { zone, hour }) => {
        const latest = latestHour(now, hour, zone)
        expect(latest).toBeLessThanOrEqual(now)
        expect(now - latest).toBeLessThan(49 * 3_600_000)
        expect(latestHour(now + later, hour, zone)).toBeGreaterThanOrEqual(latest)
        expect(wallClock(zone).at(latest).hour).toBeGreaterThanOrEqual(hour)
      }),
      { numRuns: 300 },
    )
  })
})

describe('a conversation', () => {
  const now = moment('2026-06-10T12:00:00Z')
  const touched = (text: string) => moment(text)

  it.each([
    ['of this morning goes on', { mode: 'daily', atHour: 4 }, '2026-06-10T05:00:00Z', false],
    ['of last night is over', { mode: 'daily', atHour: 4 }, '2026-06-10T01:00:00Z', true],
    [
      'that was silent for too long is over',
      { mode: 'daily', atHour: 4, idleMinutes: 30 },
      '2026-06-10T11:29:00Z',
      true,
    ],
    [
      'that was silent for exactly as long goes on',
      { mode: 'idle', atHour: 4, idleMinutes: 30 },
      '2026-06-10T11:30:00Z',
      false,
    ],
    [
      'of last night goes on where only silence counts',
      { mode: 'idle', atHour: 4, idleMinutes: 6000 },
      '2026-06-09T12:00:00Z',
      false,
    ],
  ] as const)('%s', (_, policy, updatedAt, over) => {
    expect(isOver(touched(updatedAt), policy, now, 'UTC')).toBe(over)
  })
})

describe('the policy of a conversation', () => {
  const session = (value: object) => gatewayConfigSchema().parse({ session: value }).session

  it('is daily at four by default', () => {
    expect(resetPolicyFor(session({}), 'direct', undefined)).toEqual({ mode: 'daily', atHour: 4 })
  })

  it('is an hour of silence where idle is all that is said', () => {
    expect(resetPolicyFor(session({ reset: { mode: 'idle' } }), 'direct', undefined)).toMatchObject({ idleMinutes: 60 })
  })

  it('is that of its type, field by field over the general one', () => {
    const settings = session({ reset: { atHour: 6 }, resetByType: { group: { idleMinutes: 10 } } })
    expect(resetPolicyFor(settings, 'group', undefined)).toEqual({ mode: 'daily', atHour: 6, idleMinutes: 10 })
    expect(resetPolicyFor(settings, 'direct', undefined)).toEqual({ mode: 'daily', atHour: 6 })
  })

  it('is that of its channel alone', () => {
    const settings = session({ reset: { atHour: 6, idleMinutes: 5 }, resetByChannel: { irc: { mode: 'idle' } } })
    expect(resetPolicyFor(settings, 'group', 'irc')).toEqual({ mode: 'idle', atHour: 4, idleMinutes: 60 })
    expect(resetPolicyFor(settings, 'group', 'telegram')).toEqual({ mode: 'daily', atHour: 6, idleMinutes: 5 })
  })

  it.each([
    ['agent:main:main', 'direct'],
    ['agent:group:main', 'direct'],
    ['agent:thread:main', 'direct'],
    ['agent:main:telegram:group:7', 'group'],
    ['agent:main:slack:channel:c', 'group'],
    ['agent:main:telegram:group:7:topic:3', 'thread'],
    ['agent:main:slack:channel:c:thread:1', 'thread'],
  ])('of %s is that for %s', (key, type) => {
    expect(resetTypeOf(key)).toBe(type)
  })
})
