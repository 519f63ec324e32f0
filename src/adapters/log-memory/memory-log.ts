import type { Log, LogFields, LogLevel } from '../../application/ports/log.js'
import type { LogReader, LogTail, LogTailRequest } from '../../application/ports/log-reader.js'
import { LEVEL_NUMBER, type LogThreshold } from '../../domain/log/level.js'
import { forViewers } from '../../domain/log/log-line.js'
import { Masking } from '../../domain/log/masking.js'
import { type Plain, plainFields } from '../../domain/log/plain-fields.js'
import { printable } from '../../domain/log/printable.js'

/** One thing that was said. */
export interface MemoryLogLine {
  readonly level: LogLevel
  readonly subsystem: string
  readonly message: string
  readonly fields: Readonly<Record<string, Plain>>
}

export interface MemoryLogOptions {
  /** Least important level that is kept; default `trace`. */
  readonly level?: LogThreshold
  /** Values that must not appear in any line. */
  readonly secrets?: readonly string[]
  /** Unix milliseconds for the `time` of lines that are read back; default: always 0. */
  readonly now?: () => number
}

/** A line as it is read back, and the count of bytes behind its line feed. */
interface WrittenText {
  readonly text: string
  readonly end: number
}

/** Everything the family of one root log shares. */
interface Written {
  readonly lines: MemoryLogLine[]
  readonly texts: WrittenText[]
  readonly threshold: number
  readonly masking: Masking
  readonly now: () => number
}

interface Voice {
  readonly written: Written
  readonly subsystem: string
  readonly fields: Readonly<Record<string, Plain>>
}

/** A log that only remembers. Children write into the same memory. */
export class MemoryLog implements Log, LogReader {
  readonly #written: Written
  readonly #subsystem: string
  readonly #fields: Readonly<Record<string, Plain>>

  /** @param voice what a child inherits from the log it speaks for; absent for a root */
  constructor(options: MemoryLogOptions = {}, voice?: Voice) {
    this.#written = voice?.written ?? {
      lines: [],
      texts: [],
      threshold: LEVEL_NUMBER[options.level ?? 'trace'],
      masking: new Masking(options.secrets ?? []),
      now: options.now ?? (() => 0),
    }
    this.#subsystem = voice?.subsystem ?? 'gateway'
    this.#fields = voice?.fields ?? {}
  }

  /** What was said so far, oldest first. */
  get lines(): readonly MemoryLogLine[] {
    return this.#written.lines
  }

  /** Masks these values from now on. */
  addSecrets(secrets: Iterable<string>): void {
    this.#written.masking.add(secrets)
  }

  enabled(level: LogLevel): boolean {
    return LEVEL_NUMBER[level] >= this.#written.threshold
  }

  fatal(message: string, fields?: LogFields): void {
    this.#write('fatal', message, fields)
  }

  error(message: string, fields?: LogFields): void {
    this.#write('error', message, fields)
  }

  warn(message: string, fields?: LogFields): void {
    this.#write('warn', message, fields)
  }

  info(message: string, fields?: LogFields): void {
    this.#write('info', message, fields)
  }

  debug(message: string, fields?: LogFields): void {
    this.#write('debug', message, fields)
  }

  trace(message: string, fields?: LogFields): void {
    this.#write('trace', message, fields)
  }

  child(subsystem: string, fields: LogFields = {}): MemoryLog {
    const bound = { ...this.#fields, ...plainFields(fields, this.#written.masking) }
    return new MemoryLog({}, { written: this.#written, subsystem, fields: bound })
  }

  async tail(request: LogTailRequest): Promise<LogTail> {
    const { texts } = this.#written
    const size = texts.at(-1)?.end ?? 0
    const tail = { file: texts.length === 0 ? '' : 'memory', size, reset: false }
    if (request.cursor === undefined) return { ...tail, cursor: size, ...this.#newest(request) }
    if (request.cursor > size) return { ...tail, cursor: size, ...this.#newest(request), reset: true }
    return { ...tail, ...this.#after(request.cursor, request) }
  }

  #newest({ limit, maxBytes }: LogTailRequest): Pick<LogTail, 'lines' | 'truncated'> {
    const { texts } = this.#written
    const taken = takeWithin([...texts].reverse(), limit, maxBytes).reverse()
    return { lines: taken.map((line) => forViewers(line.text)), truncated: taken.length < texts.length }
  }

  #after(cursor: number, { limit, maxBytes }: LogTailRequest): Pick<LogTail, 'lines' | 'truncated' | 'cursor'> {
    const newer = this.#written.texts.filter((line) => line.end > cursor)
    const taken = takeWithin(newer, limit, maxBytes)
    return { lines: taken.map((line) => forViewers(line.text)), truncated: false, cursor: taken.at(-1)?.end ?? cursor }
  }

  #write(level: LogLevel, message: string, fields: LogFields | undefined): void {
    if (!this.enabled(level)) return
    const { lines, texts, masking, now } = this.#written
    const own = fields === undefined ? this.#fields : { ...this.#fields, ...plainFields(fields, masking) }
    const line = { level, subsystem: this.#subsystem, message: masking.text(printable(String(message))), fields: own }
    const text = JSON.stringify({
      time: new Date(now()).toISOString(),
      level,
      subsystem: line.subsystem,
      ...own,
      message: line.message,
    })
    lines.push(line)
    texts.push({ text, end: (texts.at(-1)?.end ?? 0) + Buffer.byteLength(text) + 1 })
  }
}

/** The first lines that fit; always one where there is one, so that a follower gets on. */
function takeWithin(lines: readonly WrittenText[], limit: number, maxBytes: number): WrittenText[] {
  const taken: WrittenText[] = []
  let bytes = 0
  for (const line of lines) {
    bytes += Buffer.byteLength(line.text) + 1
    if (taken.length >= limit || (taken.length > 0 && bytes > maxBytes)) break
    taken.push(line)
  }
  return taken
}
