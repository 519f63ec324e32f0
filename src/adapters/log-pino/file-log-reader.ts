import { read } from 'node:fs'
import { promisify } from 'node:util'
import type { LogReader, LogTail, LogTailRequest } from '../../application/ports/log-reader.js'
import { forViewers } from '../../domain/log/log-line.js'
import type { LogFamily } from './log-family.js'
import { closeParts, endOfParts, type LogPart, openParts } from './log-parts.js'

/** A line may take this much; reading less at once could mean reading no whole line. */
const LONGEST_LINE_BYTES = 64 * 1024 + 1
const LINE_FEED = 0x0a

const readAt = promisify(read)

interface Line {
  readonly bytes: Buffer
  /** Position in the log behind the line and its line feed. */
  readonly end: number
}

/** Reads back the files of a log, whoever wrote them. */
export class FileLogReader implements LogReader {
  readonly #family: LogFamily

  constructor(family: LogFamily) {
    this.#family = family
  }

  async tail(request: LogTailRequest): Promise<LogTail> {
    const parts = openParts(this.#family)
    try {
      const size = endOfParts(parts)
      const file = parts.at(-1)?.path ?? ''
      const { cursor } = request
      if (cursor === undefined || cursor > size) {
        return { file, size, reset: cursor !== undefined, ...(await newest(parts, request)) }
      }
      return { file, size, ...(await linesAfter(parts, cursor, request)) }
    } finally {
      closeParts(parts)
    }
  }
}

async function newest(
  parts: readonly LogPart[],
  request: LogTailRequest,
): Promise<Pick<LogTail, 'lines' | 'cursor' | 'truncated'>> {
  const size = endOfParts(parts)
  const oldest = parts[0]?.start ?? 0
  const from = Math.max(oldest, size - Math.max(request.maxBytes, LONGEST_LINE_BYTES))
  const lines = await readLines(parts, from, size)
  const taken = takeWithin([...lines].reverse(), request).reverse()
  return {
    lines: taken.map(textOf),
    cursor: lines.at(-1)?.end ?? size,
    truncated: from > oldest || taken.length < lines.length,
  }
}

async function linesAfter(
  parts: readonly LogPart[],
  cursor: number,
  request: LogTailRequest,
): Promise<Pick<LogTail, 'lines' | 'cursor' | 'truncated' | 'reset'>> {
  const holder = parts.find((part) => cursor < part.start + part.size)
  const reset = holder !== undefined && cursor < holder.start
  const from = reset ? holder.start : cursor
  const lines = await readLines(parts, from, from + Math.max(request.maxBytes, LONGEST_LINE_BYTES))
  const taken = takeWithin(lines, request)
  return { lines: taken.map(textOf), cursor: taken.at(-1)?.end ?? from, truncated: false, reset }
}

/** The whole lines between two positions of the log; one that began before the first position is left out. */
async function readLines(parts: readonly LogPart[], from: number, to: number): Promise<Line[]> {
  const lines: Line[] = []
  for (const part of parts) {
    const first = Math.max(from, part.start)
    const last = Math.min(to, part.start + part.size)
    if (first >= last) continue
    lines.push(...(await readLinesOf(part, first, last, part !== parts.at(-1))))
    if (last === to) break
  }
  return lines
}

/** @param isClosed nothing is appended any more, so the end of the file ends its last line */
async function readLinesOf(part: LogPart, from: number, to: number, isClosed: boolean): Promise<Line[]> {
  const lookBack = from > part.start ? 1 : 0
  const bytes = await readRange(part, from - lookBack - part.start, to - from + lookBack)
  const lines: Line[] = []
  let at = lookBack === 0 ? 0 : bytes.indexOf(LINE_FEED) + 1
  if (lookBack === 1 && at === 0) return lines
  for (let end = bytes.indexOf(LINE_FEED, at); end !== -1; end = bytes.indexOf(LINE_FEED, at)) {
    lines.push({ bytes: bytes.subarray(at, end), end: from - lookBack + end + 1 })
    at = end + 1
  }
  if (isClosed && to === part.start + part.size && at < bytes.length) lines.push({ bytes: bytes.subarray(at), end: to })
  return lines
}

async function readRange(part: LogPart, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length)
  let filled = 0
  while (filled < length) {
    const { bytesRead } = await readAt(part.descriptor, buffer, filled, length - filled, position + filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return buffer.subarray(0, filled)
}

/** The first lines that fit; always one where there is one, so that a follower gets on. */
function takeWithin(lines: readonly Line[], { limit, maxBytes }: LogTailRequest): Line[] {
  const taken: Line[] = []
  let bytes = 0
  for (const line of lines) {
    bytes += line.bytes.length + 1
    if (taken.length >= limit || (taken.length > 0 && bytes > maxBytes)) break
    taken.push(line)
  }
  return taken
}

function textOf(line: Line): string {
  return forViewers(line.bytes.toString('utf8'))
}
