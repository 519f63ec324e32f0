import type { ObjectNode, SyntaxTree, ValueNode } from './syntax-tree.js'

/** How its author writes a file. */
export interface TextStyle {
  readonly lineFeed: '\n' | '\r\n'
  /** White space of one level. */
  readonly indent: string
  /** Whether keys that are plain words stand in quotes. */
  readonly quotesKeys: boolean
}

/** Reads the habits off the text; a text without any gets two spaces and quoted keys, which every JSON tool reads. */
export function styleOf(text: string, tree: SyntaxTree): TextStyle {
  const keys = tree.tokens.filter((token) => token.kind === 'key')
  const firstKey = keys[0]
  return {
    lineFeed: text.includes('\r\n') ? '\r\n' : '\n',
    indent: (tree.root === null ? '' : indentInside(text, tree.root)) || '  ',
    quotesKeys: firstKey === undefined || /["']/.test(text.charAt(firstKey.start)),
  }
}

/** White space at the start of the line that holds this offset. */
export function indentOfLine(text: string, offset: number): string {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1
  return /^[^\S\r\n\uFEFF]*/.exec(text.slice(lineStart, offset))?.[0] ?? ''
}

/** The indent of the first member that starts a line of its own, beyond that of its object. */
function indentInside(text: string, node: ValueNode): string {
  if (node.kind !== 'object') return ''
  const first = ownLineMember(text, node)
  if (first !== undefined) return indentOfLine(text, first.start).slice(indentOfLine(text, node.start).length)
  return ''
}

function ownLineMember(text: string, node: ObjectNode) {
  return node.members.find(
    (member) => text.slice(0, member.start).trimEnd().length < text.lastIndexOf('\n', member.start) + 1,
  )
}
