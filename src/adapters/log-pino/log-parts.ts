import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import type { LogFamily } from './log-family.js'

const LONGEST_HEADER_BYTES = 512

/** One open file of a log and the place it has in the whole. */
export interface LogPart {
  readonly path: string
  readonly descriptor: number
  /** How many bytes the log had when this file began. */
  readonly start: number
  readonly size: number
  /** Unix milliseconds. */
  readonly changedAt: number
}

/**
 * First line of a file: it tells how many bytes the log had before, so that positions in the log survive rotation,
 * removal of old files and restarts.
 */
export function headerLine(time: string, start: number): string {
  const header = { level: 'info', time, subsystem: 'log', start, message: 'log file opened' }
  return `${JSON.stringify(header)}\n`
}

/**
 * Opens all files of a log at once, oldest first, so that a rotation cannot come in between. The caller closes them.
 * A file without a header counts as the continuation of the one changed before it.
 */
export function openParts(family: LogFamily): LogPart[] {
  const opened = family.paths().flatMap(openPart)
  opened.sort((one, other) => (one.start ?? Infinity) - (other.start ?? Infinity) || one.changedAt - other.changedAt)
  let end = 0
  return opened.map((part) => {
    const start = part.start ?? end
    end = start + part.size
    return { ...part, start }
  })
}

export function closeParts(parts: readonly LogPart[]): void {
  for (const part of parts) closeSync(part.descriptor)
}

/** How many bytes the log has had so far. */
export function endOfParts(parts: readonly LogPart[]): number {
  const last = parts.at(-1)
  return last === undefined ? 0 : last.start + last.size
}

function openPart(path: string): (Omit<LogPart, 'start'> & { readonly start: number | null })[] {
  try {
    const descriptor = openSync(path, 'r')
    const { size, mtimeMs } = fstatSync(descriptor)
    return [{ path, descriptor, size, changedAt: mtimeMs, start: readStart(descriptor) }]
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

/** What the header says; null when there is none. */
export function readStart(descriptor: number): number | null {
  const buffer = Buffer.alloc(LONGEST_HEADER_BYTES)
  const head = buffer.subarray(0, readSync(descriptor, buffer, 0, buffer.length, 0))
  const line = head.subarray(0, Math.max(0, head.indexOf('\n'))).toString('utf8')
  const found = /^\{"level":"info","time":"[^"]*","subsystem":"log","start":(\d+),/.exec(line)
  return found === null ? null : Number(found[1])
}
