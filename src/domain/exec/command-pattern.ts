import { quoteWord } from './quote-words.js'
import type { ShellWord } from './shell-words.js'

/** A character that has to be there, or a wildcard. `**` crosses `/` in paths. */
type Piece = string | typeof ANY | typeof DEEP | typeof ONE

const ANY = Symbol('*')
const DEEP = Symbol('**')
const ONE = Symbol('?')

interface Token {
  readonly pieces: readonly Piece[]
  /** The text, when there is no wildcard in it. */
  readonly literal: string | null
}

/**
 * What an allow list allows: the absolute path of a program, and its arguments one by one.
 *
 * `/usr/bin/git` any arguments; `/usr/bin/git log **` these, then any; `/usr/bin/git log *` exactly two; `/usr/bin/git $`
 * none. `*` and `?` stand for parts of a word, in paths of one folder; quotes and backslashes take their meaning away.
 * An argument that begins with a wildcard is no option, and one with a wildcard does not climb by `..`.
 */
export interface CommandPattern {
  readonly path: Token
  /** Null = any. */
  readonly args: readonly Token[] | null
  /** Whether any more may follow. */
  readonly isOpen: boolean
}

/** Longest pattern, in characters. */
export const MAX_PATTERN_LENGTH = 4_096
/** Longer words fit no wildcard. */
const MAX_WORD_LENGTH = 4_096

/** Null for a text that can never match: no absolute path, quotes left open, nothing in it. */
export function parsePattern(text: string): CommandPattern | null {
  if (text.length > MAX_PATTERN_LENGTH) return null
  const tokens = tokensOf(text)
  const [path, ...args] = tokens ?? []
  if (path === undefined || path.pieces[0] !== '/') return null
  const last = args.at(-1)
  if (last === undefined) return { path, args: null, isOpen: true }
  if (last.pieces.length === 1 && last.pieces[0] === DEEP) return { path, args: args.slice(0, -1), isOpen: true }
  return { path, args: last === NO_MORE ? args.slice(0, -1) : args, isOpen: false }
}

/** The pattern that allows this command and nothing else. */
export function exactPattern(path: string, args: readonly string[]): string {
  return [path, ...args].map(quoteWord).join(' ') + (args.length === 0 ? ' $' : '')
}

/** @param path of the program, absolute and without `.` and `..` */
export function matchesPattern(pattern: CommandPattern, path: string, args: readonly ShellWord[]): boolean {
  if (!isSettled(path) || !fitsToken(pattern.path, path, true)) return false
  const wanted = pattern.args
  if (wanted === null) return true
  if (args.length < wanted.length || (args.length > wanted.length && !pattern.isOpen)) return false
  // What the shell makes of such a word is not known; behind the listed ones anything is allowed.
  return wanted.every((token, index) => args[index]?.expands === false && fitsArgument(token, args[index].text))
}

/** Absolute, and the way it is written is the way it goes. */
export function isSettled(path: string): boolean {
  return path.startsWith('/') && !path.split('/').some((part) => part === '.' || part === '..')
}

function fitsArgument(token: Token, text: string): boolean {
  if (token.literal !== null) return token.literal === text
  const startsOpen = typeof token.pieces[0] === 'symbol'
  if (startsOpen && text.startsWith('-')) return false
  if (text.split(/[/=:,]/).includes('..')) return false
  return fitsToken(token, text, false)
}

function fitsToken({ pieces, literal }: Token, text: string, isPath: boolean): boolean {
  if (literal !== null) return literal === text
  if (text.length > MAX_WORD_LENGTH) return false
  // reached[i]: the text up to i fits the pieces so far.
  let reached = new Uint8Array(text.length + 1)
  reached[0] = 1
  for (const piece of pieces) {
    const next = new Uint8Array(text.length + 1)
    for (let at = 0; at <= text.length; at++) {
      if (typeof piece === 'string' || piece === ONE) {
        const here = text[at - 1]
        const fits = piece === ONE ? here !== undefined && !(isPath && here === '/') : here === piece
        if (at > 0 && reached[at - 1] === 1 && fits) next[at] = 1
      } else if (reached[at] === 1) next[at] = 1
      else if (at > 0 && next[at - 1] === 1 && !(piece === ANY && isPath && text[at - 1] === '/')) next[at] = 1
    }
    reached = next
  }
  return reached[text.length] === 1
}

/** `$` alone, unquoted: no argument follows. */
const NO_MORE: Token = { pieces: ['$'], literal: '$' }

/** Words of a pattern; null when a quote is left open. */
function tokensOf(text: string): readonly Token[] | null {
  const tokens: Token[] = []
  const scanner = /[ \t]+|'([^']*)'|"([^"]*)"|\\(.)|(\*{1,2})|(\?)|(.)/gsy
  let pieces: Piece[] | null = null
  let isPlain = true
  const finish = () => {
    if (pieces === null) return
    const isEnd = isPlain && pieces.length === 1 && pieces[0] === '$'
    tokens.push(isEnd ? NO_MORE : tokenOf(pieces))
    pieces = null
    isPlain = true
  }
  for (let at = 0; at < text.length; ) {
    scanner.lastIndex = at
    const match = scanner.exec(text)
    if (match === null) return null
    at += match[0].length
    const [whole, single, double, escaped, stars, one, other] = match
    const quoted = single ?? double ?? escaped
    if (quoted === undefined && /^[ \t]/.test(whole) && stars === undefined) {
      finish()
      continue
    }
    pieces ??= []
    if (quoted !== undefined) {
      isPlain = false
      pieces.push(...quoted.split(''))
    } else if (stars !== undefined) pieces.push(stars === '**' ? DEEP : ANY)
    else if (one !== undefined) pieces.push(ONE)
    else if (other === "'" || other === '"' || other === '\\' || other === undefined) return null
    else pieces.push(other)
  }
  finish()
  return tokens
}

function tokenOf(pieces: readonly Piece[]): Token {
  const isLiteral = pieces.every((piece) => typeof piece === 'string')
  return { pieces, literal: isLiteral ? pieces.join('') : null }
}
