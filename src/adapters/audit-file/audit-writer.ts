import { constants } from 'node:fs'
import { type FileHandle, mkdir, open, rename, stat } from 'node:fs/promises'
import { type AuditFamily, setAside } from './audit-family.js'

const LINE_FEED = 0x0a
const LARGEST_CHUNK_BYTES = 256 * 1024
const OWNER_ONLY = 0o600

/** A link is not followed: whoever could place one could choose what the gateway appends to. */
const OPEN_FLAGS = constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0)

/** What became of an attempt to write. */
export interface Written {
  /** So many lines, from the first, survive a crash now. */
  readonly durable: number
  /** What kept the others from being written; undefined when all are. */
  readonly trouble?: unknown
}

/** Appends lines to the current file and puts it aside when it is full. One call at a time. */
export class AuditWriter {
  readonly #family: AuditFamily
  readonly #maxBytes: number
  #handle: FileHandle | null = null
  #size = 0
  /** The file ends in the middle of a line. */
  #isTorn = false

  constructor(family: AuditFamily, maxBytes: number) {
    this.#family = family
    this.#maxBytes = maxBytes
  }

  /** @param lines each with its line feed */
  async append(lines: readonly string[]): Promise<Written> {
    let durable = 0
    let written = 0
    try {
      await this.#reopenIfMoved()
      while (written < lines.length) {
        if (this.#isFull(lines[written]!)) {
          await this.#handle?.datasync()
          durable = written
          await this.#rotate()
        }
        written += await this.#appendChunk(this.#chunkFrom(lines, written))
      }
      await this.#handle?.datasync()
      return { durable: written }
    } catch (trouble) {
      if (trouble instanceof TornWrite) durable = await this.#save(durable, written + trouble.wholeLines)
      // The file is opened anew for the next attempt; that closing fails as well says nothing new.
      return this.close().then(
        () => ({ durable, trouble: causeOf(trouble) }),
        () => ({ durable, trouble: causeOf(trouble) }),
      )
    }
  }

  async close(): Promise<void> {
    const handle = this.#handle
    this.#handle = null
    await handle?.close()
  }

  /** Somebody may have removed the file or put it aside; what is written to it then would be gone with it. */
  async #reopenIfMoved(): Promise<void> {
    if (this.#handle !== null && !(await isAt(this.#handle, this.#family.current))) await this.close()
    if (this.#handle === null) await this.#open()
  }

  async #open(): Promise<void> {
    await mkdir(this.#family.directory, { recursive: true, mode: 0o700 })
    const handle = await open(this.#family.current, OPEN_FLAGS, OWNER_ONLY)
    this.#handle = handle
    const { size, mode } = await handle.stat()
    if ((mode & 0o777) !== OWNER_ONLY) await handle.chmod(OWNER_ONLY)
    this.#size = size
    this.#isTorn = size > 0 && (await lastByte(handle, size)) !== LINE_FEED
    if (size === 0) await this.#syncDirectory()
  }

  #isFull(line: string): boolean {
    return this.#size > 0 && this.#size + Buffer.byteLength(line) > this.#maxBytes
  }

  /** As many lines as go into one write and into the file; at least one. */
  #chunkFrom(lines: readonly string[], start: number): readonly string[] {
    const room = Math.min(LARGEST_CHUNK_BYTES, this.#maxBytes - this.#size)
    let bytes = 0
    let end = start
    do {
      bytes += Buffer.byteLength(lines[end]!)
      end += 1
    } while (end < lines.length && bytes + Buffer.byteLength(lines[end]!) <= room)
    return lines.slice(start, end)
  }

  async #appendChunk(lines: readonly string[]): Promise<number> {
    if (this.#handle === null) throw new Error('the file is not open')
    const opening = this.#isTorn ? '\n' : ''
    const bytes = Buffer.from(opening + lines.join(''))
    let done = 0
    try {
      while (done < bytes.length) done += (await this.#handle.write(bytes, done)).bytesWritten
    } catch (error) {
      throw new TornWrite(Math.max(0, countLines(bytes.subarray(0, done)) - opening.length), error)
    }
    this.#isTorn = false
    this.#size += bytes.length
    return lines.length
  }

  /** Whole lines in front of a torn one are kept, if they can be. @returns how many lines are durable */
  async #save(durable: number, written: number): Promise<number> {
    try {
      await this.#handle?.datasync()
      return written
    } catch {
      return durable
    }
  }

  async #rotate(): Promise<void> {
    await this.close()
    for (let age = this.#family.keep - 1; age >= 1; age -= 1) {
      await renameIfThere(setAside(this.#family, age), setAside(this.#family, age + 1))
    }
    await rename(this.#family.current, setAside(this.#family, 1))
    await this.#open()
  }

  async #syncDirectory(): Promise<void> {
    // Windows has no handle of a directory to synchronise.
    if (process.platform === 'win32') return
    const directory = await open(this.#family.directory, 'r')
    try {
      await directory.sync()
    } finally {
      await directory.close()
    }
  }
}

/** A write ended in the middle. */
class TornWrite extends Error {
  readonly wholeLines: number

  constructor(wholeLines: number, cause: unknown) {
    super('a write ended in the middle', { cause })
    this.wholeLines = wholeLines
  }
}

function causeOf(trouble: unknown): unknown {
  return trouble instanceof TornWrite ? trouble.cause : trouble
}

async function isAt(handle: FileHandle, path: string): Promise<boolean> {
  const [mine, there] = await Promise.all([handle.stat(), stat(path).catch(absent)])
  return there !== null && mine.ino === there.ino && mine.dev === there.dev
}

async function lastByte(handle: FileHandle, size: number): Promise<number | undefined> {
  const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1)
  return buffer[0]
}

function countLines(bytes: Uint8Array): number {
  let lines = 0
  for (const byte of bytes) if (byte === LINE_FEED) lines += 1
  return lines
}

async function renameIfThere(from: string, to: string): Promise<void> {
  await rename(from, to).catch(absent)
}

/** Null for what is not there; every other trouble is one. */
function absent(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null
  throw error
}
