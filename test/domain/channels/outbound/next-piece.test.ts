import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type CuttingRules, cursorAt, nextPiece } from '../../../../src/domain/channels/outbound/next-piece.js'
import { textSize } from '../../../../src/domain/channels/outbound/text-size.js'

const PLAIN: CuttingRules = { max: 40, unit: 'utf16', lineBreaks: true, mode: 'length' }
const GRAPHEMES = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

describe('nextPiece', () => {
  it('leaves what fits as it is', () => {
    expect(cutWhole('one two\n\n  - three', PLAIN)).toEqual(['one two\n\n  - three'])
    expect(cutWhole(' \n\t', PLAIN)).toEqual([])
  })

  it('prefers paragraphs, then lines, then sentences, then words', () => {
    const rules = { ...PLAIN, max: 24 }
    expect(cutWhole('first paragraph\n\nsecond one', rules)).toEqual(['first paragraph', 'second one'])
    expect(cutWhole('the first line\nthe second line', rules)).toEqual(['the first line', 'the second line'])
    expect(cutWhole('It is done here. What else is there', rules)).toEqual(['It is done here.', 'What else is there'])
    expect(cutWhole('words that follow upon each other', rules)).toEqual(['words that follow upon', 'each other'])
  })

  it('keeps the indentation of a line that begins a message', () => {
    expect(cutWhole('- the first thing\n  - and what is below', { ...PLAIN, max: 22 })).toEqual([
      '- the first thing',
      '  - and what is below',
    ])
  })

  it('cuts a word only where nothing else is left, between what people see as characters', () => {
    const family = '\u{1F468}\u200D\u{1F469}\u200D\u{1F467}'
    expect(cutWhole('a'.repeat(25), { ...PLAIN, max: 10 })).toEqual(['a'.repeat(10), 'a'.repeat(10), 'a'.repeat(5)])
    expect(cutWhole(family.repeat(3), { ...PLAIN, max: 20 })).toEqual([family.repeat(2), family])
    expect(cutWhole('e\u0301'.repeat(4), { ...PLAIN, max: 7, unit: 'bytes' })).toEqual([
      'e\u0301e\u0301',
      'e\u0301e\u0301',
    ])
  })

  it('closes a block of code and opens it again', () => {
    const text = 'See:\n\n```js\nconst first = 1\nconst second = 2\nconst third = 3\n```\n\nDone.'
    expect(cutWhole(text, PLAIN)).toEqual([
      'See:\n\n```js\nconst first = 1\n```',
      '```js\nconst second = 2\n```',
      '```js\nconst third = 3\n```\n\nDone.',
    ])
  })

  it('does not leave the beginning of a block alone at the end of a message', () => {
    const text = `${'word '.repeat(5)}end.\n\`\`\`js\nconst first = 1\n\`\`\``
    expect(cutWhole(text, PLAIN)).toEqual([`${'word '.repeat(5)}end.`, '```js\nconst first = 1\n```'])
  })

  it('sends every paragraph by itself in mode newline, but leaves code together', () => {
    const text = 'one\ntwo\n\nthree\n\n```\na\n\nb\n```\n\nfour'
    expect(cutWhole(text, { ...PLAIN, mode: 'newline' })).toEqual(['one\ntwo', 'three', '```\na\n\nb\n```', 'four'])
  })

  it('sends line by line where a network has no line breaks, without the marks of code', () => {
    const text = 'one\n\n  two\r\n```js\n  const a = 1\n\n```\nthree four'
    const rules = { ...PLAIN, lineBreaks: false, max: 13 }
    expect(cutWhole(text, rules)).toEqual(['one', 'two', '  const a = 1', 'three four'])
    expect(cutWhole('a line that is long', rules)).toEqual(['a line that', 'is long'])
  })

  it('goes on from any place it has come to', () => {
    const text = `Look:\n\`\`\`py\n${'print(1)\n'.repeat(20)}\`\`\`\nand more`
    let cursor = cursorAt(text, 0)
    for (let piece = nextPiece(text, cursor, PLAIN); piece !== null; piece = nextPiece(text, cursor, PLAIN)) {
      cursor = piece.next
      expect(cursorAt(text, cursor.at)).toEqual(cursor)
    }
  })

  it('cuts any text into messages that fit, lose nothing and break no character', () => {
    fc.assert(
      fc.property(anyText, anyRules, (text, rules) => {
        const pieces = cutWhole(text, rules)
        for (const piece of pieces) {
          const isOneCharacter = [...piece].length === 1
          expect(textSize(piece, rules.unit) <= rules.max || isOneCharacter, `too long: ${JSON.stringify(piece)}`).toBe(
            true,
          )
          expect(piece.isWellFormed()).toBe(true)
          expect(piece.trim()).not.toBe('')
          if (!rules.lineBreaks) expect(piece).not.toMatch(/[\r\n]/u)
        }
        expect(solid(pieces.join(''))).toBe(solid(text))
      }),
      { numRuns: 3000 },
    )
  })

  it('never cuts inside a grapheme or a word that fits', () => {
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 60 }), fc.integer({ min: 30, max: 90 }), (words, max) => {
        for (const unit of ['utf16', 'bytes'] as const) {
          const pieces = cutWhole(words.join(' '), { ...PLAIN, max, unit })
          const kept = pieces.flatMap((piece) => piece.split(' '))
          const short = words.filter((one) => textSize(one, unit) <= max)
          expect(kept.filter((one) => short.includes(one)).length).toBeGreaterThanOrEqual(short.length)
          const graphemes = pieces.flatMap((piece) => [...GRAPHEMES.segment(piece)].map(({ segment }) => segment))
          const expected = [...GRAPHEMES.segment(words.join(' '))].map(({ segment }) => segment)
          expect(graphemes.filter((one) => one !== ' ')).toEqual(expected.filter((one) => one !== ' '))
        }
      }),
      { numRuns: 500 },
    )
  })

  it('leaves code balanced in every message, and all of its lines', () => {
    fc.assert(
      fc.property(fc.array(block, { minLength: 1, maxLength: 6 }), fc.integer({ min: 60, max: 200 }), (blocks, max) => {
        const text = blocks.join('\n\n')
        const pieces = cutWhole(text, { ...PLAIN, max })
        for (const piece of pieces) expect((piece.match(/^```/gmu) ?? []).length % 2, piece).toBe(0)
        expect(codeOf(pieces)).toEqual(codeOf([text]))
      }),
      { numRuns: 1000 },
    )
  })

  it('takes time that grows with the text only', () => {
    const text = `\`\`\`\n${'x'.repeat(70)}\n`.repeat(10_000)
    expect(cutWhole(text, { ...PLAIN, max: 350, unit: 'bytes' }).length).toBeGreaterThan(1000)
  })
})

const word = fc
  .array(
    fc.constantFrom(
      'a',
      'bc',
      'é',
      'e\u0301',
      '\u{1F980}',
      '\u{1F468}\u200D\u{1F469}\u200D\u{1F467}',
      '\u{1F1E9}\u{1F1EA}',
      'ש',
      '語',
    ),
    {
      minLength: 1,
      maxLength: 6,
    },
  )
  .map((parts) => parts.join(''))

const block = fc.oneof(
  fc.array(word, { minLength: 1, maxLength: 30 }).map((words) => words.join(' ')),
  fc
    .tuple(
      fc.constantFrom('', 'js', 'python'),
      fc.array(fc.stringMatching(/^ {0,4}[a-z(){}=;]{1,25}$/u), { minLength: 1, maxLength: 12 }),
    )
    .map(([language, lines]) => `\`\`\`${language}\n${lines.join('\n')}\n\`\`\``),
)

const anyText = fc
  .array(
    fc.oneof(
      { weight: 6, arbitrary: word },
      { weight: 3, arbitrary: fc.constantFrom(' ', '\n', '\n\n', '\t', '\r\n', '. ', '  ', ' \u0301') },
      { weight: 1, arbitrary: fc.constantFrom('\n```\n', '\n~~~ js\n', 'x```', '\n````md\n', '\n   ```\n') },
    ),
    { maxLength: 80 },
  )
  .map((parts) => parts.join(''))

const anyRules: fc.Arbitrary<CuttingRules> = fc.record({
  max: fc.integer({ min: 4, max: 80 }),
  unit: fc.constantFrom('utf16', 'bytes'),
  lineBreaks: fc.boolean(),
  mode: fc.constantFrom('length', 'newline'),
})

function cutWhole(text: string, rules: CuttingRules): string[] {
  const pieces: string[] = []
  let cursor = cursorAt(text, 0)
  for (let piece = nextPiece(text, cursor, rules); piece !== null; piece = nextPiece(text, cursor, rules)) {
    expect(piece.next.at, 'every message takes something of the text').toBeGreaterThan(cursor.at)
    pieces.push(piece.text)
    cursor = piece.next
  }
  return pieces
}

/** Everything but white space, the marks of code and the languages that stand there. */
function solid(text: string): string {
  return text.replace(/js|md|[\s`~]+/gu, '')
}

/** Lines of code, in order. */
function codeOf(texts: readonly string[]): readonly string[] {
  const lines: string[] = []
  for (const text of texts) {
    let isCode = false
    for (const line of text.split('\n')) {
      if (line.startsWith('```')) isCode = !isCode
      else if (isCode) lines.push(line)
    }
  }
  return lines
}
