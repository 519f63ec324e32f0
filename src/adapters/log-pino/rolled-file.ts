import { closeSync, fstatSync, mkdirSync, openSync, readSync, renameSync, rmSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { type LogFamily, rotatedPath } from './log-family.js'
import { closeParts, endOfParts, headerLine, type LogPart, openParts, readStart } from './log-parts.js'

const LATEST_MS = 200
const LARGEST_BUFFER = 64 * 1024
const RETRY_MS = 1_000
const REPORT_MS = 60_000
const KEPT_MS = 7 * 24 * 3_600_000
const KEPT_BYTES = 1024 ** 3

export interface RolledFileOptions {
  readonly family: LogFamily
  /** A file that would grow beyond this many bytes is put aside. */
  readonly maxFileBytes: number
  /** Unix milliseconds. */
  readonly now: () => number
  /** Hears, at most once a minute, that lines are being lost, and why. */
  readonly troubled: (sentence: string) => void
  /** Makes the line that tells how many lines are missing before it; with line feed. */
  readonly lossLine: (lines: number) => string
}

/**
 * Appends lines to the current file of a log, starts the next file at midnight and at the size limit, and removes old
 * ones. Lines are at most 200 ms late. Never throws: what cannot be written is counted, dropped and told later.
 */
export class RolledFile {
  readonly #options: RolledFileOptions
  #maxFileBytes: number
  #descriptor: number | null = null
  #path = ''
  #size = 0
  #endsAt = 0
  #waiting: string[] = []
  #waitingBytes = 0
  #timer: NodeJS.Timeout | null = null
  #lost = 0
  #retryAt = 0
  #reportAt = 0

  constructor(options: RolledFileOptions) {
    this.#options = options
    this.#maxFileBytes = options.maxFileBytes
  }

  /** Path of the file written to; empty before the first line. */
  get path(): string {
    return this.#path
  }

  set maxFileBytes(bytes: number) {
    this.#maxFileBytes = bytes
  }

  /** @param line with its line feed. @param urgent it must be in the file when this returns */
  write(line: string, urgent: boolean): void {
    const bytes = Buffer.byteLength(line)
    this.#attempt(() => this.#makeRoom(bytes))
    if (this.#descriptor === null) {
      this.#lost += 1
      return
    }
    this.#waiting.push(line)
    this.#waitingBytes += bytes
    this.#size += bytes
    if (urgent || this.#waitingBytes >= LARGEST_BUFFER) this.flush()
    else this.#timer ??= setTimeout(() => this.flush(), LATEST_MS).unref()
  }

  /** Writes what is waiting. */
  flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    if (this.#waiting.length > 0) this.#attempt(() => this.#writeOut())
  }

  /** Goes on in a new file of the same name, after somebody else moved the old one away. */
  reopen(): void {
    this.close()
    this.#attempt(() => this.#open())
  }

  close(): void {
    this.flush()
    this.#closeDescriptor()
  }

  /** Sees to it that there is a file with room for so many bytes. */
  #makeRoom(bytes: number): void {
    const now = this.#options.now()
    if (this.#descriptor === null) {
      if (now >= this.#retryAt) this.#open()
      return
    }
    const isFull = this.#size + bytes > this.#maxFileBytes && this.#size > 0
    if (now < this.#endsAt && !isFull) return
    this.close()
    if (now < this.#endsAt) renameSync(this.#path, rotatedPath(this.#path, this.#options.family))
    this.#open()
  }

  #open(): void {
    const { family, now, lossLine } = this.#options
    const time = now()
    this.#path = family.currentPath(time)
    this.#endsAt = family.endOfFile(time)
    mkdirSync(dirname(this.#path), { recursive: true, mode: 0o700 })
    this.#removeOld(time)
    this.#descriptor = openSync(this.#path, 'a+', 0o600)
    this.#size = fstatSync(this.#descriptor).size
    this.#append(this.#beginning(this.#descriptor, time))
    if (this.#lost === 0) return
    this.#append(lossLine(this.#lost))
    this.#lost = 0
  }

  /** What must stand before the next line: a header, the end of a line that a crash cut off, or nothing. */
  #beginning(descriptor: number, time: number): string {
    if (this.#size === 0) return headerLine(new Date(time).toISOString(), this.#endOfLog())
    const last = Buffer.alloc(1)
    readSync(descriptor, last, 0, 1, this.#size - 1)
    return last.toString() === '\n' ? '' : '\n'
  }

  /** A file that was emptied behind our back begins where the others end. */
  #endOfLog(): number {
    const parts = openParts(this.#options.family)
    try {
      return endOfParts(parts.filter((part) => part.path !== this.#path || readStart(part.descriptor) !== null))
    } finally {
      closeParts(parts)
    }
  }

  #writeOut(): void {
    if (this.#descriptor === null) throw new Error('the file is not open')
    const text = this.#waiting.join('')
    writeFully(this.#descriptor, text)
    this.#waiting = []
    this.#waitingBytes = 0
  }

  #append(text: string): void {
    if (text === '' || this.#descriptor === null) return
    writeFully(this.#descriptor, text)
    this.#size += Buffer.byteLength(text)
  }

  /** Removes what is older than seven days, then the oldest until one gigabyte is left. */
  #removeOld(now: number): void {
    const parts = openParts(this.#options.family)
    closeParts(parts)
    let bytes = parts.reduce((sum, part) => sum + part.size, 0)
    const isOutdated = (part: LogPart) => now - part.changedAt > KEPT_MS || bytes > KEPT_BYTES
    for (const part of parts) {
      if (part.path === this.#path || !isOutdated(part)) continue
      rmSync(part.path, { force: true })
      bytes -= part.size
    }
  }

  #attempt(action: () => void): void {
    try {
      action()
    } catch (error) {
      this.#giveUp(error)
    }
  }

  /** Drops what is waiting and tries again later. */
  #giveUp(error: unknown): void {
    this.#lost += this.#waiting.length
    this.#waiting = []
    this.#waitingBytes = 0
    this.#closeDescriptor()
    const now = this.#options.now()
    this.#retryAt = now + RETRY_MS
    if (now < this.#reportAt) return
    this.#reportAt = now + REPORT_MS
    const reason = (error as NodeJS.ErrnoException).code ?? String(error)
    this.#options.troubled(`log lines are being lost: ${this.#path} cannot be written (${reason})`)
  }

  #closeDescriptor(): void {
    if (this.#descriptor === null) return
    const descriptor = this.#descriptor
    this.#descriptor = null
    try {
      closeSync(descriptor)
    } catch (error) {
      this.#options.troubled(`${this.#path} cannot be closed (${(error as NodeJS.ErrnoException).code})`)
    }
  }
}

function writeFully(descriptor: number, text: string): void {
  const bytes = Buffer.from(text, 'utf8')
  for (let written = 0; written < bytes.length; ) {
    written += writeSync(descriptor, bytes, written, bytes.length - written)
  }
}
