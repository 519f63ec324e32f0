import { ConfigFailure } from '../../application/ports/config-source.js'
import type { TextStyle } from './text-style.js'

const PLAIN_WORD = /^[A-Za-z_$][\w$]*$/

/**
 * A value as text in this style. `indent` is the white space of the line it begins on.
 * @throws ConfigFailure `config-invalid` for what a file cannot say
 */
export function printValue(value: unknown, style: TextStyle, indent: string): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'number') return printScalar(value)
  if (typeof value === 'string') return printText(value)
  if (Array.isArray(value)) {
    return printItems(
      value.map((item) => printValue(item, style, indent + style.indent)),
      '[]',
      style,
      indent,
    )
  }
  if (typeof value !== 'object')
    throw new ConfigFailure('config-invalid', `a ${typeof value} cannot be written to a file`)
  const members = Object.entries(value).filter(([, member]) => member !== undefined)
  const printed = members.map(
    ([key, member]) => `${printKey(key, style)}: ${printValue(member, style, indent + style.indent)}`,
  )
  return printItems(printed, '{}', style, indent)
}

export function printKey(key: string, style: TextStyle): string {
  return !style.quotesKeys && PLAIN_WORD.test(key) ? key : printText(key)
}

/** The two line ends that JSON allows in texts and JSON5 warns of are spelled out. */
function printText(text: string): string {
  return JSON.stringify(text).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')
}

/** Negative zero would lose its sign as a plain number. */
function printScalar(value: null | boolean | number): string {
  return Object.is(value, -0) ? '-0' : String(value)
}

function printItems(items: readonly string[], brackets: '[]' | '{}', style: TextStyle, indent: string): string {
  if (items.length === 0) return brackets
  const lines = items.map((item) => indent + style.indent + item).join(`,${style.lineFeed}`)
  return `${brackets[0]}${style.lineFeed}${lines}${style.lineFeed}${indent}${brackets[1]}`
}
