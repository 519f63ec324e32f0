/** One line of a comparison: kept, only in the first text, or only in the second. */
export interface DiffLine {
  readonly sign: ' ' | '-' | '+'
  readonly text: string
}

/** Compares two short texts line by line, by their longest common lines. Made for files of a hundred lines. */
export function textDiff(before: string, after: string): readonly DiffLine[] {
  const [left, right] = [linesOf(before), linesOf(after)]
  const common = commonLengths(left, right)
  const lines: DiffLine[] = []
  let [row, column] = [0, 0]
  while (row < left.length || column < right.length) {
    const isKept = row < left.length && column < right.length && left[row] === right[column]
    if (isKept) {
      lines.push({ sign: ' ', text: left[row]! })
      row += 1
      column += 1
    } else if (
      column >= right.length ||
      (row < left.length && common[row + 1]![column]! >= common[row]![column + 1]!)
    ) {
      lines.push({ sign: '-', text: left[row]! })
      row += 1
    } else {
      lines.push({ sign: '+', text: right[column]! })
      column += 1
    }
  }
  return lines
}

/** `common[r][c]`: how many lines the rests from r and from c have in common. */
function commonLengths(left: readonly string[], right: readonly string[]): number[][] {
  const common = Array.from({ length: left.length + 1 }, () => new Array<number>(right.length + 1).fill(0))
  for (let row = left.length - 1; row >= 0; row -= 1) {
    for (let column = right.length - 1; column >= 0; column -= 1) {
      common[row]![column] =
        left[row] === right[column]
          ? common[row + 1]![column + 1]! + 1
          : Math.max(common[row + 1]![column]!, common[row]![column + 1]!)
    }
  }
  return common
}

function linesOf(text: string): readonly string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n')
}
