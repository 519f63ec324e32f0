import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { problemOfJob, timeOf } from '../../../src/domain/cron/job-problem.js'
import { cronAddParams } from '../../../src/domain/protocol/methods/cron.js'

const NOW = Date.parse('2026-11-22T12:00:00Z')
const job = (fields: object) => cronAddParams().parse({ schedule: { everyMs: 1000 }, message: 'x', ...fields })
const problem = (fields: object) => problemOfJob(job(fields), NOW)

describe('what is wrong with a job', () => {
  it('is nothing where everything fits', () => {
    expect(problem({})).toBeNull()
    expect(problem({ message: undefined, text: 'x' })).toBeNull()
    expect(problem({ delivery: { mode: 'webhook', to: 'https://example.org/x' } })).toBeNull()
    expect(problem({ schedule: { at: '2026-11-22T12:00:01Z' } })).toBeNull()
  })

  it.each([
    [{ sessionTarget: 'main' }, 'at /payload/kind: jobs with sessionTarget "main" take a systemEvent'],
    [
      { message: undefined, text: 'x', sessionTarget: 'isolated' },
      'at /payload/kind: jobs with sessionTarget "isolated" take an agentTurn',
    ],
    [{ message: undefined, text: 'x', delivery: { mode: 'announce' } }, 'at /delivery/mode: '],
    [{ delivery: { mode: 'webhook' } }, 'at /delivery/to: a webhook needs an http or https address'],
    [{ delivery: { mode: 'webhook', to: 'file:///etc/passwd' } }, 'at /delivery/to: '],
    [{ schedule: { at: 'tomorrow' } }, 'at /schedule/at: must be a time like 2026-11-22T16:00:00Z'],
    [{ schedule: { at: '2026-11-22T11:58:00Z' } }, 'at /schedule/at: 2026-11-22T11:58:00Z is in the past'],
    [{ schedule: { at: '2040-01-01' } }, 'at /schedule/at: 2040-01-01 is more than ten years ahead'],
  ])('is named by its field: %j', (fields, told) => {
    expect(problem(fields)).toContain(told)
  })
})

describe('a time', () => {
  it.each([
    ['2026-11-22T16:00:00Z', '2026-11-22T16:00:00.000Z'],
    ['2026-11-22T16:00:00.5+01:00', '2026-11-22T15:00:00.500Z'],
    ['2026-11-22T16:00', '2026-11-22T16:00:00.000Z'],
    ['2026-11-22 16:00:00', '2026-11-22T16:00:00.000Z'],
    ['2026-11-22', '2026-11-22T00:00:00.000Z'],
  ])('without a zone is in UTC: %s', (text, iso) => {
    expect(new Date(timeOf(text) ?? 0).toISOString()).toBe(iso)
  })

  it.each(['', 'now', '16:00', '2026-13-40', '22.11.2026', '2026-11-22T25:00Z'])('is not %j', (text) => {
    expect(timeOf(text)).toBeNull()
  })

  it('is read as it was written', () => {
    fc.assert(
      fc.property(fc.date({ min: new Date(0), max: new Date('2099-12-31'), noInvalidDate: true }), (date) => {
        expect(timeOf(date.toISOString())).toBe(date.getTime())
      }),
    )
  })
})
