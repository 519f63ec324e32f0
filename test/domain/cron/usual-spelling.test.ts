import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { newJobSpelling, patchSpelling } from '../../../src/domain/cron/usual-spelling.js'
import { cronAddParams } from '../../../src/domain/protocol/methods/cron.js'

const EVERY = { kind: 'every', everyMs: 60_000 }
const TURN = { kind: 'agentTurn', message: 'Anything new?' }

const read = (params: unknown) => cronAddParams().parse(params)

describe('a job as clients write it', () => {
  it('gets what goes without saying', () => {
    expect(read({ schedule: { everyMs: 60_000 }, payload: { message: 'Anything new?' } })).toEqual({
      name: 'Anything new?',
      enabled: true,
      wakeMode: 'now',
      sessionTarget: 'isolated',
      schedule: EVERY,
      payload: TURN,
      delivery: { mode: 'announce' },
    })
  })

  it('may be one for the main session, which answers where it is', () => {
    expect(read({ schedule: { expr: '0 7 * * *', tz: 'Europe/Berlin' }, text: 'Good morning\nall' })).toEqual({
      name: 'Good morning',
      enabled: true,
      wakeMode: 'now',
      sessionTarget: 'main',
      schedule: { kind: 'cron', expr: '0 7 * * *', tz: 'Europe/Berlin' },
      payload: { kind: 'systemEvent', text: 'Good morning\nall' },
    })
  })

  it('goes when it has run, where it runs once', () => {
    const at = '2026-11-22T16:00:00.000Z'
    for (const schedule of [{ at }, { kind: 'at', at }, { atMs: Date.parse(at) }, { at: Date.parse(at) }]) {
      expect(read({ schedule, message: 'x' })).toMatchObject({ schedule: { kind: 'at', at }, deleteAfterRun: true })
    }
    expect(read({ schedule: { at }, message: 'x', deleteAfterRun: false })).toMatchObject({ deleteAfterRun: false })
  })

  it.each([['data'], ['job']])('may be wrapped in %s', (wrapper) => {
    const job = { name: 'n', schedule: EVERY, payload: TURN }
    expect(read({ [wrapper]: job })).toEqual(read(job))
  })

  it('may say in the payload where the answer goes', () => {
    const of = (payload: object) => read({ schedule: EVERY, payload: { ...TURN, ...payload } })
    expect(of({ deliver: false }).delivery).toEqual({ mode: 'none' })
    expect(of({ deliver: true, channel: 'telegram', to: '42', bestEffortDeliver: true }).delivery).toEqual({
      mode: 'announce',
      channel: 'telegram',
      to: '42',
      bestEffort: true,
    })
    expect(of({ channel: 'telegram' }).payload).toEqual(TURN)
    const both = read({ schedule: EVERY, payload: { ...TURN, channel: 'irc' }, delivery: { mode: 'none' } })
    expect(both.delivery).toEqual({ mode: 'none' })
  })

  it('keeps long names short, and what is null away', () => {
    const { name, agentId } = read({ schedule: EVERY, message: 'x'.repeat(500), agentId: null })
    expect(name).toBe(`${'x'.repeat(57)}...`)
    expect(agentId).toBeUndefined()
  })

  it.each([
    [{}, 'name'],
    [{ schedule: EVERY }, 'name'],
    [{ schedule: { kind: 'never' }, message: 'x' }, 'schedule'],
    [{ schedule: EVERY, message: 'x', sessionTarget: 'elsewhere' }, 'sessionTarget'],
    [{ schedule: EVERY, message: 'x', extra: 1 }, ''],
    [{ schedule: { ...EVERY, everyMs: 0 }, message: 'x' }, 'schedule'],
  ])('is refused where it is none: %j', (params, place) => {
    const { success, error } = cronAddParams().safeParse(params)
    expect(success).toBe(false)
    expect(error?.issues.map(({ path }) => String(path[0] ?? ''))).toContain(place)
  })

  it('is never broken, whatever is written', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        newJobSpelling(value)
        patchSpelling(value)
        cronAddParams().safeParse(value)
      }),
    )
  })

  it('stays as it is once it is in the usual spelling', () => {
    const words = fc.string({ minLength: 1 }).filter((text) => text.trim() !== '')
    const schedule = fc.oneof(
      fc.record({ kind: fc.constant('every'), everyMs: fc.integer({ min: 1 }) }),
      fc.record({ kind: fc.constant('cron'), expr: words, tz: words }),
    )
    fc.assert(
      fc.property(schedule, words, fc.boolean(), (plan, message, enabled) => {
        const job = read({ schedule: plan, message, enabled })
        expect(read(job)).toEqual(job)
      }),
    )
  })
})

describe('changes of a job', () => {
  it('are looked at alone', () => {
    expect(patchSpelling({ enabled: false })).toEqual({ enabled: false })
    expect(patchSpelling({ schedule: { everyMs: 5 }, agentId: null })).toEqual({
      schedule: { kind: 'every', everyMs: 5 },
      agentId: null,
    })
    expect(patchSpelling({ payload: { message: 'y', deliver: false } })).toEqual({
      payload: { kind: 'agentTurn', message: 'y' },
      delivery: { mode: 'none' },
    })
  })
})
