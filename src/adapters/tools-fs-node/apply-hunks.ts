import { joinLines, splitLines } from './line-ends.js'
import type { Hunk, HunkLine } from './patch.js'
import { ToolRefusal } from './tool-refusal.js'

type Alike = (line: string, wanted: string) => boolean

/** Exactly first; then white space at the end of lines, which models do not see, is overlooked. */
const EXACTLY: Alike = (line, wanted) => line === wanted
const ROUGHLY: Alike = (line, wanted) => line.trimEnd() === wanted.trimEnd()
const APART_FROM_INDENT: Alike = (line, wanted) => line.trim() === wanted.trim()

/**
 * The text after all changes. They are looked for from top to bottom, each behind the one before. Line ends and the end
 * of the last line stay as they are.
 * @throws ToolRefusal when a place is not found
 */
export function applyHunks(text: string, hunks: readonly Hunk[]): string {
  const { lines, end, isLastEnded } = splitLines(text)
  const result: string[] = []
  let at = 0
  for (const hunk of hunks) {
    const place = placeOf(lines, hunk, at)
    result.push(...lines.slice(at, place))
    at = place
    for (const { kind, text } of hunk.lines) {
      if (kind === 'add') {
        result.push(text)
        continue
      }
      // The line of the file, not that of the patch: they may differ in white space.
      if (kind === 'keep') result.push(lines[at] ?? text)
      at += 1
    }
  }
  return joinLines({ lines: [...result, ...lines.slice(at)], end, isLastEnded })
}

function placeOf(lines: readonly string[], hunk: Hunk, from: number): number {
  let start = from
  for (const header of hunk.headers) start = behindHeader(lines, header, start)
  const wanted = hunk.lines.filter(({ kind }) => kind !== 'add').map(({ text }) => text)
  if (wanted.length === 0) return hunk.headers.length > 0 && !hunk.isAtEnd ? start : lines.length
  const first = hunk.isAtEnd ? Math.max(start, lines.length - wanted.length) : start
  const place = find(lines, wanted, first, [EXACTLY, ROUGHLY])
  if (place !== null) return place
  throw new ToolRefusal(`these lines were not found${whereOf(hunk)}:\n${quoted(hunk.lines)}`)
}

function behindHeader(lines: readonly string[], header: string, from: number): number {
  const place = find(lines, [header], from, [EXACTLY, APART_FROM_INDENT])
  if (place === null) throw new ToolRefusal(`the line after @@ was not found: ${header}`)
  return place + 1
}

function find(
  lines: readonly string[],
  wanted: readonly string[],
  from: number,
  ways: readonly Alike[],
): number | null {
  for (const isAlike of ways) {
    for (let start = from; start + wanted.length <= lines.length; start += 1) {
      if (wanted.every((line, index) => isAlike(lines[start + index] ?? '', line))) return start
    }
  }
  return null
}

function whereOf({ headers, isAtEnd }: Hunk): string {
  if (isAtEnd) return ' at the end of the file'
  const header = headers.at(-1)
  return header === undefined ? '' : ` below "${header}"`
}

const MOST_QUOTED = 10

function quoted(lines: readonly HunkLine[]): string {
  const wanted = lines.filter(({ kind }) => kind !== 'add')
  const shown = wanted.slice(0, MOST_QUOTED).map(({ text }) => text)
  return (wanted.length > MOST_QUOTED ? [...shown, '...'] : shown).join('\n')
}
