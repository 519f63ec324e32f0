import { describe, expect, it } from 'vitest'
import { CHANNEL_FAILURES } from '../../../../src/application/ports/channel.js'
import { failureCourseOf, retryDelayMs } from '../../../../src/domain/channels/outbound/delivery-failure.js'
import { humanDelayMs } from '../../../../src/domain/channels/outbound/human-delay.js'
import { quotedMessage, quoting } from '../../../../src/domain/channels/outbound/quoted-message.js'

describe('failureCourseOf', () => {
  it('knows every failure of a channel', () => {
    const courses = Object.keys(CHANNEL_FAILURES).map(failureCourseOf)
    expect(courses).not.toContain('try')
    expect(failureCourseOf('network')).toBe('wait')
    expect(failureCourseOf('forbidden')).toBe('give-up')
  })

  it('tries what nobody knows', () => {
    for (const code of ['unexpected', 'constructor', '']) expect(failureCourseOf(code)).toBe('try')
  })
})

describe('retryDelayMs', () => {
  const rules = { attempts: 3, minDelayMs: 400, maxDelayMs: 30_000, jitter: 0.1 }

  it('doubles from attempt to attempt, up to the longest', () => {
    expect([1, 2, 3, 8, 5000].map((attempt) => retryDelayMs(attempt, rules, 0.5))).toEqual([
      400, 800, 1600, 30_000, 30_000,
    ])
  })

  it('varies by the jitter', () => {
    expect(retryDelayMs(1, rules, 0)).toBe(360)
    expect(retryDelayMs(1, rules, 0.999)).toBe(440)
    expect(retryDelayMs(9, rules, 0.999)).toBe(30_000)
  })

  it('is never shorter than the network asks for, and never nothing', () => {
    expect(retryDelayMs(1, rules, 0.5, 120_000)).toBe(120_000)
    expect(retryDelayMs(1, { ...rules, minDelayMs: 0 }, 0.5)).toBe(1)
  })
})

describe('humanDelayMs', () => {
  it('is none unless asked for', () => {
    expect(humanDelayMs({ mode: 'off', minMs: 5, maxMs: 9 }, 0.5)).toBe(0)
  })

  it('is that of people, or what is written', () => {
    expect([0, 1].map((random) => humanDelayMs({ mode: 'natural', minMs: 1, maxMs: 2 }, random))).toEqual([800, 2500])
    expect([0, 1].map((random) => humanDelayMs({ mode: 'custom', minMs: 10, maxMs: 20 }, random))).toEqual([10, 20])
    expect([0, 1].map((random) => humanDelayMs({ mode: 'custom', minMs: 50, maxMs: 20 }, random))).toEqual([50, 50])
    expect(humanDelayMs({ mode: 'custom' }, 0)).toBe(800)
  })
})

describe('quoting', () => {
  it('quotes never, with the first part, or with all', () => {
    const parts = (mode: 'off' | 'first' | 'all', isLater = false) => {
      const quote = quoting(mode, 'q', isLater)
      return [true, false].map((isFirst) => quotedMessage(quote, isFirst).replyTo)
    }
    expect(parts('off')).toEqual([undefined, undefined])
    expect(parts('first')).toEqual(['q', undefined])
    expect(parts('first', true)).toEqual([undefined, undefined])
    expect(parts('all', true)).toEqual(['q', 'q'])
    expect(quoting('all', undefined)).toEqual({})
  })
})
