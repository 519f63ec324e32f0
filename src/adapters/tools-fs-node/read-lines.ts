import type { FileHandle } from 'node:fs/promises'
import { ToolRefusal } from './tool-refusal.js'

/** Which lines are wanted. */
export interface LineRange {
  /** Number of the first line; the file begins with line 1. */
  readonly offset: number
  /** How many lines at most. */
  readonly limit: number
  /** How many bytes at most. */
  readonly maxBytes: number
}

export interface ReadLines {
  readonly text: string
  /** How many lines `text` has. */
  readonly count: number
  /** Number of the line to go on with; null at the end of the file. */
  readonly nextLine: number | null
  /** The only line shown is longer than may be shown, and was cut. */
  readonly isCut: boolean
}

const CHUNK_BYTES = 64 * 1024
const NEWLINE = 0x0a

/**
 * Reads some lines of a file without holding the rest in memory.
 * @throws ToolRefusal when what is wanted is not text
 */
export async function readLines(handle: FileHandle, range: LineRange, signal: AbortSignal): Promise<ReadLines> {
  const collected = new CollectedLines(range)
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES)
  for (let position = 0; !collected.isFull; ) {
    if (signal.aborted) throw new ToolRefusal('the call was aborted')
    const { bytesRead } = await handle.read(chunk, 0, CHUNK_BYTES, position)
    if (bytesRead === 0) break
    const bytes = chunk.subarray(0, bytesRead)
    // A look at the beginning, as everybody does; the lines themselves are looked at in full.
    if (position === 0 && bytes.includes(0)) throw new ToolRefusal('it is a binary file')
    collected.take(bytes)
    position += bytesRead
  }
  return collected.result()
}

class CollectedLines {
  readonly #range: LineRange
  readonly #pieces: Buffer[] = []
  #bytes = 0
  /** Number of the line that comes next in the file. */
  #line = 1
  #seesMore = false

  constructor(range: LineRange) {
    this.#range = range
  }

  /** Whether nothing further can change the result. */
  get isFull(): boolean {
    return this.#seesMore
  }

  take(bytes: Buffer): void {
    let from = 0
    while (from < bytes.length && !this.#seesMore) {
      const newline = bytes.indexOf(NEWLINE, from)
      const end = newline === -1 ? bytes.length : newline + 1
      this.#keep(bytes.subarray(from, end))
      if (newline !== -1) this.#line += 1
      from = end
    }
  }

  result(): ReadLines {
    const { offset, maxBytes } = this.#range
    const all = Buffer.concat(this.#pieces)
    if (all.includes(0)) throw new ToolRefusal('it is a binary file')
    const isTooLong = all.length > maxBytes
    const lastBreak = isTooLong ? all.lastIndexOf(NEWLINE, maxBytes - 1) + 1 : all.length
    const isCut = isTooLong && lastBreak === 0
    const shown = all.subarray(0, isCut ? maxBytes : lastBreak)
    const count = lineCount(shown)
    return { text: shown.toString('utf8'), count, nextLine: this.#seesMore ? offset + count : null, isCut }
  }

  #keep(piece: Buffer): void {
    const { offset, limit, maxBytes } = this.#range
    if (this.#line < offset) return
    if (this.#line >= offset + limit || this.#bytes > maxBytes) {
      this.#seesMore = true
      return
    }
    // The chunk is read into again, hence the copy.
    const kept = Buffer.from(piece.subarray(0, maxBytes + 1 - this.#bytes))
    this.#pieces.push(kept)
    this.#bytes += kept.length
    this.#seesMore = this.#bytes > maxBytes
  }
}

function lineCount(text: Buffer): number {
  let count = 0
  for (let at = text.indexOf(NEWLINE); at !== -1; at = text.indexOf(NEWLINE, at + 1)) count += 1
  return text.length > 0 && text.at(-1) !== NEWLINE ? count + 1 : count
}
