import type { Logger } from 'pino'
import type { Log, LogFields, LogLevel } from '../../application/ports/log.js'
import { LEVEL_NUMBER } from '../../domain/log/level.js'
import type { Masking } from '../../domain/log/masking.js'
import { type Plain, plainFields } from '../../domain/log/plain-fields.js'
import { printable } from '../../domain/log/printable.js'

/** What a root log and all who speak through it share. */
export interface PinoVoice {
  readonly pino: Logger
  readonly masking: Masking
  /** Number of the least important level that goes anywhere; changes while the gateway runs. */
  threshold: number
}

/** A log that writes through pino. Made by `openPinoLog`. */
export class PinoLog implements Log {
  readonly #voice: PinoVoice
  readonly #subsystem: string
  readonly #bound: Readonly<Record<string, Plain>>

  constructor(voice: PinoVoice, subsystem: string, bound: Readonly<Record<string, Plain>> = {}) {
    this.#voice = voice
    this.#subsystem = subsystem
    this.#bound = bound
  }

  enabled(level: LogLevel): boolean {
    return LEVEL_NUMBER[level] >= this.#voice.threshold
  }

  fatal(message: string, fields?: LogFields): void {
    if (this.#voice.threshold <= LEVEL_NUMBER.fatal) this.#write('fatal', message, fields)
  }

  error(message: string, fields?: LogFields): void {
    if (this.#voice.threshold <= LEVEL_NUMBER.error) this.#write('error', message, fields)
  }

  warn(message: string, fields?: LogFields): void {
    if (this.#voice.threshold <= LEVEL_NUMBER.warn) this.#write('warn', message, fields)
  }

  info(message: string, fields?: LogFields): void {
    if (this.#voice.threshold <= LEVEL_NUMBER.info) this.#write('info', message, fields)
  }

  debug(message: string, fields?: LogFields): void {
    if (this.#voice.threshold <= LEVEL_NUMBER.debug) this.#write('debug', message, fields)
  }

  trace(message: string, fields?: LogFields): void {
    if (this.#voice.threshold <= LEVEL_NUMBER.trace) this.#write('trace', message, fields)
  }

  child(subsystem: string, fields?: LogFields): PinoLog {
    const own = fields === undefined ? this.#bound : { ...this.#bound, ...plainFields(fields, this.#voice.masking) }
    return new PinoLog(this.#voice, subsystem, own)
  }

  /** Members reach pino as plain, masked data; two of one name never end up in one line. */
  #write(level: LogLevel, message: string, fields: LogFields | undefined): void {
    const { pino, masking } = this.#voice
    const own = fields === undefined ? this.#bound : { ...this.#bound, ...plainFields(fields, masking) }
    pino[level]({ subsystem: this.#subsystem, ...own }, masking.text(printable(String(message))))
  }
}
