import { printKey, printValue } from './print-value.js'
import type { ListNode, ObjectNode, Span, SyntaxTree, Token } from './syntax-tree.js'
import { indentOfLine, styleOf, type TextStyle } from './text-style.js'

/** The text with one more member at the end of an object. */
export function insertMember(text: string, tree: SyntaxTree, node: ObjectNode, key: string, value: unknown): string {
  const style = styleOf(text, tree)
  const print = (indent: string) => `${printKey(key, style)}: ${printValue(value, style, indent)}`
  return insertItem(text, tree, node, node.members, print, style)
}

/** The text with one more element at the end of a list. */
export function insertElement(text: string, tree: SyntaxTree, node: ListNode, value: unknown): string {
  const style = styleOf(text, tree)
  return insertItem(text, tree, node, node.elements, (indent) => printValue(value, style, indent), style)
}

function insertItem(
  text: string,
  tree: SyntaxTree,
  container: Span,
  items: readonly Span[],
  print: (indent: string) => string,
  style: TextStyle,
): string {
  const last = items.at(-1)
  if (last === undefined) return insertFirst(text, tree, container, print, style)
  return text.slice(container.start, last.start).includes('\n')
    ? insertOnOwnLine(text, tree, last, print, style)
    : insertBeside(text, tree, last, print)
}

/** Into an empty container, behind the comments it may have. */
function insertFirst(
  text: string,
  tree: SyntaxTree,
  container: Span,
  print: (indent: string) => string,
  style: TextStyle,
): string {
  const outer = indentOfLine(text, container.start)
  const inner = outer + style.indent
  const comment = tree.tokens.findLast((token) => token.start > container.start && token.end < container.end)
  const at = comment?.end ?? container.start + 1
  const rest = text.slice(at, container.end - 1)
  const close = rest.includes('\n') ? rest : style.lineFeed + outer
  return `${text.slice(0, at)}${style.lineFeed}${inner}${print(inner)}${close}${text.slice(container.end - 1)}`
}

/** Below an item, and below the remark that stands behind it. */
function insertOnOwnLine(
  text: string,
  tree: SyntaxTree,
  last: Span,
  print: (indent: string) => string,
  style: TextStyle,
): string {
  const indent = indentOfLine(text, last.start)
  const comma = commaAfter(text, tree, last)
  const at = endOfRemarks(text, tree, comma?.end ?? last.end)
  const printed = `${style.lineFeed}${indent}${print(indent)}`
  return comma === undefined
    ? `${text.slice(0, last.end)},${text.slice(last.end, at)}${printed}${text.slice(at)}`
    : `${text.slice(0, at)}${printed},${text.slice(at)}`
}

/** On the line where its neighbours stand. */
function insertBeside(text: string, tree: SyntaxTree, last: Span, print: (indent: string) => string): string {
  const printed = print(indentOfLine(text, last.start))
  const comma = commaAfter(text, tree, last)
  return comma === undefined
    ? `${text.slice(0, last.end)}, ${printed}${text.slice(last.end)}`
    : `${text.slice(0, comma.end)} ${printed},${text.slice(comma.end)}`
}

/** The comma that belongs to an item, looking past comments. */
export function commaAfter(text: string, tree: SyntaxTree, item: Span): Token | undefined {
  const next = tree.tokens.find((token) => token.start >= item.end && !isComment(token))
  return next !== undefined && text[next.start] === ',' ? next : undefined
}

export function isComment(token: Token): boolean {
  return token.kind === 'line-comment' || token.kind === 'block-comment'
}

/** Where the comments end that begin on the same line, behind this offset. */
function endOfRemarks(text: string, tree: SyntaxTree, offset: number): number {
  let end = offset
  for (const token of tree.tokens) {
    if (token.start < end) continue
    if (!isComment(token) || text.slice(end, token.start).includes('\n')) break
    end = token.end
  }
  return end
}
