import { diffLines } from 'diff'

/** A line of two texts laid over each other. */
export interface DifferenceLine {
  readonly kind: 'same' | 'added' | 'removed' | 'skipped'
  readonly text: string
}

const LINES_AROUND = 3

/** What differs between two texts, line by line, with a few lines around it. */
export function textDifference(before: string, after: string): readonly DifferenceLine[] {
  const lines = diffLines(before, after).flatMap(({ value, added, removed }) => {
    const kind = added ? 'added' : removed ? 'removed' : 'same'
    return value
      .replace(/\n$/, '')
      .split('\n')
      .map((text): DifferenceLine => ({ kind, text }))
  })
  return lines.flatMap((line, index) => {
    if (isNearChange(lines, index)) return [line]
    return index === 0 || isNearChange(lines, index - 1) ? [{ kind: 'skipped', text: '⋯' }] : []
  })
}

function isNearChange(lines: readonly DifferenceLine[], index: number): boolean {
  return lines
    .slice(Math.max(0, index - LINES_AROUND), index + LINES_AROUND + 1)
    .some(({ kind }) => kind === 'added' || kind === 'removed')
}
