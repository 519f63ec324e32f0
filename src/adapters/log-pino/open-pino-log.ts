import { join } from 'node:path'
import { type DestinationStream, pino, symbols } from 'pino'
import type { LogLevel } from '../../application/ports/log.js'
import type { LogReader } from '../../application/ports/log-reader.js'
import { LEVEL_NUMBER, type LogThreshold } from '../../domain/log/level.js'
import { Masking, readMaskingPattern } from '../../domain/log/masking.js'
import type { Plain } from '../../domain/log/plain-fields.js'
import type { LogRecord } from './console-line.js'
import { ConsoleOutput, type ConsoleStyle, type TextSink } from './console-output.js'
import { cutLine, LONGEST_LINE_BYTES } from './cut-line.js'
import { FileLogReader } from './file-log-reader.js'
import { dailyFamily, fixedFamily } from './log-family.js'
import { PinoLog, type PinoVoice } from './pino-log.js'
import { RolledFile } from './rolled-file.js'

export interface PinoLogOptions {
  /** Absolute; files go to its `logs` directory, one a day, unless `file` names one. */
  readonly stateDir: string
  /** Absolute path of a fixed file. */
  readonly file?: string | undefined
  /** Least important level that goes to the file; default `info`. */
  readonly level?: LogThreshold | undefined
  /** Default 100 MiB. */
  readonly maxFileBytes?: number | undefined
  readonly console?: {
    /** Least important level that goes to the console; default `info`. */
    readonly level?: LogThreshold | undefined
    /** Default: pretty on a terminal, else compact. */
    readonly style?: ConsoleStyle | undefined
    readonly coloured?: boolean | undefined
    readonly stdout?: TextSink & { readonly isTTY?: boolean }
    readonly stderr?: TextSink
    readonly onlyStdout?: boolean
    readonly priorities?: boolean
  }
  /** Values that must not appear anywhere. */
  readonly secrets?: readonly string[] | undefined
  /** More expressions to mask, as the operator writes them; what is no expression is left out. */
  readonly patterns?: readonly string[] | undefined
  /** Id of the gateway instance, in every line. */
  readonly instance?: string | undefined
  /** Unix milliseconds; default the clock of the machine. */
  readonly now?: () => number
}

/** A log that is open, and what only its owner may do with it. */
export interface OpenLog {
  readonly log: PinoLog
  readonly reader: LogReader
  /** Path of the file written to now; empty before the first line. */
  readonly file: string
  /** Masks these values from now on. */
  addSecrets(secrets: Iterable<string>): void
  /** Changes what is written while running; absent members stay as they are. */
  adjust(changes: {
    level?: LogThreshold
    consoleLevel?: LogThreshold
    consoleStyle?: ConsoleStyle
    maxFileBytes?: number
  }): void
  /** Writes everything that is waiting. */
  flush(): void
  /** Goes on in a new file of the same name, after another program moved the old one. */
  reopen(): void
  /** Writes everything that is waiting and lets go of the file. Lines after that go to the console only. */
  close(): void
}

/** Opens the log of one process: JSON lines in a rolled file, readable lines on the console. */
export function openPinoLog(options: PinoLogOptions): OpenLog {
  const now = options.now ?? Date.now
  const levels = { file: options.level ?? 'info', console: options.console?.level ?? 'info' }
  const family = options.file === undefined ? dailyFamily(join(options.stateDir, 'logs')) : fixedFamily(options.file)
  const output = openConsole(options.console ?? {})
  const identity = { pid: process.pid, instance: options.instance }
  const file = new RolledFile({
    family,
    maxFileBytes: options.maxFileBytes ?? 100 * 1024 * 1024,
    now,
    troubled: (message) => {
      const record = { time: now(), level: 'error', subsystem: 'log', message, fields: {} } as const
      output.write(record, cutLine(record, identity))
    },
    lossLine: (lines) =>
      cutLine(
        { time: now(), level: 'warn', subsystem: 'log', message: `${lines} lines were lost`, fields: { lines } },
        identity,
      ),
  })

  let isClosed = false
  const distribute = (record: LogRecord, line: string): void => {
    const number = LEVEL_NUMBER[record.level]
    const text = isTooLong(line) ? cutLine(record, identity) : line
    if (!isClosed && number >= LEVEL_NUMBER[levels.file]) file.write(text, number >= LEVEL_NUMBER.error)
    if (number >= LEVEL_NUMBER[levels.console]) output.write(record, text)
  }
  const voice: PinoVoice = {
    pino: pino(
      {
        level: 'trace',
        messageKey: 'message',
        base: options.instance === undefined ? { pid: process.pid } : { pid: process.pid, instance: options.instance },
        timestamp: () => `,"time":"${new Date(now()).toISOString()}"`,
        formatters: { level: (level) => ({ level }) },
        serializers: { err: (plain: unknown) => plain },
      },
      destination(now, distribute),
    ),
    masking: new Masking(
      options.secrets ?? [],
      (options.patterns ?? []).flatMap((text) => readMaskingPattern(text) ?? []),
    ),
    threshold: thresholdOf(levels),
  }
  const flushAtExit = () => file.flush()
  process.on('exit', flushAtExit)

  return {
    log: new PinoLog(voice, 'gateway'),
    reader: new FileLogReader(family),
    get file() {
      return file.path
    },
    addSecrets: (secrets) => voice.masking.add(secrets),
    adjust(changes) {
      levels.file = changes.level ?? levels.file
      levels.console = changes.consoleLevel ?? levels.console
      voice.threshold = thresholdOf(levels)
      if (changes.consoleStyle !== undefined) output.style = changes.consoleStyle
      if (changes.maxFileBytes !== undefined) file.maxFileBytes = changes.maxFileBytes
    },
    flush: () => file.flush(),
    reopen: () => file.reopen(),
    close() {
      isClosed = true
      file.close()
      process.off('exit', flushAtExit)
    },
  }
}

function openConsole(options: NonNullable<PinoLogOptions['console']>): ConsoleOutput {
  const stdout = options.stdout ?? process.stdout
  const isTerminal = stdout.isTTY === true
  return new ConsoleOutput({
    style: options.style ?? (isTerminal ? 'pretty' : 'compact'),
    coloured: options.coloured ?? isTerminal,
    stdout,
    stderr: options.stderr ?? process.stderr,
    onlyStdout: options.onlyStdout ?? false,
    priorities: options.priorities ?? false,
  })
}

const LEVEL_OF_NUMBER = new Map<number, LogLevel>(
  (['fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const).map((level) => [LEVEL_NUMBER[level], level]),
)

/** Pino tells a destination that asks for it what the line was made of. */
interface PinoDestination extends DestinationStream {
  lastLevel: number
  lastMsg: string
  lastObj: Readonly<Record<string, Plain>>
}

function destination(now: () => number, distribute: (record: LogRecord, line: string) => void): PinoDestination {
  return {
    [symbols.needsMetadataGsym]: true,
    lastLevel: 0,
    lastMsg: '',
    lastObj: {},
    write(line: string) {
      const { subsystem, ...fields } = this.lastObj
      const level = LEVEL_OF_NUMBER.get(this.lastLevel) ?? 'info'
      distribute({ time: now(), level, subsystem: String(subsystem), message: this.lastMsg, fields }, line)
    },
  } as PinoDestination & Record<symbol, boolean>
}

function isTooLong(line: string): boolean {
  return line.length * 3 > LONGEST_LINE_BYTES && Buffer.byteLength(line) > LONGEST_LINE_BYTES
}

function thresholdOf(levels: { readonly file: LogThreshold; readonly console: LogThreshold }): number {
  return Math.min(LEVEL_NUMBER[levels.file], LEVEL_NUMBER[levels.console])
}
