import { breakPoint } from './break-point.js'
import { type CodeFence, fenceAfter, fenceAt } from './code-fence.js'
import { endWithin, type TextUnit, textSize, widthAt } from './text-size.js'

/** How a network takes text, and how an operator wants it cut. */
export interface CuttingRules {
  readonly max: number
  readonly unit: TextUnit
  /** Whether line breaks can be sent inside one message. */
  readonly lineBreaks: boolean
  /** `newline`: every paragraph is a message of its own, whatever fits. */
  readonly mode: 'length' | 'newline'
}

/** How far a text has been cut. */
export interface TextCursor {
  /** UTF-16 units; what comes before has been cut off. */
  readonly at: number
  /** The block of code that is open there. */
  readonly fence: CodeFence | null
}

/** One message, and where the next one begins. */
export interface TextPiece {
  readonly text: string
  readonly next: TextCursor
  /** Nothing follows. */
  readonly isLast: boolean
}

/** The cursor of a text of which so much was sent before. */
export function cursorAt(text: string, at: number): TextCursor {
  return { at, fence: fenceAt(text, 0, at, null) }
}

/**
 * The next message of a text; null = there is none. Messages end between words where they can and never inside what
 * people see as one character; a block of code that is cut is closed, and opened again in the next message. No message
 * is longer than the rules say, unless a single code point is.
 */
export function nextPiece(text: string, cursor: TextCursor, rules: CuttingRules): TextPiece | null {
  let piece = stretch(text, cursor, rules)
  while (piece !== null && piece.text === '') piece = stretch(text, piece.next, rules)
  return piece
}

/** As above, but its text may be empty: white space wider than a message. */
function stretch(text: string, cursor: TextCursor, rules: CuttingRules): TextPiece | null {
  const start = rules.lineBreaks ? beginning(text, cursor) : nextLine(text, cursor)
  if (start === null) return null
  const { at, fence } = start
  const opening = fence !== null && isMarked(fence, rules) ? `${fence.opening}\n` : ''
  return cut(text, at, fence, opening, rules)
}

/** Cuts off what fits, with the code it is in closed. */
function cut(text: string, at: number, fence: CodeFence | null, opening: string, rules: CuttingRules): TextPiece {
  const stop = stopOf(text, at, fence, rules)
  const room = rules.max - textSize(opening, rules.unit)
  let reserve = 0
  for (;;) {
    const fits = endWithin(text, at, stop, Math.max(1, room - reserve), rules.unit)
    const end = fits === stop ? stop : breakPoint(text, at, Math.max(fits, at + widthAt(text, at)), fence !== null)
    const open = fenceAt(text, at, end, fence)
    const closing = open === null || !isMarked(open, rules) || isSpent(text, end) ? '' : `\n${open.closing}`
    const needed = textSize(closing, rules.unit)
    if (needed <= reserve || reserve + needed >= room) {
      return pieceOf(text, at, end, { fence, open, opening, closing: needed <= reserve ? closing : '' })
    }
    reserve = needed
  }
}

/** Whether a block that is cut is closed and opened again; not where the marks would take most of a message. */
function isMarked(fence: CodeFence, { lineBreaks, max, unit }: CuttingRules): boolean {
  return lineBreaks && textSize(`${fence.opening}\n${fence.closing}`, unit) * 2 <= max
}

function pieceOf(
  text: string,
  at: number,
  cutAt: number,
  code: {
    readonly fence: CodeFence | null
    readonly open: CodeFence | null
    readonly opening: string
    readonly closing: string
  },
): TextPiece {
  const { open, fence, opening, closing } = code
  const lastLine = text.lastIndexOf('\n', cutAt - 1) + 1
  const isBareOpening =
    open !== null &&
    open !== fence &&
    lastLine > at &&
    !isSpent(text, cutAt) &&
    text.slice(lastLine, lineEnd(text, lastLine)).trimEnd() === open.opening
  // A block whose first line would stand alone begins in the next message.
  const end = isBareOpening ? lastLine : cutAt
  const left = isBareOpening ? fenceAt(text, at, end, fence) : open
  const body = text.slice(at, end)
  const tail = left === null ? body.trimEnd() : body.replace(/[ \t]*\n?$/u, '')
  const next = behind(text, end, left)
  return {
    text: tail.trim() === '' ? '' : opening + tail + (isBareOpening ? '' : closing),
    next,
    isLast: isSpent(text, next.at),
  }
}

/** The end of a block that follows right behind a cut belongs to what came before it. */
function behind(text: string, end: number, open: CodeFence | null): TextCursor {
  if (open === null) return { at: lineOfWords(text, end), fence: null }
  const at = text[end] === '\n' ? end + 1 : end
  const lineEnd = text.indexOf('\n', at)
  const line = text.slice(at, lineEnd === -1 ? text.length : lineEnd)
  const isOwnLine = at === 0 || text[at - 1] === '\n'
  if (!isOwnLine || fenceAfter(line, open) !== null) return { at, fence: open }
  return { at: lineOfWords(text, at + line.length), fence: null }
}

/** The first words that are still to be sent. */
function beginning(text: string, { at, fence }: TextCursor): TextCursor | null {
  if (isSpent(text, at)) return null
  return fence === null ? { at: lineOfWords(text, at), fence } : { at, fence }
}

/** Where the next words begin; with the spaces in front of them if they begin a line, which mean something to Markdown. */
function lineOfWords(text: string, at: number): number {
  const words = skipped(text, at, /\s/u)
  const line = text.lastIndexOf('\n', words - 1) + 1
  return words < text.length && line >= at ? line : words
}

/** The next line with words, without the lines that open and end blocks of code. */
function nextLine(text: string, cursor: TextCursor): TextCursor | null {
  let { at, fence } = cursor
  while (at < text.length) {
    const end = lineEnd(text, at)
    const line = text.slice(at, end)
    const isWhole = at === 0 || /[\n\r]/u.test(text[at - 1] ?? '')
    const after = isWhole ? fenceAfter(line, fence) : fence
    if (line.trim() !== '' && after === fence) return { at: fence === null ? skipped(text, at, /\s/u) : at, fence }
    fence = after
    at = end + 1
  }
  return null
}

function lineEnd(text: string, at: number): number {
  for (let end = at; end < text.length; end++) if (text[end] === '\n' || text[end] === '\r') return end
  return text.length
}

/** How far one message may go, whatever its length. */
function stopOf(text: string, at: number, fence: CodeFence | null, { lineBreaks, mode }: CuttingRules): number {
  if (!lineBreaks) return lineEnd(text, at)
  if (mode === 'length') return text.length
  const blank = /\n[ \t]*\n/gu
  blank.lastIndex = at
  for (let found = blank.exec(text); found !== null; found = blank.exec(text)) {
    if (fenceAt(text, at, found.index, fence) === null) return found.index
    blank.lastIndex = found.index + 1
  }
  return text.length
}

function skipped(text: string, from: number, what: RegExp): number {
  let at = from
  while (at < text.length && what.test(text[at] ?? '')) at++
  return at
}

function isSpent(text: string, at: number): boolean {
  return skipped(text, at, /\s/u) >= text.length
}
