import { commaAfter, isComment } from './insert-into.js'
import type { Span, SyntaxTree } from './syntax-tree.js'

/** The text without one member or element and without one comma; comments stay, an emptied line goes. */
export function removeItem(text: string, tree: SyntaxTree, item: Span): string {
  const comma = commaAfter(text, tree, item) ?? commaBefore(text, tree, item)
  const cuts = [item, ...(comma === undefined ? [] : [comma])].sort((one, other) => other.start - one.start)
  return cuts.reduce(cut, text)
}

/** The comma that separates an item from the one in front of it. */
function commaBefore(text: string, tree: SyntaxTree, item: Span): Span | undefined {
  const previous = tree.tokens.findLast((token) => token.end <= item.start && !isComment(token))
  return previous !== undefined && text[previous.start] === ',' ? previous : undefined
}

/** Takes a span out, and with it the line when nothing else stands there, or else the blanks in front. */
function cut(text: string, { start, end }: Span): string {
  const lineStart = text.lastIndexOf('\n', start - 1) + 1
  const nextLine = text.indexOf('\n', end)
  const before = text.slice(lineStart, start)
  const after = text.slice(end, nextLine === -1 ? text.length : nextLine)
  const isAlone = lineStart > 0 && nextLine !== -1 && before.trim() === '' && after.trim() === ''
  if (isAlone) return text.slice(0, lineStart) + text.slice(nextLine + 1)
  const blanks = before.length - before.trimEnd().length
  const from = before.trim() === '' ? start : start - blanks
  return text.slice(0, from) + text.slice(end)
}
