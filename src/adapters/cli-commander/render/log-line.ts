import type { Paint } from './paint.js'

/** One line of the log, taken apart. */
export interface LogLine {
  readonly time: string
  readonly level: string
  readonly subsystem: string
  readonly message: string
  /** What stands beside the sentence. */
  readonly fields: Readonly<Record<string, unknown>>
  readonly raw: string
}

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const

/** Null when the line is no log object. */
export function parseLogLine(raw: string): LogLine | null {
  const value = parseObject(raw)
  if (value === null || typeof value.message !== 'string') return null
  const { time, level, subsystem, message, _meta, ...rest } = value
  const fields = Object.fromEntries(Object.entries(rest).filter(([name]) => !/^\d+$/.test(name)))
  return {
    time: typeof time === 'string' ? time : '',
    level: typeof level === 'string' ? level : 'info',
    subsystem: typeof subsystem === 'string' ? subsystem : '',
    message,
    fields,
    raw,
  }
}

export interface LogStyle {
  readonly paint: Paint
  /** Time of day only, for a terminal. */
  readonly short: boolean
  /** In the time zone of this host, where the style does not have it anyway. */
  readonly localTime: boolean
}

/** `16:49:24 info  gateway/reload  config reload: applied` */
export function formatLogLine(line: LogLine, style: LogStyle): string {
  const { paint } = style
  const level = line.level.padEnd(5)
  const colour = line.level === 'warn' ? paint.yellow : /^(error|fatal)$/.test(line.level) ? paint.red : paint.dim
  return `${paint.dim(timeText(line.time, style))} ${colour(level)} ${paint.cyan(line.subsystem)}  ${line.message}`
}

function timeText(time: string, style: LogStyle): string {
  const date = new Date(time)
  if (Number.isNaN(date.getTime())) return time === '' ? '-' : time
  const two = (value: number) => String(value).padStart(2, '0')
  const clock = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`
  if (style.short) return clock
  if (!style.localTime) return date.toISOString()
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
  const offset = -date.getTimezoneOffset()
  const zone = `${offset < 0 ? '-' : '+'}${two(Math.floor(Math.abs(offset) / 60))}:${two(Math.abs(offset) % 60)}`
  return `${day}T${clock}.${String(date.getMilliseconds()).padStart(3, '0')}${zone}`
}

function parseObject(raw: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(raw)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return null
    throw thrown
  }
}
