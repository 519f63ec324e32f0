import type { LogRecord } from './console-line.js'

/** Longest line, line feed included. */
export const LONGEST_LINE_BYTES = 64 * 1024

const LONGEST_MESSAGE = 8 * 1024
const LONGEST_FIELD = 256
const MOST_FIELDS = 40

/** A line that takes too many bytes, without its long fields and with the beginning of its message. */
export function cutLine(
  record: LogRecord,
  process: { readonly pid: number; readonly instance: string | undefined },
): string {
  const short = Object.entries(record.fields)
    .filter(([name, value]) => name.length <= LONGEST_FIELD && JSON.stringify(value).length <= LONGEST_FIELD)
    .slice(0, MOST_FIELDS)
  const { level, subsystem, message } = record
  const time = new Date(record.time).toISOString()
  const kept = { level, time, ...process, subsystem: subsystem.slice(0, LONGEST_FIELD), ...Object.fromEntries(short) }
  return `${JSON.stringify({ ...kept, truncated: true, message: message.slice(0, LONGEST_MESSAGE) })}\n`
}
