/** Line and column, both counted from 1; a byte order mark takes no column. */
export interface TextPlace {
  readonly line: number
  readonly column: number
}

/** Finds lines and columns in one text, quickly also for many offsets. */
export class LineIndex {
  readonly #starts: readonly number[]

  constructor(text: string) {
    const starts = [text.startsWith('\uFEFF') ? 1 : 0]
    for (const end of text.matchAll(/\r\n|[\n\r]/g)) starts.push(end.index + end[0].length)
    this.#starts = starts
  }

  placeOf(offset: number): TextPlace {
    let low = 0
    let high = this.#starts.length - 1
    while (low < high) {
      const middle = Math.ceil((low + high) / 2)
      if (this.#starts[middle]! <= offset) low = middle
      else high = middle - 1
    }
    return { line: low + 1, column: Math.max(0, offset - this.#starts[low]!) + 1 }
  }
}

/** The place of one offset. */
export function placeInText(text: string, offset: number): TextPlace {
  return new LineIndex(text).placeOf(offset)
}
