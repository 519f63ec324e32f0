/** A text as lines, with what it takes to put it together again. */
export interface Lines {
  readonly lines: readonly string[]
  readonly end: '\n' | '\r\n'
  /** Whether the last line has an end, too. */
  readonly isLastEnded: boolean
}

/** Whether all lines of a text end the Windows way. */
export function hasWindowsEnds(text: string): boolean {
  return text.includes('\r\n') && !/(?<!\r)\n/.test(text)
}

export function splitLines(text: string): Lines {
  const end = hasWindowsEnds(text) ? '\r\n' : '\n'
  if (text === '') return { lines: [], end, isLastEnded: true }
  const lines = text.split(end)
  const isLastEnded = lines.at(-1) === ''
  return { lines: isLastEnded ? lines.slice(0, -1) : lines, end, isLastEnded }
}

export function joinLines({ lines, end, isLastEnded }: Lines): string {
  if (lines.length === 0) return ''
  return lines.join(end) + (isLastEnded ? end : '')
}
