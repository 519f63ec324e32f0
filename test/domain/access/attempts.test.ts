import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type AttemptRules, Attempts } from '../../../src/domain/access/attempts.js'
import { CREDENTIAL_KINDS, type CredentialKind } from '../../../src/domain/access/credential-kind.js'

const NOW = 1_700_000_000_000
const RULES: AttemptRules = { maxAttempts: 3, windowMs: 60_000, lockoutMs: 300_000 }

function attempts(rules: Partial<AttemptRules> = {}, maxRecords = 10_000): Attempts {
  return new Attempts(() => ({ ...RULES, ...rules }), { maxRecords })
}

/** Fails so often, all at `now`; the outcome of the last. */
function failTimes(times: number, subject: Attempts, household: string, now = NOW): number | null {
  let lockedForMs: number | null = null
  for (let nr = 0; nr < times; nr += 1) lockedForMs = subject.failed('shared-secret', household, now).lockedForMs
  return lockedForMs
}

describe('Attempts', () => {
  it('locks with the last failure that the rules allow, and for as long as they say', () => {
    const subject = attempts()
    expect(failTimes(2, subject, 'a')).toBeNull()
    expect(subject.waitMs('shared-secret', 'a', NOW)).toBe(0)
    expect(subject.failed('shared-secret', 'a', NOW + 10)).toEqual({ lockedForMs: 300_000 })
    expect(subject.waitMs('shared-secret', 'a', NOW + 10)).toBe(300_000)
    expect(subject.waitMs('shared-secret', 'a', NOW + 300_009)).toBe(1)
    expect(subject.waitMs('shared-secret', 'a', NOW + 300_010)).toBe(0)
  })

  it('counts each kind and each household on its own', () => {
    const subject = attempts()
    failTimes(3, subject, 'a')
    expect(subject.waitMs('device-token', 'a', NOW)).toBe(0)
    expect(subject.waitMs('shared-secret', 'b', NOW)).toBe(0)
    expect(subject.failed('device-token', 'a', NOW)).toEqual({ lockedForMs: null })
  })

  it('counts failures within the window only', () => {
    const subject = attempts()
    const at = (ms: number) => subject.failed('hooks', 'a', NOW + ms).lockedForMs
    expect([at(0), at(30_000), at(60_000), at(89_999)]).toEqual([null, null, null, 300_000])
    expect(subject.waitMs('hooks', 'a', NOW + 89_999)).toBe(300_000)
  })

  it('neither lengthens a lock nor tells it again when what began before it fails', () => {
    const subject = attempts()
    failTimes(3, subject, 'a')
    expect(failTimes(5, subject, 'a', NOW + 1_000)).toBeNull()
    expect(subject.waitMs('shared-secret', 'a', NOW + 1_000)).toBe(299_000)
  })

  it('begins anew after a lock', () => {
    const subject = attempts()
    failTimes(3, subject, 'a')
    expect(failTimes(2, subject, 'a', NOW + 300_000)).toBeNull()
    expect(failTimes(1, subject, 'a', NOW + 300_000)).toBe(300_000)
  })

  it('forgets everything on success, and tells whether that lifted a lock', () => {
    const subject = attempts()
    failTimes(2, subject, 'a')
    expect(subject.succeeded('shared-secret', 'a')).toBe(false)
    expect(failTimes(2, subject, 'a')).toBeNull()
    expect(failTimes(1, subject, 'a')).toBe(300_000)
    expect(subject.succeeded('shared-secret', 'a')).toBe(true)
    expect(subject.waitMs('shared-secret', 'a', NOW)).toBe(0)
    expect(subject.size).toBe(0)
    expect(subject.succeeded('shared-secret', 'a')).toBe(false)
  })

  it('only counts where lockouts are switched off, and keeps no more than it needs', () => {
    let lockoutMs = 0
    const subject = new Attempts(() => ({ ...RULES, lockoutMs }))
    expect(failTimes(100, subject, 'a')).toBeNull()
    expect(subject.waitMs('shared-secret', 'a', NOW)).toBe(0)
    expect(subject.failureCount).toBe(3)
    lockoutMs = 5_000
    expect(failTimes(1, subject, 'a')).toBe(5_000)
  })

  it('reads the rules at each use and leaves locks that exist as they are', () => {
    let rules = RULES
    const subject = new Attempts(() => rules)
    failTimes(3, subject, 'a')
    rules = { maxAttempts: 1, windowMs: 1_000, lockoutMs: 2_000 }
    expect(failTimes(1, subject, 'b')).toBe(2_000)
    expect(subject.waitMs('shared-secret', 'a', NOW)).toBe(300_000)
    expect(subject.locks(NOW).map(({ household }) => household)).toEqual(['b', 'a'])
  })

  describe('when the clock is set back', () => {
    it('locks nobody for longer', () => {
      const subject = attempts()
      failTimes(3, subject, 'a')
      expect(subject.waitMs('shared-secret', 'a', NOW + 100_000)).toBe(200_000)
      const back = NOW - 86_400_000
      expect(subject.waitMs('shared-secret', 'a', back)).toBe(200_000)
      expect(subject.waitMs('shared-secret', 'a', back + 200_000)).toBe(0)
    })

    it('tells locks by the clock as it stands now', () => {
      const subject = attempts()
      failTimes(3, subject, 'a')
      expect(subject.locks(NOW - 5_000)).toEqual([
        { kind: 'shared-secret', household: 'a', until: NOW - 5_000 + 300_000 },
      ])
    })

    it('never makes anybody wait longer than a lockout, whatever it shows', () => {
      fc.assert(
        fc.property(fc.array(fc.integer({ min: -1e9, max: 1e9 })), (skips) => {
          const subject = attempts()
          let now = NOW
          for (const skipMs of skips) {
            now += skipMs
            subject.failed('hooks', 'a', now)
            expect(subject.waitMs('hooks', 'a', now)).toBeLessThanOrEqual(300_000)
          }
        }),
      )
    })
  })

  describe('over a restart', () => {
    it('keeps locks, in the order in which they end', () => {
      const before = attempts()
      failTimes(3, before, 'b', NOW)
      failTimes(3, before, 'a', NOW + 1_000)
      failTimes(2, before, 'c', NOW + 1_000)
      const locks = before.locks(NOW + 2_000)
      expect(locks).toEqual([
        { kind: 'shared-secret', household: 'b', until: NOW + 300_000 },
        { kind: 'shared-secret', household: 'a', until: NOW + 301_000 },
      ])
      const after = attempts()
      after.restore(locks.toReversed(), NOW + 10_000)
      expect(after.locks(NOW + 10_000)).toEqual(locks)
      expect(after.waitMs('shared-secret', 'b', NOW + 10_000)).toBe(290_000)
      expect(after.locks(NOW + 300_500).map(({ household }) => household)).toEqual(['a'])
    })

    it('drops what has ended, and shortens what would last longer than a lockout does', () => {
      const subject = attempts()
      const lock = (household: string, until: number) => ({ kind: 'hooks', household, until }) as const
      subject.restore([lock('ended', NOW), lock('far', NOW + 1e12), lock('odd', Number.NaN)], NOW)
      expect(subject.locks(NOW)).toEqual([lock('far', NOW + 300_000)])
      const without = attempts({ lockoutMs: 0 })
      without.restore([lock('a', NOW + 1_000)], NOW)
      expect(without.size).toBe(0)
    })

    it('prefers the longer of two locks for the same, and locks whoever has failed meanwhile', () => {
      const subject = attempts()
      failTimes(2, subject, 'a')
      failTimes(3, subject, 'b')
      const lock = (household: string, until: number) => ({ kind: 'shared-secret', household, until }) as const
      subject.restore([lock('a', NOW + 50), lock('a', NOW + 70), lock('a', NOW + 60), lock('b', NOW + 10)], NOW)
      expect(subject.waitMs('shared-secret', 'a', NOW)).toBe(70)
      expect(subject.waitMs('shared-secret', 'b', NOW)).toBe(300_000)
      expect([subject.size, subject.failureCount]).toEqual([2, 0])
    })
  })

  describe('when it is full', () => {
    it('forgets whoever failed least recently and is not locked', () => {
      const subject = attempts({}, 3)
      failTimes(3, subject, 'locked', NOW)
      failTimes(2, subject, 'early', NOW + 1)
      failTimes(1, subject, 'late', NOW + 2)
      failTimes(1, subject, 'newcomer', NOW + 3)
      expect(subject.size).toBe(3)
      expect(failTimes(2, subject, 'late', NOW + 4)).toBe(300_000)
      expect(subject.waitMs('shared-secret', 'locked', NOW + 4)).toBeGreaterThan(0)
      expect(failTimes(1, subject, 'early', NOW + 5)).toBeNull()
    })

    it('lets the lock go that ends first where all are locked', () => {
      let lockoutMs = 300_000
      const subject = new Attempts(() => ({ ...RULES, lockoutMs }), { maxRecords: 2 })
      failTimes(3, subject, 'long')
      lockoutMs = 1_000
      failTimes(3, subject, 'short')
      failTimes(1, subject, 'newcomer')
      expect(subject.waitMs('shared-secret', 'short', NOW)).toBe(0)
      expect(subject.waitMs('shared-secret', 'long', NOW)).toBe(300_000)
    })

    it('restores the locks that end last', () => {
      const subject = attempts({}, 2)
      const locks = [3_000, 1_000, 2_000].map((ms) => ({ kind: 'hooks', household: `${ms}`, until: NOW + ms }) as const)
      subject.restore(locks, NOW)
      expect(subject.locks(NOW).map(({ household }) => household)).toEqual(['2000', '3000'])
    })

    it('keeps no more failures of few than it would of many', () => {
      const subject = attempts({ maxAttempts: 1_000 }, 5)
      for (let nr = 0; nr < 400; nr += 1) failTimes(1, subject, `${nr % 4}`)
      expect(subject.failureCount).toBeLessThanOrEqual(50)
      expect(failTimes(999, subject, 'alone')).toBeNull()
      expect(failTimes(1, subject, 'alone'), 'even so somebody alone is counted in full').toBe(300_000)
    })

    it('takes names of any length for the same when they begin alike', () => {
      const subject = attempts()
      failTimes(3, subject, 'x'.repeat(100_000))
      const [lock] = subject.locks(NOW)
      expect(lock?.household).toBe('x'.repeat(64))
      expect(subject.waitMs('shared-secret', 'x'.repeat(64), NOW)).toBe(300_000)
    })
  })

  describe('against a model that forgets nothing', () => {
    it('decides the same', () => {
      fc.assert(
        fc.property(rules, steps, (given, sequence) => {
          const subject = new Attempts(() => given)
          const model = new NaiveAttempts(given)
          play(sequence, subject, (step, outcome, now) => {
            expect(outcome, JSON.stringify(step)).toEqual(act(model, step, now))
            expect(subject.waitMs(step.kind, step.household, now)).toBe(model.waitMs(step.kind, step.household, now))
            expect(new Set(subject.locks(now).map(keyOf))).toEqual(new Set(model.locks(now)))
          })
        }),
        { numRuns: 300 },
      )
    })

    it('never remembers more than it may', () => {
      fc.assert(
        fc.property(rules, steps, fc.integer({ min: 1, max: 4 }), (given, sequence, maxRecords) => {
          const subject = new Attempts(() => given, { maxRecords })
          play(sequence, subject, (step, _, now) => {
            expect(subject.size).toBeLessThanOrEqual(maxRecords)
            expect(subject.failureCount).toBeLessThanOrEqual(Math.max(maxRecords * 10, given.maxAttempts))
            expect(subject.waitMs(step.kind, step.household, now)).toBeLessThanOrEqual(given.lockoutMs)
          })
        }),
      )
    })

    it('does the same again', () => {
      fc.assert(
        fc.property(rules, steps, fc.integer({ min: 1, max: 4 }), (given, sequence, maxRecords) => {
          const run = () => {
            const outcomes: unknown[] = []
            const subject = new Attempts(() => given, { maxRecords })
            play(sequence, subject, (_, outcome, now) => outcomes.push(outcome, subject.locks(now), subject.size))
            return outcomes
          }
          expect(run()).toEqual(run())
        }),
      )
    })
  })
})

interface Step {
  readonly do: 'fail' | 'succeed'
  readonly kind: CredentialKind
  readonly household: string
  readonly afterMs: number
}

const rules: fc.Arbitrary<AttemptRules> = fc.record({
  maxAttempts: fc.integer({ min: 1, max: 4 }),
  windowMs: fc.integer({ min: 1, max: 40 }),
  lockoutMs: fc.integer({ min: 0, max: 60 }),
})

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.record({
    do: fc.constantFrom<Step['do'][]>('fail', 'fail', 'fail', 'fail', 'fail', 'succeed'),
    kind: fc.constantFrom(...CREDENTIAL_KINDS.slice(0, 2)),
    household: fc.constantFrom('a', 'b', 'c', 'd'),
    afterMs: fc.nat(15),
  }),
  { maxLength: 80 },
)

function play(
  sequence: readonly Step[],
  subject: Attempts,
  look: (step: Step, outcome: unknown, now: number) => void,
): void {
  let now = NOW
  for (const step of sequence) {
    now += step.afterMs
    look(step, act(subject, step, now), now)
  }
}

type Acting = Pick<Attempts, 'failed'> & { succeeded(kind: CredentialKind, household: string): unknown }

/** The outcome of a failure; nothing for a success. */
function act(subject: Acting, { do: what, kind, household }: Step, now: number): unknown {
  if (what === 'fail') return subject.failed(kind, household, now)
  subject.succeeded(kind, household)
  return undefined
}

function keyOf({ kind, household }: { readonly kind: string; readonly household: string }): string {
  return `${kind} ${household}`
}

/** The rules word for word: every failure ever, no bound. */
class NaiveAttempts implements Acting {
  readonly #rules: AttemptRules
  readonly #failures = new Map<string, number[]>()
  readonly #locks = new Map<string, number>()

  constructor(rules: AttemptRules) {
    this.#rules = rules
  }

  waitMs(kind: CredentialKind, household: string, now: number): number {
    return Math.max(0, (this.#locks.get(keyOf({ kind, household })) ?? 0) - now)
  }

  failed(kind: CredentialKind, household: string, now: number): { readonly lockedForMs: number | null } {
    const { maxAttempts, windowMs, lockoutMs } = this.#rules
    const key = keyOf({ kind, household })
    if (this.waitMs(kind, household, now) > 0) return { lockedForMs: null }
    const failures = [...(this.#failures.get(key) ?? []), now]
    this.#failures.set(key, failures)
    const recent = failures.filter((at) => at > now - windowMs)
    if (lockoutMs === 0 || recent.length < maxAttempts) return { lockedForMs: null }
    this.#failures.delete(key)
    this.#locks.set(key, now + lockoutMs)
    return { lockedForMs: lockoutMs }
  }

  succeeded(kind: CredentialKind, household: string): void {
    this.#failures.delete(keyOf({ kind, household }))
    this.#locks.delete(keyOf({ kind, household }))
  }

  locks(now: number): readonly string[] {
    return [...this.#locks].filter(([, until]) => until > now).map(([key]) => key)
  }
}
