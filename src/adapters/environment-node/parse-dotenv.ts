/** One line that sets a variable. */
export interface DotenvEntry {
  readonly name: string
  readonly value: string
  /** Counted from 1: where the entry begins. */
  readonly line: number
}

export interface ParsedDotenv {
  readonly entries: readonly DotenvEntry[]
  /** Lines that say nothing a reader could use, counted from 1. */
  readonly badLines: readonly number[]
}

/** Assignment with a quoted value, which may span lines, or a plain one up to a remark. */
const ENTRY =
  /[^\S\n]*(?:export[^\S\n]+)?([A-Za-z_][A-Za-z0-9_.-]*)[^\S\n]*=[^\S\n]*(?:"((?:\\[\s\S]|[^"\\])*)"|'([^']*)'|`([^`]*)`|((?:[^#\n]|(?<=\S)#)*))[^\S\n]*(?:#[^\n]*)?(?:\n|$)/y

const BLANK = /[^\S\n]*(?:#[^\n]*)?(?:\n|$)/y

/**
 * Reads a `.env` file: `NAME=value`, `export NAME=value`, values in single, double or back quotes, remarks behind `#`.
 * Double quotes know the escapes \n, \r, \t, \" and \\. Nothing is expanded.
 */
export function parseDotenv(text: string): ParsedDotenv {
  const source = text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n')
  const entries: DotenvEntry[] = []
  const badLines: number[] = []
  let at = 0
  let line = 1
  while (at < source.length) {
    const entry = matchAt(ENTRY, source, at)
    const consumed = entry?.[0] ?? matchAt(BLANK, source, at)?.[0]
    if (entry !== null) entries.push({ name: entry[1]!, value: textIn(entry), line })
    else if (consumed === undefined) badLines.push(line)
    const end = at + (consumed ?? lineAt(source, at)).length
    line += source.slice(at, end).split('\n').length - 1
    at = end
  }
  return { entries, badLines }
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at
  return pattern.exec(text)
}

function lineAt(text: string, at: number): string {
  const end = text.indexOf('\n', at)
  return text.slice(at, end === -1 ? text.length : end + 1)
}

function textIn([, , double, single, back, plain]: RegExpExecArray): string {
  if (double !== undefined) return double.replace(/\\([nrt"\\])/g, (_, letter: string) => ESCAPES[letter]!)
  return single ?? back ?? (plain ?? '').trim()
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\' }
