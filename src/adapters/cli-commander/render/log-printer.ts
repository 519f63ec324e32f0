import type { LogTail } from '../../../application/ports/log-reader.js'
import type { CliOutput } from '../cli-deps.js'
import { formatLogLine, LOG_LEVELS, type LogLine, type LogStyle, parseLogLine } from './log-line.js'

/** Which lines are shown. */
export interface LogSelection {
  /** Least important level. */
  readonly level?: string
  /** `gateway` shows `gateway/ws` as well. */
  readonly subsystem?: string
  readonly grep?: RegExp
  /** Unix milliseconds. */
  readonly since?: number
}

export interface LogPrinting {
  readonly json: boolean
  readonly selection: LogSelection
  readonly style: LogStyle
}

/** Writes log lines for people, or as one JSON object a line. */
export class LogPrinter {
  readonly #out: CliOutput
  readonly #printing: LogPrinting
  #metaPrinted = false

  constructor(out: CliOutput, printing: LogPrinting) {
    this.#out = out
    this.#printing = printing
  }

  /** @param newest of the wanted lines only so many, the newest; all of them by default */
  tail(tail: LogTail, newest = Number.POSITIVE_INFINITY): void {
    if (!this.#metaPrinted && this.#printing.json) {
      this.#json({ type: 'meta', file: tail.file, cursor: tail.cursor, size: tail.size })
    }
    this.#metaPrinted = true
    const wanted = tail.lines
      .map((raw) => ({ raw, line: parseLogLine(raw) }))
      .filter(({ raw, line }) => this.#isWanted(line, raw))
    for (const { raw, line } of wanted.slice(Math.max(0, wanted.length - newest))) this.#line(raw, line)
  }

  /** Whether lines are left out because of what they are. */
  get isSelective(): boolean {
    const { level, subsystem, grep, since } = this.#printing.selection
    return [level, subsystem, grep, since].some((wish) => wish !== undefined)
  }

  /** Something about the log that is not in it. */
  notice(message: string): void {
    if (this.#printing.json) this.#json({ type: 'notice', message })
    else this.#out.write(`-- ${message} --\n`)
  }

  #line(raw: string, line: LogLine | null): void {
    if (!this.#printing.json) {
      this.#out.write(`${line === null ? raw : formatLogLine(line, this.#printing.style)}\n`)
    } else if (line === null) {
      this.#json({ type: 'raw', raw })
    } else {
      this.#json({ type: 'log', ...line })
    }
  }

  #isWanted(line: LogLine | null, raw: string): boolean {
    const { level, subsystem, grep, since } = this.#printing.selection
    if (grep !== undefined && !grep.test(raw)) return false
    if (line === null) return level === undefined && subsystem === undefined && since === undefined
    if (since !== undefined && !(Date.parse(line.time) >= since)) return false
    if (level !== undefined && rank(line.level) < rank(level)) return false
    return subsystem === undefined || line.subsystem === subsystem || line.subsystem.startsWith(`${subsystem}/`)
  }

  #json(value: unknown): void {
    this.#out.write(`${JSON.stringify(value)}\n`)
  }
}

function rank(level: string): number {
  return (LOG_LEVELS as readonly string[]).indexOf(level)
}
