/** Quietest first. */
export const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const
export type Level = (typeof LEVELS)[number]

/** One line of the log, as it is shown. */
export interface LogLine {
  /** Counts up; tells lines apart. */
  readonly id: number
  /** ISO time; empty where the line names none. */
  readonly time: string
  readonly level: Level
  readonly subsystem: string
  readonly message: string
  /** The other members of the line as JSON; empty when there are none. */
  readonly details: string
}

/** Shown in columns of their own, or the same in every line. */
const NO_DETAILS = new Set(['time', 'level', 'subsystem', 'message', 'pid', 'hostname', 'instance', 'v', '0', '_meta'])

/** Reads a line; text that is no JSON object stands as it is. */
export function readLogLine(text: string, id: number): LogLine {
  const parsed = objectOf(text)
  if (parsed === null) return { id, time: '', level: 'info', subsystem: '', message: text, details: '' }
  const others = Object.entries(parsed).filter(([name]) => !NO_DETAILS.has(name))
  const level = LEVELS.find((name) => name === parsed.level) ?? 'info'
  return {
    id,
    time: typeof parsed.time === 'string' ? parsed.time : '',
    level,
    subsystem: wordOf(parsed.subsystem),
    message: wordOf(parsed.message),
    details: others.length === 0 ? '' : JSON.stringify(Object.fromEntries(others)),
  }
}

/** Whether a line is at least that loud and holds that text, whatever its case. */
export function isShown(line: LogLine, level: Level, search: string): boolean {
  if (LEVELS.indexOf(line.level) < LEVELS.indexOf(level)) return false
  const wanted = search.trim().toLowerCase()
  if (wanted === '') return true
  return `${line.subsystem} ${line.message} ${line.details}`.toLowerCase().includes(wanted)
}

function wordOf(value: unknown): string {
  return typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value)
}

function objectOf(text: string): Record<string, unknown> | null {
  if (!text.startsWith('{')) return null
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    return null
  }
}
