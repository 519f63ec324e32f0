import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compactionLimits } from '../../../src/domain/session/compaction-limits.js'
import { contextTokens, historyTokens, messageTokens, textTokens } from '../../../src/domain/session/context-size.js'
import type { TranscriptMessage } from '../../../src/domain/session/transcript.js'

const user = (said: string): TranscriptMessage => ({
  role: 'user',
  content: [{ type: 'text', text: said }],
  timestamp: 1,
})
const answer = (total: number, timestamp: number): TranscriptMessage => ({
  role: 'assistant',
  content: [{ type: 'text', text: 'ok' }],
  timestamp,
  usage: { input: total - 1, output: 1, total },
})
const divider = (timestamp: number): TranscriptMessage => ({
  role: 'system',
  kind: 'compaction',
  content: [{ type: 'text', text: 'summary' }],
  timestamp,
})

describe('the size of a conversation', () => {
  it('takes four letters for a token, and fewer signs of other scripts', () => {
    expect(textTokens('')).toBe(0)
    expect(textTokens('abcdefgh')).toBe(2)
    expect(textTokens('приветик')).toBe(4)
    expect(textTokens('今天天气很好')).toBe(6)
  })

  it('counts calls and pictures, but no thoughts', () => {
    const bare = messageTokens({ role: 'assistant', content: [], timestamp: 1 })
    const of = (block: TranscriptMessage['content'][number]) =>
      messageTokens({ role: 'assistant', content: [block], timestamp: 1 }) - bare
    expect(of({ type: 'thinking', thinking: 'x'.repeat(4_000) })).toBe(0)
    expect(of({ type: 'image', mimeType: 'image/png', data: 'x'.repeat(4_000_000) })).toBe(1_500)
    expect(of({ type: 'toolCall', id: '1', name: 'read', arguments: { path: 'x'.repeat(400) } })).toBeGreaterThan(100)
    expect(of({ type: 'toolCall', id: '1', name: 'read', arguments: undefined })).toBe(1)
  })

  it('believes what the provider counted, and adds what came behind', () => {
    const history = [user('x'.repeat(4_000)), answer(50_000, 2), user('x'.repeat(400))]
    expect(contextTokens(history)).toBe(50_000 + historyTokens(history.slice(2)))
  })

  it('does not believe numbers from before a compaction', () => {
    const kept = [divider(9), user('a'), answer(150_000, 8), user('b')]
    expect(contextTokens([user('x'.repeat(40_000)), ...kept])).toBe(historyTokens(kept))
    expect(contextTokens([...kept, answer(3_000, 10)])).toBe(3_000)
  })

  it('grows by what is added', () =>
    fc.assert(
      fc.property(fc.array(fc.string()), fc.array(fc.string()), (one, other) => {
        const [first, then] = [one.map(user), other.map(user)]
        expect(historyTokens([...first, ...then])).toBe(historyTokens(first) + historyTokens(then))
      }),
    ))
})

describe('compactionLimits', () => {
  const settings = { mode: 'safeguard', reserveTokensFloor: 20_000, maxHistoryShare: 0.5 } as const

  it('keeps the reserve free, the larger of the two', () => {
    expect(compactionLimits(settings, 128_000, undefined)).toMatchObject({ limit: 108_000, keepRecent: 20_000 })
    expect(compactionLimits({ ...settings, reserveTokens: 30_000 }, 128_000, undefined).limit).toBe(98_000)
    expect(compactionLimits({ ...settings, reserveTokens: 100 }, 128_000, undefined).limit).toBe(108_000)
  })

  it('takes the smaller of window and cap, and 200,000 where nothing is known', () => {
    expect(compactionLimits(settings, undefined, undefined).window).toBe(200_000)
    expect(compactionLimits(settings, 1_000_000, 60_000).limit).toBe(40_000)
    expect(compactionLimits(settings, 32_000, 60_000).window).toBe(32_000)
  })

  it('leaves room in any window, and always gets below the limit', () =>
    fc.assert(
      fc.property(
        fc.integer({ min: 4_000, max: 2_000_000 }),
        fc.integer({ min: 0, max: 300_000 }),
        fc.option(fc.integer({ min: 0, max: 300_000 }), { nil: undefined }),
        fc.double({ min: 0.1, max: 0.9, noNaN: true }),
        (window, reserveTokensFloor, keepRecentTokens, maxHistoryShare) => {
          const limits = compactionLimits(
            {
              mode: 'default',
              reserveTokensFloor,
              maxHistoryShare,
              ...(keepRecentTokens === undefined ? {} : { keepRecentTokens }),
            },
            window,
            undefined,
          )
          expect(limits.limit).toBeGreaterThanOrEqual(window / 2 - 1)
          expect(limits.keepRecent + limits.summary).toBeLessThan(limits.limit)
          expect(limits.chunk + 2 * limits.summary).toBeLessThan(window)
        },
      ),
    ))
})
