/** A block of code that has begun. */
export interface CodeFence {
  /** The line that opens it, with what it says of the language. */
  readonly opening: string
  /** The line that ends it. */
  readonly closing: string
}

const FENCE = /^( {0,3})(`{3,}|~{3,})([^\n]*)$/u

/** The fence that a line leaves open, after one that is open before it. */
export function fenceAfter(line: string, open: CodeFence | null): CodeFence | null {
  const [, indent = '', marks = '', info = ''] = FENCE.exec(line.trimEnd()) ?? []
  if (marks === '') return open
  if (open === null) {
    // Backquotes after backquotes are code within a line.
    if (marks.startsWith('`') && info.includes('`')) return null
    return { opening: line.trimEnd(), closing: indent + marks }
  }
  const own = open.closing.trimStart()
  const isEnd = marks[0] === own[0] && marks.length >= own.length && info.trim() === ''
  return isEnd ? null : open
}

/** The fence that is open at `to`, of lines that begin from `from` on; `open` is the one that is open at `from`. */
export function fenceAt(text: string, from: number, to: number, open: CodeFence | null): CodeFence | null {
  let fence = open
  let start = from === 0 || text[from - 1] === '\n' ? from : nextLine(text, from)
  while (start < to) {
    const next = nextLine(text, start)
    const first = text.charCodeAt(start)
    // Most lines are no fence, and begin like none.
    if (first === 0x20 || first === 0x60 || first === 0x7e) fence = fenceAfter(text.slice(start, next), fence)
    start = next
  }
  return fence
}

function nextLine(text: string, from: number): number {
  const end = text.indexOf('\n', from)
  return end === -1 ? text.length : end + 1
}
