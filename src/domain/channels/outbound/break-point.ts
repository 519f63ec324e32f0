import { widthAt } from './text-size.js'

const GRAPHEMES = new Intl.Segmenter(undefined, { granularity: 'grapheme' })
const SPACE = /\s/u
/** What belongs to the character before it, also to a space. */
const CLINGS = /^(?:\p{M}|\p{Emoji_Modifier}|\u200D)/u
/** Where in a window a break of this kind is good enough, rather than one of the next kind nearer to its end. */
const GOOD_PARAGRAPH = 0.5
const GOOD_LINE = 0.3
const GOOD_SENTENCE = 0.5

/**
 * Where a text that does not fit is cut: between paragraphs, else between lines, else after a sentence, else between
 * words, and inside a word only where there is nothing else; never inside what people see as one character, unless that
 * alone is too long.
 * @param end the last place that fits; behind it the text goes on
 */
export function breakPoint(text: string, from: number, end: number, isCode: boolean): number {
  const length = end - from
  // One more, since a space right behind the end may be left out.
  const window = text.slice(from, end + 1)
  const isClean = (at: number) => window.slice(0, at).trim() !== '' && !isClung(text, from + at)
  const paragraph = isCode ? -1 : lastBreak(window, '\n\n', isClean)
  if (paragraph >= length * GOOD_PARAGRAPH) return from + paragraph
  const line = lastBreak(window, '\n', isClean)
  if (line > 0 && (isCode || line >= length * GOOD_LINE)) return from + line
  const sentence = isCode ? -1 : lastSentence(window, isClean)
  if (sentence >= length * GOOD_SENTENCE) return from + sentence
  const word = lastSpace(window, isClean)
  if (word > 0) return from + word
  return from + wholeCharacters(text, from, end)
}

function lastBreak(window: string, mark: string, isClean: (at: number) => boolean): number {
  for (let at = window.lastIndexOf(mark); at > 0; at = window.lastIndexOf(mark, at - 1)) {
    if (isClean(at)) return at
  }
  return -1
}

function lastSentence(window: string, isClean: (at: number) => boolean): number {
  for (let at = window.length - 1; at > 1; at--) {
    if (SPACE.test(window[at] ?? '') && /[.!?…。！？]["')\]]?$/u.test(window.slice(Math.max(0, at - 2), at))) {
      if (isClean(at)) return at
    }
  }
  return -1
}

function lastSpace(window: string, isClean: (at: number) => boolean): number {
  for (let at = window.length - 1; at > 0; at--) {
    if (SPACE.test(window[at] ?? '') && isClean(at)) return at
  }
  return -1
}

/** What follows behind a break cannot stand alone. */
function isClung(text: string, at: number): boolean {
  let after = at
  while (SPACE.test(text[after] ?? '')) after++
  return CLINGS.test(text.slice(after, after + 2))
}

/** How long the whole characters are that fit; if not even one does, as much of it as fits, and at least something. */
function wholeCharacters(text: string, from: number, end: number): number {
  let fitting = 0
  for (const { index, segment } of GRAPHEMES.segment(text.slice(from, end + LONGEST_LOOK))) {
    if (from + index + segment.length > end) break
    fitting = index + segment.length
  }
  return fitting > 0 ? fitting : Math.max(end - from, widthAt(text, from))
}

/** How far behind the end a character is looked at that begins before it. */
const LONGEST_LOOK = 64
