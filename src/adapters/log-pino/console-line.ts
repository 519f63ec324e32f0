import type { LogLevel } from '../../application/ports/log.js'
import type { Plain } from '../../domain/log/plain-fields.js'

/** Everything one line says. */
export interface LogRecord {
  /** Unix milliseconds. */
  readonly time: number
  readonly level: LogLevel
  readonly subsystem: string
  readonly message: string
  readonly fields: Readonly<Record<string, Plain>>
}

const LEVEL_COLOUR: Readonly<Record<LogLevel, number>> = {
  fatal: 35,
  error: 31,
  warn: 33,
  info: 36,
  debug: 34,
  trace: 90,
}
const DIM = 90

/** `16:49:24 [ws] listening port=18789`, local time; prefix and level coloured when asked. */
export function prettyLine(record: LogRecord, coloured: boolean): string {
  const paint = (colour: number, text: string) => (coloured ? `\u001b[${colour}m${text}\u001b[39m` : text)
  const prefix = record.subsystem.replace(/^(gateway|channels)\//, '')
  const { text, block } = shownFields(record.fields)
  const message = record.level === 'info' ? record.message : paint(LEVEL_COLOUR[record.level], record.message)
  const head = `${paint(DIM, clockTime(new Date(record.time)))} ${paint(LEVEL_COLOUR[record.level], `[${prefix}]`)} ${message}`
  return `${head}${text === '' ? '' : ` ${paint(DIM, text)}`}${block}\n`
}

/** `2026-03-01T16:49:24.123Z info [gateway/ws] listening port=18789` */
export function compactLine(record: LogRecord): string {
  const { text, block } = shownFields(record.fields)
  const head = `${new Date(record.time).toISOString()} ${record.level} [${record.subsystem}] ${record.message}`
  return `${head}${text === '' ? '' : ` ${text}`}${block}\n`
}

/** Members as `name=value`; the stack of an error as an indented block below. */
function shownFields(fields: Readonly<Record<string, Plain>>): { text: string; block: string } {
  const shown: string[] = []
  let block = ''
  for (const [name, value] of Object.entries(fields)) {
    if (isError(value)) {
      shown.push(`${name}=${JSON.stringify(value.message)}`)
      if (typeof value.stack === 'string') block += value.stack.replace(/^/gm, '    ').replace(/^/, '\n')
    } else shown.push(`${name}=${shownValue(value)}`)
  }
  return { text: shown.join(' '), block }
}

function isError(value: Plain): value is { readonly message: string; readonly stack?: Plain } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && 'stack' in value && 'message' in value
}

function shownValue(value: Plain): string {
  if (typeof value === 'string') return /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value)
  return JSON.stringify(value)
}

function clockTime(date: Date): string {
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':')
}
