/**
 * Separators of any system, drive letters and streams of Windows, NUL and other control characters. Names that end in a
 * dot or a space mean another file on Windows.
 */
const ELSEWHERE = /[/\\:\p{Cc}]|[. ]$/u

/** Whether this can only be the name of something in the directory it is looked for in, and is not hidden. */
export function isPlainName(name: string): boolean {
  return name !== '' && !name.startsWith('.') && !ELSEWHERE.test(name) && name.isWellFormed()
}
