import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { GrowingText } from '../../../src/domain/run/reply-text.js'
import { stripReplyTags } from '../../../src/domain/session/reply-tags.js'

/** Code units, so that surrogate pairs are split between pieces, with what the text treats specially. */
const piece = fc.array(
  fc.oneof(
    fc.constantFrom(
      ' ',
      '\n',
      '\t',
      '[',
      '[[',
      ']]',
      '[[reply_to_current]]',
      'audio_as_voice',
      '"',
      '\\',
      '\ud83d',
      '\ude00',
    ),
    fc.string({ unit: 'binary', maxLength: 3 }),
  ),
  { maxLength: 4 },
)

describe('GrowingText', () => {
  it('shows at every moment what serialising the whole text would show', () => {
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const text = new GrowingText()
        let whole = ''
        for (const delta of pieces.map((parts) => parts.join(''))) {
          text.append(delta)
          whole += delta
          const shown = stripReplyTags(whole).trim()
          expect(text.raw).toBe(whole)
          expect(text.shown).toBe(shown)
          expect(JSON.parse(text.shownJson)).toBe(shown)
          expect(text.isEmpty).toBe(shown === '')
        }
      }),
      { numRuns: 500 },
    )
  })

  it('joins a pair that was split between two pieces', () => {
    const text = new GrowingText()
    text.append('a\ud83d')
    text.append('\ude00b')
    expect(JSON.parse(text.shownJson)).toBe('a😀b')
  })

  it('has nothing to show while there are only tags', () => {
    const text = new GrowingText()
    text.append('[')
    text.append('[reply_to_current]]')
    expect([text.isEmpty, text.shown]).toEqual([true, ''])
  })
})
