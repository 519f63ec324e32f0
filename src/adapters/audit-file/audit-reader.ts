import { type FileHandle, open } from 'node:fs/promises'
import { AuditFailure } from '../../application/ports/audit-trail.js'

const LINE_FEED = 0x0a
const BLOCK_BYTES = 64 * 1024
/** Nothing we write is nearly as long; what is longer is passed over. */
const LONGEST_LINE_BYTES = 1024 * 1024

/** A file of the trail as it was when it was opened; what is appended later is not seen. */
export interface AuditPart {
  readonly handle: FileHandle
  readonly size: number
}

/**
 * Opens what is there.
 * @param paths newest first; if the files are put aside meanwhile, one is met twice rather than missed, and seen once
 */
export async function openParts(paths: readonly string[]): Promise<readonly AuditPart[]> {
  const parts: AuditPart[] = []
  const seen = new Set<string>()
  for (const path of paths) {
    const handle = await openIfThere(path)
    if (handle === null) continue
    const { size, ino, dev } = await handle.stat()
    if (seen.has(`${dev}:${ino}`)) await handle.close()
    else parts.push({ handle, size })
    seen.add(`${dev}:${ino}`)
  }
  return parts
}

export async function closeParts(parts: readonly AuditPart[]): Promise<void> {
  await Promise.all(parts.map(({ handle }) => handle.close()))
}

/** All lines, last line of the newest file first, never more than a few blocks in memory. */
export async function* linesFromEnd(parts: readonly AuditPart[]): AsyncGenerator<string> {
  for (const part of parts) yield* linesOfPart(part)
}

async function* linesOfPart({ handle, size }: AuditPart): AsyncGenerator<string> {
  let tail = Buffer.alloc(0)
  let isTooLong = false
  for (let end = size; end > 0; ) {
    const start = Math.max(0, end - BLOCK_BYTES)
    const bytes = Buffer.concat([await readRange(handle, start, end - start), tail])
    let to = bytes.length
    for (let feed = bytes.lastIndexOf(LINE_FEED); feed !== -1; feed = lastFeedBefore(bytes, feed)) {
      if (!isTooLong && feed + 1 < to) yield bytes.toString('utf8', feed + 1, to)
      isTooLong = false
      to = feed
    }
    isTooLong ||= to > LONGEST_LINE_BYTES
    tail = isTooLong ? Buffer.alloc(0) : bytes.subarray(0, to)
    end = start
  }
  if (tail.length > 0) yield tail.toString('utf8')
}

function lastFeedBefore(bytes: Buffer, position: number): number {
  return position === 0 ? -1 : bytes.lastIndexOf(LINE_FEED, position - 1)
}

async function readRange(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length)
  let filled = 0
  while (filled < length) {
    const { bytesRead } = await handle.read(buffer, filled, length - filled, position + filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return buffer.subarray(0, filled)
}

async function openIfThere(path: string): Promise<FileHandle | null> {
  try {
    return await open(path, 'r')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return null
    throw new AuditFailure('audit-unreadable', `cannot read ${path}: ${code ?? 'unknown error'}`, error)
  }
}
