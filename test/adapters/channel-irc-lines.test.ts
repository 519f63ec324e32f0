import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inboundText } from '../../src/adapters/channel-irc/inbound-text.js'
import { outboundLines, roomInLine } from '../../src/adapters/channel-irc/outbound-lines.js'

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' })
const FORMATTING = ['\u0002', '\u001D']

describe('outboundLines', () => {
  it('shows Markdown in the way of the network', () => {
    const shown = (markdown: string) => outboundLines(markdown, 400)
    expect(shown('# Title\n\nsome **bold**, *soft* and `a*b*c` text')).toEqual([
      '\u0002Title\u0002',
      'some \u0002bold\u0002, \u001Dsoft\u001D and `a*b*c` text',
    ])
    expect(shown('see [the page](https://example.org/a_b_c) or <https://example.org>')).toEqual([
      'see the page (https://example.org/a_b_c) or https://example.org',
    ])
    expect(shown('[https://a.org/_x_](https://a.org/_x_), https://a.org/_next_/*b and **https://a.org**')).toEqual([
      'https://a.org/_x_, https://a.org/_next_/*b and \u0002https://a.org\u0002',
    ])
    expect(shown('**use `x` now** and snake_case_name, 2 * 3 * 4, \\*so\\*')).toEqual([
      '\u0002use `x` now\u0002 and snake_case_name, 2 * 3 * 4, *so*',
    ])
    expect(shown('before\n```js\nif (a) {\n  b(**c)\n}\n```\nafter')).toEqual([
      'before',
      'if (a) {',
      '  b(**c)',
      '}',
      'after',
    ])
    expect(shown('```one line```\n## Closed ##')).toEqual(['```one line```', '\u0002Closed\u0002'])
    expect(shown('| a | b |\n|---|---|\n| 1 | 2 |')).toEqual(['a | b', '1 | 2'])
  })

  it('opens formatting again where a line was cut', () => {
    const words = Array.from({ length: 30 }, (_, at) => `word${at}`).join(' ')
    const lines = outboundLines(`**${words}**`, 80)
    expect(lines.length).toBeGreaterThan(2)
    for (const line of lines) expect(line.startsWith('\u0002')).toBe(true)
  })

  it('loses no character, cuts no character, and keeps every line short enough', () => {
    const letter = fc.constantFrom('a', 'é', 'e\u0301', 'ß', '日', '👩‍👩‍👧‍👦', '🇩🇪', 'क्षि', ' ', '  ', '\n')
    fc.assert(
      fc.property(fc.array(letter, { maxLength: 300 }), fc.integer({ min: 60, max: 120 }), (letters, max) => {
        const text = letters.join('')
        const lines = outboundLines(text, max)
        for (const line of lines) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(max)
        const whole = (some: string) => [...graphemes.segment(some.replace(/\s+/gu, ''))].map(({ segment }) => segment)
        expect(lines.flatMap(whole)).toEqual(
          text
            .split('\n')
            .flatMap((line) => line.split(/\s+/u))
            .flatMap(whole),
        )
      }),
    )
  })

  it('cuts between words when each of them fits', () => {
    const word = fc.string({ minLength: 1, maxLength: 30, unit: fc.constantFrom('a', 'ß', '日', '1') })
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 80 }), (words) => {
        expect(outboundLines(words.join(' '), 100).join(' ').split(' ')).toEqual(words)
      }),
    )
  })

  it('lets nothing through that ends a line or begins a command', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        for (const line of outboundLines(text, 100)) {
          const seen = FORMATTING.reduce((left, code) => left.replaceAll(code, ''), line)
          expect(seen).not.toMatch(/(?!\t)\p{Cc}/u)
          expect(line.trim()).not.toBe('')
        }
      }),
    )
  })

  it('leaves room for everything the server puts around a line', () => {
    const text = 'x'.repeat(roomInLine('mayros', '#room'))
    const line = `:mayros!~${'u'.repeat(10)}@${'h'.repeat(63)} PRIVMSG #room :${text}\r\n`
    expect(Buffer.byteLength(line)).toBe(512)
  })
})

describe('inboundText', () => {
  it('takes away colours with their numbers, and all other formatting', () => {
    expect(inboundText('\u000304,12red\u0003 \u0002bold\u000F \u0004ff0000hex\u0004 5\u0003')).toBe('red bold hex 5')
    expect(inboundText('tab\tstays\u0007')).toBe('tab\tstays')
  })
})
