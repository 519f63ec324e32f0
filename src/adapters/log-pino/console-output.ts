import { LEVEL_NUMBER } from '../../domain/log/level.js'
import { compactLine, type LogRecord, prettyLine } from './console-line.js'

export type ConsoleStyle = 'pretty' | 'compact' | 'json'

/** The part of a Node stream that is used. */
export interface TextSink {
  write(text: string): unknown
  on?(event: 'error', heard: (error: Error) => void): unknown
}

export interface ConsoleOutputOptions {
  readonly style: ConsoleStyle
  readonly coloured: boolean
  /** Info and below. */
  readonly stdout: TextSink
  /** Warnings and above. */
  readonly stderr: TextSink
  /** Everything goes to stdout, so that a reader of JSON misses nothing. */
  readonly onlyStdout: boolean
  /** Compact lines begin with `<n>`, which the system's journal reads as priority. */
  readonly priorities: boolean
}

/** Lines for people at a terminal, or for whoever collects the output of the process. */
export class ConsoleOutput {
  readonly #options: ConsoleOutputOptions
  #style: ConsoleStyle
  #isBroken = false

  constructor(options: ConsoleOutputOptions) {
    this.#options = options
    this.#style = options.style
    for (const sink of new Set([options.stdout, options.stderr])) sink.on?.('error', () => this.#fallSilent())
  }

  set style(style: ConsoleStyle) {
    this.#style = style
  }

  /** @param json the same line as JSON, with its line feed */
  write(record: LogRecord, json: string): void {
    if (this.#isBroken) return
    const isLoud = LEVEL_NUMBER[record.level] >= LEVEL_NUMBER.warn
    const sink = isLoud && !this.#options.onlyStdout ? this.#options.stderr : this.#options.stdout
    sink.write(this.#textOf(record, json))
  }

  #textOf(record: LogRecord, json: string): string {
    if (this.#style === 'json') return json
    if (this.#style === 'pretty') return prettyLine(record, this.#options.coloured)
    return this.#options.priorities ? `<${priorityOf(record)}>${compactLine(record)}` : compactLine(record)
  }

  /** Nobody reads any more: a closed pipe must not end the gateway. */
  #fallSilent(): void {
    this.#isBroken = true
  }
}

/** Severity as syslog counts it. */
function priorityOf({ level }: LogRecord): number {
  return { fatal: 2, error: 3, warn: 4, info: 6, debug: 7, trace: 7 }[level]
}
