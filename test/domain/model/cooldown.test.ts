import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  afterFailure,
  afterNewConfig,
  afterSuccess,
  type Cooldown,
  isCooldownReason,
  isCooling,
  LONGEST_COOLDOWN_MS,
} from '../../../src/domain/model/cooldown.js'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const REASONS = ['rate-limit', 'overloaded', 'timeout', 'auth', 'billing'] as const
const HARMLESS = ['format', 'context-overflow', 'unknown-model', 'connection', 'provider', 'toString'] as const

/** Waits in milliseconds of failures that follow each other as soon as the wait is over. */
function waits(code: string, count: number, retryAfterMs?: number): number[] {
  const found: number[] = []
  let cooldown: Cooldown | undefined
  let now = 1_000
  for (let round = 0; round < count; round += 1) {
    cooldown = afterFailure(cooldown, { code, startedAt: now, failedAt: now, retryAfterMs })
    found.push((cooldown?.until ?? now) - now)
    now = cooldown?.until ?? now
  }
  return found
}

describe('the wait of a key', () => {
  it.each([
    ['rate-limit', [MINUTE, 5 * MINUTE, 25 * MINUTE, HOUR, HOUR]],
    ['overloaded', [MINUTE, 5 * MINUTE, 25 * MINUTE, HOUR, HOUR]],
    ['timeout', [MINUTE, 5 * MINUTE, 25 * MINUTE, HOUR, HOUR]],
    ['auth', [HOUR, HOUR, HOUR]],
    ['billing', [5 * HOUR, 10 * HOUR, 20 * HOUR, 24 * HOUR, 24 * HOUR]],
  ] as const)('after %s grows', (code, expected) => {
    expect(waits(code, expected.length)).toEqual(expected)
  })

  it('is what the provider asks for, and longer when that was not enough', () => {
    expect(waits('rate-limit', 3, 7_000)).toEqual([7_000, MINUTE, 5 * MINUTE])
    expect(waits('rate-limit', 2, 2 * HOUR)).toEqual([2 * HOUR, 2 * HOUR])
    expect(waits('rate-limit', 1, 400 * HOUR)).toEqual([LONGEST_COOLDOWN_MS])
  })

  it.each(HARMLESS)('does not come from %s', (code) => {
    expect(isCooldownReason(code)).toBe(false)
    expect(afterFailure(undefined, { code, startedAt: 1, failedAt: 2, retryAfterMs: 9_000 })).toBeUndefined()
  })

  it('counts parallel attempts that fail together once', () => {
    let cooldown: Cooldown | undefined
    for (const failedAt of [100, 110, 120]) {
      cooldown = afterFailure(cooldown, { code: 'rate-limit', startedAt: 50, failedAt })
    }
    expect(cooldown).toEqual({ reason: 'rate-limit', failures: 1, since: 100, until: 120 + MINUTE })
  })

  it('begins anew after a day in peace, and for another reason', () => {
    const before: Cooldown = { reason: 'overloaded', failures: 3, since: 0, until: 25 * MINUTE }
    const late = 26 * HOUR
    expect(afterFailure(before, { code: 'overloaded', startedAt: late, failedAt: late })?.failures).toBe(1)
    expect(afterFailure(before, { code: 'timeout', startedAt: HOUR, failedAt: HOUR })).toMatchObject({
      reason: 'timeout',
      failures: 1,
    })
  })

  it('ends with a success that began after it, and with a new configuration if it is about the key', () => {
    const before: Cooldown = { reason: 'auth', failures: 1, since: 100, until: 100 + HOUR }
    expect(afterSuccess(before, 99)).toBe(before)
    expect(afterSuccess(before, 100)).toBeUndefined()
    expect(afterNewConfig(before)).toBeUndefined()
    expect(afterNewConfig({ ...before, reason: 'billing' })).toBeUndefined()
    expect(afterNewConfig({ ...before, reason: 'overloaded' })).toBeDefined()
  })
})

describe('any history of failures', () => {
  const failure = fc.record({
    code: fc.constantFrom(...REASONS, ...HARMLESS),
    pauseMs: fc.integer({ min: 0, max: 30 * HOUR }),
    tookMs: fc.integer({ min: 0, max: 10 * MINUTE }),
    retryAfterMs: fc.option(fc.integer({ min: 0, max: 48 * HOUR }), { nil: undefined }),
  })

  it('never shortens a wait, never exceeds a day, and respects what the provider asks for', () => {
    fc.assert(
      fc.property(fc.array(failure, { maxLength: 30 }), (failures) => {
        let cooldown: Cooldown | undefined
        let now = 1_000_000_000
        for (const { code, pauseMs, tookMs, retryAfterMs } of failures) {
          now += pauseMs
          const before = cooldown
          cooldown = afterFailure(before, { code, startedAt: now - tookMs, failedAt: now, retryAfterMs })
          if (!isCooldownReason(code)) expect(cooldown).toBe(before)
          else {
            expect(isCooling(cooldown, now) || retryAfterMs === 0).toBe(true)
            expect(cooldown?.until).toBeGreaterThanOrEqual(before?.until ?? 0)
            expect(cooldown?.until).toBeGreaterThanOrEqual(now + Math.min(retryAfterMs ?? 0, LONGEST_COOLDOWN_MS))
            expect(cooldown?.until).toBeLessThanOrEqual(now + LONGEST_COOLDOWN_MS)
          }
        }
      }),
    )
  })
})
