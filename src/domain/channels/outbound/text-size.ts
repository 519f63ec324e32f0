/** How a network counts. */
export type TextUnit = 'utf16' | 'bytes'

/** Length of a text as a network counts it; bytes are those of UTF-8. */
export function textSize(text: string, unit: TextUnit): number {
  if (unit === 'utf16') return text.length
  let bytes = 0
  for (let at = 0; at < text.length; at += widthAt(text, at)) bytes += bytesAt(text, at)
  return bytes
}

/** Where a stretch that begins at `from` and takes at most `max` ends, never inside a character of two halves. */
export function endWithin(text: string, from: number, to: number, max: number, unit: TextUnit): number {
  let end = from
  let left = max
  while (end < to) {
    const width = widthAt(text, end)
    left -= unit === 'utf16' ? width : bytesAt(text, end)
    if (left < 0) break
    end += width
  }
  return Math.min(end, to)
}

/** UTF-16 units of the character at `at`. */
export function widthAt(text: string, at: number): 1 | 2 {
  return (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1
}

function bytesAt(text: string, at: number): number {
  const code = text.codePointAt(at) ?? 0
  if (code < 0x80) return 1
  if (code < 0x800) return 2
  return code > 0xffff ? 4 : 3
}
