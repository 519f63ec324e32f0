import { formattedLines } from './formatted-lines.js'

const BOLD = '\u0002'
const ITALIC = '\u001D'
/** A line with the prefix that the server puts before it, and its end. */
const LONGEST_LINE_BYTES = 512
/** User and host as long as servers make them: `!user@host`. What we have now may change without notice. */
const LONGEST_ORIGIN_BYTES = 1 + 11 + 1 + 63
/** Codes that are opened again on the next line. */
const REOPENED_BYTES = 2

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

/** How many bytes of text fit into one message from `nick` to `target`, everything the server adds included. */
export function roomInLine(nick: string, target: string): number {
  const around = `:${nick} PRIVMSG ${target} :\r\n`
  return LONGEST_LINE_BYTES - Buffer.byteLength(around) - LONGEST_ORIGIN_BYTES
}

/**
 * An answer as the lines that are sent: Markdown becomes the formatting of the network, lines are cut between words
 * where that is possible, and never inside what a reader sees as one character.
 */
export function outboundLines(markdown: string, maxBytes: number): readonly string[] {
  return formattedLines(markdown).flatMap((line) => {
    if (Buffer.byteLength(line) <= maxBytes) return [line]
    return balanced(cut(line, maxBytes - REOPENED_BYTES))
  })
}

/** Cuts one line into pieces of at most `maxBytes` bytes. */
function cut(line: string, maxBytes: number): readonly string[] {
  const pieces: string[] = []
  let piece = ''
  for (const [, spaces = '', word = ''] of line.matchAll(/(\s*)(\S+)/gu)) {
    if (Buffer.byteLength(piece) + Buffer.byteLength(spaces + word) <= maxBytes) {
      piece += spaces + word
      continue
    }
    if (piece !== '') pieces.push(piece)
    piece = ''
    for (const part of parts(word, maxBytes)) {
      if (piece !== '') pieces.push(piece)
      piece = part
    }
  }
  if (piece !== '') pieces.push(piece)
  return pieces
}

/** A word in parts that fit; whole when it fits. A character that is larger than a line is given up to code points. */
function parts(word: string, maxBytes: number): readonly string[] {
  if (Buffer.byteLength(word) <= maxBytes) return [word]
  const found: string[] = []
  let part = ''
  let bytes = 0
  for (const { segment } of graphemes.segment(word)) {
    const atoms = Buffer.byteLength(segment) <= maxBytes ? [segment] : segment
    for (const atom of atoms) {
      const more = Buffer.byteLength(atom)
      if (bytes + more > maxBytes) {
        found.push(part)
        part = ''
        bytes = 0
      }
      part += atom
      bytes += more
    }
  }
  return [...found, part]
}

/** Formatting ends with a line, so what is open at a cut is opened again behind it. */
function balanced(pieces: readonly string[]): readonly string[] {
  let open = ''
  return pieces.map((piece) => {
    const whole = open + piece
    open = [BOLD, ITALIC].filter((code) => whole.split(code).length % 2 === 0).join('')
    return whole
  })
}
