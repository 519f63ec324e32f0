import type { Hunk, HunkLine, PatchSection } from './patch.js'
import { ToolRefusal } from './tool-refusal.js'

const BEGIN = '*** Begin Patch'
const END = '*** End Patch'
const ADD = '*** Add File: '
const DELETE = '*** Delete File: '
const UPDATE = '*** Update File: '
const MOVE = '*** Move to: '
const END_OF_FILE = '*** End of File'
const HEADER = '@@'
/** Numbers of lines, which this format does not have but models sometimes write. */
const LINE_NUMBERS = /^-\d+(?:,\d+)? \+\d+(?:,\d+)?(?: @@)?/

const KINDS: Readonly<Record<string, HunkLine['kind']>> = { ' ': 'keep', '-': 'remove', '+': 'add' }

/**
 * Reads a patch of the format that starts with `*** Begin Patch`.
 * @throws ToolRefusal which names the line that is wrong
 */
export function parsePatch(patch: string): readonly PatchSection[] {
  const lines = patch.trim().split(/\r?\n/)
  if (lines[0]?.trim() !== BEGIN) throw new ToolRefusal(`a patch starts with "${BEGIN}"`)
  if (lines.length < 2 || lines.at(-1)?.trim() !== END) throw new ToolRefusal(`a patch ends with "${END}"`)
  const cursor = new Cursor(lines.slice(1, -1))
  const sections: PatchSection[] = []
  for (cursor.skipBlank(); cursor.line !== null; cursor.skipBlank()) sections.push(parseSection(cursor))
  if (sections.length === 0) throw new ToolRefusal('the patch changes nothing')
  return sections
}

/** Where the reading is. */
class Cursor {
  readonly #lines: readonly string[]
  #at = 0

  constructor(lines: readonly string[]) {
    this.#lines = lines
  }

  /** The line at hand; null behind the last. */
  get line(): string | null {
    return this.#lines[this.#at] ?? null
  }

  next(): void {
    this.#at += 1
  }

  skipBlank(): void {
    while (this.line?.trim() === '') this.next()
  }

  /** What follows `prefix` on this line, which is then done with; null when it starts otherwise. */
  take(prefix: string): string | null {
    const { line } = this
    if (!line?.startsWith(prefix)) return null
    this.next()
    return line.slice(prefix.length).trim()
  }

  /** @returns never; the first line of the patch has number 1 */
  refuse(problem: string): never {
    throw new ToolRefusal(`line ${this.#at + 2} of the patch: ${problem}`)
  }
}

function parseSection(cursor: Cursor): PatchSection {
  const added = cursor.take(ADD)
  if (added !== null) return { kind: 'add', path: named(cursor, added), lines: parseAddedLines(cursor) }
  const deleted = cursor.take(DELETE)
  if (deleted !== null) return { kind: 'delete', path: named(cursor, deleted) }
  const updated = cursor.take(UPDATE)
  if (updated !== null) return parseUpdate(cursor, named(cursor, updated))
  return cursor.refuse('expected "*** Add File: ", "*** Delete File: " or "*** Update File: "')
}

function parseAddedLines(cursor: Cursor): readonly string[] {
  const lines: string[] = []
  for (let { line } = cursor; line?.startsWith('+'); { line } = cursor) {
    lines.push(line.slice(1))
    cursor.next()
  }
  return lines
}

function parseUpdate(cursor: Cursor, path: string): PatchSection {
  const target = cursor.take(MOVE)
  const moveTo = target === null ? null : named(cursor, target)
  const hunks: Hunk[] = []
  for (cursor.skipBlank(); startsHunk(cursor.line); cursor.skipBlank()) hunks.push(parseHunk(cursor))
  if (hunks.length === 0 && moveTo === null) cursor.refuse(`nothing is changed in ${path}`)
  return { kind: 'update', path, moveTo, hunks }
}

function startsHunk(line: string | null): boolean {
  return line !== null && (line.startsWith(HEADER) || isHunkLine(line))
}

function parseHunk(cursor: Cursor): Hunk {
  const headers: string[] = []
  for (let header = cursor.take(HEADER); header !== null; header = cursor.take(HEADER)) {
    const words = header.replace(LINE_NUMBERS, '').trim()
    if (words !== '') headers.push(words)
  }
  const lines = parseHunkLines(cursor)
  if (!lines.some(({ kind }) => kind !== 'keep')) cursor.refuse('a change has lines that start with "+" or "-"')
  return { headers, lines, isAtEnd: cursor.take(END_OF_FILE) !== null }
}

/** An empty line stands for an empty line that is kept; at the end of a hunk it is only there to look good. */
function parseHunkLines(cursor: Cursor): readonly HunkLine[] {
  const lines: HunkLine[] = []
  let blank = 0
  for (let { line } = cursor; line !== null && isHunkLine(line); { line } = cursor) {
    blank = line === '' ? blank + 1 : 0
    lines.push({ kind: KINDS[line.charAt(0)] ?? 'keep', text: line.slice(1) })
    cursor.next()
  }
  return lines.slice(0, lines.length - blank)
}

function isHunkLine(line: string): boolean {
  return line === '' || line.charAt(0) in KINDS
}

function named(cursor: Cursor, path: string): string {
  return path === '' ? cursor.refuse('the path is missing') : path
}
