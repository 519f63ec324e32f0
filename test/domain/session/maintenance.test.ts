import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { removableSessions } from '../../../src/domain/session/maintenance.js'

const DAY = 86_400_000
const NOW = 100 * DAY
const at = (key: string, daysAgo: number) => ({ key, updatedAt: NOW - daysAgo * DAY })
const none = () => false

describe('sessions that may go', () => {
  it('are those idle for too long, and the longest idle of too many', () => {
    const sessions = [at('new', 0), at('week', 7), at('old', 31), at('month', 30), at('older', 60)]
    const rules = { pruneAfterMs: 30 * DAY, maxEntries: 2 }
    expect(removableSessions(sessions, rules, none, NOW)).toEqual({ idle: ['older', 'old'], excess: ['month'] })
    expect(removableSessions(sessions, { pruneAfterMs: 0, maxEntries: 4 }, none, NOW)).toEqual({
      idle: [],
      excess: ['older'],
    })
    const isKept = (key: string) => key === 'older' || key === 'month'
    expect(removableSessions(sessions, rules, isKept, NOW)).toEqual({ idle: ['old'], excess: ['week', 'new'] })
  })

  it('leave as many as may stay, the newest of those that can go', () => {
    const sessionsOf = fc.uniqueArray(fc.tuple(fc.nat(50), fc.nat(80), fc.boolean()), {
      selector: ([key]) => key,
      maxLength: 40,
    })
    fc.assert(
      fc.property(sessionsOf, fc.nat(60), fc.integer({ min: 1, max: 30 }), (made, days, maxEntries) => {
        const sessions = made.map(([key, age]) => at(`s${key}`, age))
        const kept = new Set(made.filter(([, , isKept]) => isKept).map(([key]) => `s${key}`))
        const rules = { pruneAfterMs: days * DAY, maxEntries }
        const { idle, excess } = removableSessions(sessions, rules, (key) => kept.has(key), NOW)
        const gone = new Set([...idle, ...excess])
        expect(gone.size).toBe(idle.length + excess.length)
        for (const key of gone) expect(kept.has(key)).toBe(false)
        const stay = sessions.filter(({ key }) => !gone.has(key))
        const free = stay.filter(({ key }) => !kept.has(key))
        if (days > 0) for (const { updatedAt } of free) expect(NOW - updatedAt).toBeLessThanOrEqual(rules.pruneAfterMs)
        expect(stay.length <= maxEntries || free.length === 0).toBe(true)
        if (excess.length > 0) expect(stay.length).toBe(Math.max(maxEntries, stay.length - free.length))
      }),
    )
  })
})
