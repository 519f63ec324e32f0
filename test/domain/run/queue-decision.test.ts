import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  arrivalOf,
  delayOf,
  isFull,
  isHeard,
  quietUntil,
  turnLength,
  type WaitingRun,
} from '../../../src/domain/run/queue-decision.js'
import { mayMerge, maySteer, mergedRequest } from '../../../src/domain/run/queue-merge.js'
import type { QueueMode } from '../../../src/domain/run/queue-mode.js'
import type { RunRequest } from '../../../src/domain/run/run.js'

const modes = ['collect', 'followup', 'steer', 'steer-backlog', 'interrupt'] as const

const request: fc.Arbitrary<RunRequest> = fc.record(
  {
    message: fc.string({ maxLength: 5 }),
    queueMode: fc.constantFrom(...modes),
    thinking: fc.constantFrom('low', 'high'),
    provenance: fc.constantFrom({ kind: 'a' }, { kind: 'b' }),
    extraSystemPrompt: fc.constantFrom('x', 'y'),
  },
  { requiredKeys: ['message'] },
)

const waitingRun: fc.Arbitrary<WaitingRun> = fc.record({
  request,
  quietUntil: fc.nat(100),
  isWithdrawn: fc.boolean(),
  isSurplus: fc.boolean(),
  isMadeUp: fc.boolean(),
})

const waits = (queueMode: QueueMode | undefined, extra: Partial<WaitingRun> = {}): WaitingRun => ({
  request: { message: 'm', ...(queueMode === undefined ? {} : { queueMode }) },
  quietUntil: 0,
  isWithdrawn: false,
  isSurplus: false,
  isMadeUp: false,
  ...extra,
})

const asks = (queueMode?: QueueMode): RunRequest => waits(queueMode).request

describe('a new run', () => {
  const underWay = { message: 'running' }

  it.each([
    [undefined, 'wait'],
    ['collect', 'wait'],
    ['followup', 'wait'],
    ['steer', 'steer'],
    ['steer-backlog', 'steer'],
    ['interrupt', 'interrupt'],
  ] as const)('with mode %s meets a run under way: %s', (mode, arrival) => {
    expect(arrivalOf(asks(mode), { underWay, isBusy: true, waiting: [] })).toBe(arrival)
  })

  it('joins what is collected already, and nothing else', () => {
    const meets = (mode: QueueMode | undefined, ...waiting: WaitingRun[]) =>
      arrivalOf(asks(mode), { underWay, isBusy: true, waiting })
    expect(meets('collect', waits('collect'))).toBe('merge')
    expect(meets('collect', waits('collect'), waits(undefined))).toBe('wait')
    expect(meets('followup', waits('collect'))).toBe('wait')
    expect(meets(undefined, waits('collect'))).toBe('wait')
    expect(meets('collect', waits('collect', { isWithdrawn: true }))).toBe('wait')
    expect(meets('collect', waits('collect', { isMadeUp: true }))).toBe('wait')
  })

  it('does not overtake what waits in order to be heard', () => {
    expect(arrivalOf(asks('steer'), { underWay, isBusy: true, waiting: [waits(undefined)] })).toBe('wait')
    expect(arrivalOf(asks('steer'), { underWay, isBusy: true, waiting: [waits('steer')] })).toBe('steer')
  })

  it('starts in a session at rest, and only there, whatever it is', () => {
    fc.assert(
      fc.property(request, fc.option(request), fc.array(waitingRun, { maxLength: 5 }), (asked, active, waiting) => {
        expect(arrivalOf(asked, { underWay: null, isBusy: false, waiting: [] })).toBe('start')
        const arrival = arrivalOf(asked, { underWay: active, isBusy: true, waiting })
        expect(arrival).not.toBe('start')
        if (arrival === 'steer' || arrival === 'interrupt') expect(active).not.toBeNull()
        if (asked.queueMode === undefined) expect(arrival).toBe('wait')
        if (arrival === 'steer' && active !== null) {
          expect([...waiting, waits(undefined, { request: asked })].every((one) => isHeard(active, one))).toBe(true)
        }
      }),
    )
  })
})

describe('a turn', () => {
  it('has everything that may be answered together, and never more', () => {
    fc.assert(
      fc.property(fc.array(waitingRun, { maxLength: 8 }), (waiting) => {
        const length = turnLength(waiting)
        expect(length).toBeLessThanOrEqual(waiting.length)
        expect(length === 0).toBe(waiting.length === 0)
        const turn = waiting.slice(0, length)
        if (length > 1) {
          expect(turn.every((one) => !one.isWithdrawn && !one.isMadeUp)).toBe(true)
          expect(turn.every((one) => one.request.queueMode !== undefined)).toBe(true)
          expect(turn.every((one) => mayMerge(turn[0]?.request ?? one.request, one.request))).toBe(true)
        }
      }),
    )
  })

  it.each([
    [[waits('collect'), waits('collect'), waits('followup')], 2],
    [[waits('followup'), waits('followup')], 1],
    [[waits('followup', { isSurplus: true }), waits('followup'), waits('followup')], 2],
    [[waits('steer'), waits('steer')], 1],
    [[waits('steer-backlog'), waits('steer-backlog')], 2],
    [[waits('interrupt'), waits('interrupt')], 2],
    [[waits(undefined), waits('collect')], 1],
    [[waits('collect', { isWithdrawn: true }), waits('collect')], 1],
    [[waits('collect', { isMadeUp: true }), waits('collect')], 1],
    [[], 0],
  ])('%#', (waiting, length) => expect(turnLength(waiting)).toBe(length))

  it('waits for quiet after the last message that is part of it', () => {
    const line = [
      waits('collect', { quietUntil: 50 }),
      waits('collect', { quietUntil: 90 }),
      waits('followup', { quietUntil: 200 }),
    ]
    expect([delayOf(line, 0), delayOf(line, 60), delayOf(line, 90), delayOf([], 0)]).toEqual([90, 30, 0, 0])
  })

  it('is quiet for collected messages only, and not any more when the line is full', () => {
    const rules = { mode: 'collect', debounceMs: 100, cap: 2, drop: 'summarize' } as const
    expect(quietUntil('wait', rules, [], 10)).toBe(110)
    expect(quietUntil('merge', rules, [waits('collect')], 10)).toBe(110)
    expect(quietUntil('merge', rules, [waits('collect'), waits('collect')], 10)).toBe(10)
    expect(quietUntil('start', rules, [], 10)).toBe(0)
    expect(quietUntil('wait', { ...rules, mode: 'followup' }, [], 10)).toBe(0)
    expect(quietUntil('interrupt', { ...rules, mode: 'interrupt' }, [], 10)).toBe(0)
  })

  it('counts messages that wait as they are against the cap', () => {
    const rules = { mode: 'collect', debounceMs: 0, cap: 2, drop: 'old' } as const
    const others = [waits(undefined), waits('collect', { isSurplus: true }), waits('collect', { isWithdrawn: true })]
    expect(isFull(rules, [...others, waits('collect')])).toBe(false)
    expect(isFull(rules, [...others, waits('collect'), waits('followup')])).toBe(true)
  })
})

describe('messages that are answered together', () => {
  const part = (asked: RunRequest, isSurplus = false) => ({ request: asked, isSurplus })
  const picture = (data: string) => ({ mimeType: 'image/png', data })

  it('are one question with all texts and pictures in order; where one counts, the newest does', () => {
    const merged = mergedRequest([
      part({ message: `old\n ${'x'.repeat(300)}`, attachments: [picture('gone')] }, true),
      part({ message: 'one', attachments: [picture('1')], thinking: 'high', timeoutMs: 5 }),
      part({ message: '', attachments: [picture('2')], queueMode: 'collect' }),
      part({ message: 'three', timeoutMs: 7, queueMode: 'collect' }),
    ])
    expect(merged).toEqual({
      message: `[dropped] old ${'x'.repeat(193)}...\n\none\n\nthree`,
      attachments: [picture('1'), picture('2')],
      thinking: 'high',
      timeoutMs: 7,
      queueMode: 'collect',
    })
    expect(() => mergedRequest([])).toThrow(RangeError)
  })

  it('have the newest of what was dropped in front, and the number of the rest', () => {
    const dropped = Array.from({ length: 1_000 }, (_, at) => part({ message: `m${at}` }, true))
    const lines = mergedRequest([...dropped, part({ message: 'last' })]).message.split('\n')
    expect(lines.slice(0, 2)).toEqual(['[dropped] 980 earlier messages', '[dropped] m980'])
    expect(lines.slice(-3)).toEqual(['[dropped] m999', '', 'last'])
    expect(lines).toHaveLength(23)
    const few = mergedRequest([...dropped.slice(0, 21), part({ message: 'last' })]).message
    expect(few).toMatch(/^\[dropped\] 1 earlier message\n\[dropped\] m1\n/)
    const smiles = mergedRequest([part({ message: '\u{1f600}'.repeat(200) }, true), part({ message: 'x' })]).message
    expect(smiles).not.toMatch(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])/)
  })

  it('come from the same sender under the same conditions', () => {
    const mine = { message: 'a', provenance: { kind: 'external_user', sourceChannel: 'x' } }
    expect(mayMerge(mine, { ...mine, message: 'b', thinking: 'low', timeoutMs: 1, queueMode: 'collect' })).toBe(true)
    expect(mayMerge(mine, { message: 'b' })).toBe(false)
    expect(mayMerge(mine, { ...mine, extraSystemPrompt: 'be evil' })).toBe(false)
    expect(mayMerge(mine, { ...mine, aFactOfLater: 1 } as RunRequest)).toBe(false)
    expect(maySteer({ ...mine, extraSystemPrompt: 'x', label: 'y' }, mine)).toBe(true)
    expect(maySteer({ ...mine, aFactOfLater: 1 } as RunRequest, mine)).toBe(false)
  })
})
