import { RUNNER_FAILURE_CODES, type RunnerFailureCode } from '../../application/ports/agent-runner.js'

/**
 * What the echo runner was told to do. Delays are milliseconds.
 *
 * ```text
 * message   = "/echo" SP directive | anything else (echoed)
 * directive = "slow" SP duration SP text    waits that long before every delta
 *           | "fail" [SP code] SP text      streams the text, then fails with that code (default provider)
 *           | "long" SP count [SP duration] that many words, waiting that long before each
 *           | "tool" SP name [SP text]      plays a tool of its own, then streams the text
 *           | "call" SP call *(LF call)     asks the gateway for tools, side by side
 * call      = name [SP arguments]         arguments is JSON; without it {}
 *           | "think" SP text               thinks the text, then answers it
 *           | "hang"                        says nothing until it is aborted
 * duration  = digits ["ms" | "s" | "m"]     a bare number is milliseconds; at most one hour
 * count     = digits                        1 to 100000
 * code      = one of RUNNER_FAILURE_CODES
 * ```
 */
export type EchoDirective =
  | { readonly kind: 'echo'; readonly text: string }
  | { readonly kind: 'slow'; readonly delayMs: number; readonly text: string }
  | { readonly kind: 'fail'; readonly code: RunnerFailureCode; readonly text: string }
  | { readonly kind: 'long'; readonly words: number; readonly delayMs: number }
  | { readonly kind: 'tool'; readonly name: string; readonly text: string }
  | { readonly kind: 'call'; readonly calls: readonly EchoCall[] }
  | { readonly kind: 'think'; readonly text: string }
  | { readonly kind: 'hang' }
  | { readonly kind: 'invalid'; readonly problem: string }

/** A tool to be asked for. `problem`: the arguments are no JSON, and `args` is what was written. */
export interface EchoCall {
  readonly name: string
  readonly args: unknown
  readonly problem?: string
}

export const MAX_ECHO_DELAY_MS = 3_600_000
export const MAX_ECHO_WORDS = 100_000

const USAGE =
  'use "/echo slow 200ms <text>", "/echo fail [code] <text>", "/echo long <words> [delay]", "/echo tool <name> [text]", ' +
  '"/echo call <name> [json]", "/echo think <text>" or "/echo hang"'

/** Reads a message. Never throws; what looks like a directive but is none comes back as `invalid`. */
export function parseEchoDirective(message: string): EchoDirective {
  const [command, afterCommand] = firstWord(message)
  if (command !== '/echo') return { kind: 'echo', text: message }
  const [verb, rest] = firstWord(afterCommand)
  switch (verb) {
    case 'slow':
      return parseSlow(rest)
    case 'fail':
      return parseFail(rest)
    case 'long':
      return parseLong(rest)
    case 'tool':
      return parseTool(rest)
    case 'call':
      return parseCalls(rest)
    case 'think':
      return rest === '' ? invalid('"think" needs a text') : { kind: 'think', text: rest }
    case 'hang':
      return rest === '' ? { kind: 'hang' } : invalid('"hang" takes nothing more')
    case '':
      return invalid('it names no directive')
    default:
      return invalid(`"${shortened(verb)}" is no directive`)
  }
}

function parseSlow(rest: string): EchoDirective {
  const [word, text] = firstWord(rest)
  const delayMs = parseDelay(word)
  if (delayMs === null) return invalid(`"slow" needs a delay of at most 1 hour such as 200ms, not "${shortened(word)}"`)
  return text === '' ? invalid('"slow" needs a text after the delay') : { kind: 'slow', delayMs, text }
}

function parseFail(rest: string): EchoDirective {
  const [word, text] = firstWord(rest)
  const code = RUNNER_FAILURE_CODES.find((known) => known === word)
  return code === undefined ? { kind: 'fail', code: 'provider', text: rest } : { kind: 'fail', code, text }
}

function parseLong(rest: string): EchoDirective {
  const [count, afterCount] = firstWord(rest)
  const words = /^\d{1,6}$/.test(count) ? Number(count) : 0
  if (words < 1 || words > MAX_ECHO_WORDS) {
    return invalid(`"long" needs a number of words from 1 to ${MAX_ECHO_WORDS}, not "${shortened(count)}"`)
  }
  if (afterCount === '') return { kind: 'long', words, delayMs: 0 }
  const delayMs = parseDelay(afterCount)
  if (delayMs === null)
    return invalid(`after the words "long" takes a delay such as 20ms, not "${shortened(afterCount)}"`)
  return { kind: 'long', words, delayMs }
}

function parseTool(rest: string): EchoDirective {
  const [name, text] = firstWord(rest)
  if (/^[A-Za-z0-9_.-]{1,64}$/.test(name)) return { kind: 'tool', name, text }
  return invalid(`"tool" needs a name of letters, digits, "_", "." and "-", not "${shortened(name)}"`)
}

function parseCalls(rest: string): EchoDirective {
  const lines = rest.split('\n').filter((line) => line.trim() !== '')
  return lines.length === 0 ? invalid('"call" needs the name of a tool') : { kind: 'call', calls: lines.map(parseCall) }
}

/** Arguments that cannot be read are asked for all the same: that is what a model does, too. */
function parseCall(line: string): EchoCall {
  const [name, text] = firstWord(line)
  if (text === '') return { name, args: {} }
  try {
    return { name, args: JSON.parse(text) }
  } catch {
    return { name, args: text, problem: 'they are not valid JSON' }
  }
}

/** `200ms`, `2s`, `1m`, `200`; null when it is no such thing or longer than allowed. */
function parseDelay(word: string): number | null {
  const match = /^(\d{1,7})(ms|s|m)?$/.exec(word)
  if (match === null) return null
  const factor = match[2] === 'm' ? 60_000 : match[2] === 's' ? 1000 : 1
  const delayMs = Number(match[1]) * factor
  return delayMs <= MAX_ECHO_DELAY_MS ? delayMs : null
}

/** The first word and, without the white space between, everything after it. */
function firstWord(text: string): readonly [word: string, rest: string] {
  const trimmed = text.trimStart()
  const end = trimmed.search(/\s/)
  return end === -1 ? [trimmed, ''] : [trimmed.slice(0, end), trimmed.slice(end).trim()]
}

function invalid(problem: string): EchoDirective {
  return { kind: 'invalid', problem: `this /echo message cannot be read: ${problem}; ${USAGE}` }
}

function shortened(word: string): string {
  return word.length <= 40 ? word : `${word.slice(0, 40)}...`
}
