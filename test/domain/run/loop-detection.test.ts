import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { gatewayConfigSchema } from '../../../src/domain/config/config.js'
import { loopRulesOf } from '../../../src/domain/config/loop-rules.js'
import {
  callKey,
  isPollCall,
  judgeCall,
  type LoopRules,
  MAX_IDENTICAL_CALLS,
  type PastCall,
  resultKey,
} from '../../../src/domain/run/loop-detection.js'

const RULES: LoopRules = {
  enabled: true,
  historySize: 30,
  warningThreshold: 10,
  criticalThreshold: 20,
  globalCircuitBreakerThreshold: 30,
  detectors: { genericRepeat: true, knownPollNoProgress: true, pingPong: true },
}

const past = (key: string, result = 'same', isPoll = false): PastCall => ({ key, isPoll, result })
const times = (count: number, ...calls: readonly PastCall[]) => Array.from({ length: count }, () => calls).flat()
const verdict = (before: readonly PastCall[], call: Partial<PastCall> = {}, rules = RULES, identical = 0) =>
  judgeCall(before, { key: 'a', isPoll: false, ...call }, identical, rules).kind

describe('the same call again and again', () => {
  it.each([
    [8, 'fine'],
    [9, 'warn'],
    [18, 'warn'],
    [19, 'refuse'],
    [28, 'refuse'],
    [29, 'end'],
  ])('after %i of its kind is %s', (count, kind) => expect(verdict(times(count, past('a')))).toBe(kind))

  it('counts also with others in between, as far as is looked back', () => {
    expect(verdict(times(9, past('a'), past('b'), past('c')))).toBe('warn')
    expect(verdict(times(9, past('a'), past('b'), past('c')), {}, { ...RULES, historySize: 20 })).toBe('fine')
  })

  it('is nobody’s business when it is switched off, up to the limit that always holds', () => {
    const off = { ...RULES, enabled: false }
    expect(verdict(times(30, past('a')), {}, off, MAX_IDENTICAL_CALLS - 1)).toBe('fine')
    expect(verdict([], {}, off, MAX_IDENTICAL_CALLS)).toBe('end')
    const generic = { ...RULES, detectors: { ...RULES.detectors, genericRepeat: false } }
    expect(verdict(times(29, past('a')), {}, generic)).toBe('fine')
  })
})

describe('polling', () => {
  const poll = { isPoll: true }

  it('is fine as long as something changes', () => {
    const changing = Array.from({ length: 29 }, (_, index) => past('a', `line ${index}`, true))
    expect(verdict(changing, poll)).toBe('fine')
    expect(verdict(times(9, past('a', 'same', true)), poll)).toBe('warn')
    expect(verdict([...times(20, past('a', 'same', true)), past('a', 'news', true)], poll)).toBe('fine')
  })

  it('is what process and session_status are for', () => {
    expect(isPollCall('process', { action: 'poll', sessionId: 'x' })).toBe(true)
    expect(isPollCall('process', { action: 'kill' })).toBe(false)
    expect(isPollCall('process', 'poll')).toBe(false)
    expect(isPollCall('session_status', {})).toBe(true)
    expect(isPollCall('read', {})).toBe(false)
  })
})

describe('two calls in turns', () => {
  const rules = { ...RULES, detectors: { ...RULES.detectors, genericRepeat: false } }

  it('are noticed when nothing comes of them', () => {
    const turns = times(5, past('a'), past('b'))
    expect(verdict(turns, {}, rules)).toBe('warn')
    expect(verdict(turns, { key: 'b' }, rules)).toBe('fine')
    expect(verdict(turns.slice(3), {}, rules)).toBe('fine')
    expect(verdict(times(15, past('a'), past('b')), {}, rules)).toBe('end')
    const changing = Array.from({ length: 20 }, (_, index) => past(index % 2 === 0 ? 'a' : 'b', `${index}`))
    expect(verdict(changing, {}, rules)).toBe('fine')
  })
})

describe('keys', () => {
  const json = fc.jsonValue({ maxDepth: 2 }).map((value) => JSON.parse(JSON.stringify(value)))

  it('are equal for equal arguments in any order, and for nothing else', () =>
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom('a', 'b', 'c', '1'), json), json, (one, other) => {
        const backwards = Object.fromEntries(Object.entries(one).reverse())
        expect(callKey('look', backwards)).toBe(callKey('look', one))
        if (callKey('look', one) === callKey('look', other)) expect({ ...one }).toEqual(other)
        expect(callKey('listen', one)).not.toBe(callKey('look', one))
        expect(callKey('look', { a: 1 })).not.toBe(callKey('look', [['a', 1]]))
      }),
    ))

  it('of results are short and tell long ones apart', () => {
    const long = (end: string) => [{ type: 'text', text: 'x'.repeat(10_000) + end }]
    expect(resultKey(long('a'))).toBe(resultKey(long('a')))
    expect(resultKey(long('a'))).not.toBe(resultKey(long('b')))
    expect(resultKey(long('a')).length).toBeLessThan(64)
  })
})

describe('the rules of an agent', () => {
  it('are its own where it has any', () => {
    const config = gatewayConfigSchema().parse({
      tools: { loopDetection: { enabled: true, warningThreshold: 5 } },
      agents: {
        list: [{ id: 'Odd', tools: { loopDetection: { warningThreshold: 3, detectors: { pingPong: false } } } }],
      },
    })
    expect(loopRulesOf(config, 'main')).toMatchObject({ enabled: true, warningThreshold: 5, criticalThreshold: 20 })
    expect(loopRulesOf(config, 'odd')).toEqual({
      ...loopRulesOf(config, 'main'),
      warningThreshold: 3,
      detectors: { genericRepeat: true, knownPollNoProgress: true, pingPong: false },
    })
  })
})
