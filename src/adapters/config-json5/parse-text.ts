import { formatKeyPath, type KeyPath } from '../../domain/config/key-path.js'
import type { ConfigProblem } from '../../domain/config/problem.js'
import { type ObjectNode, readSyntaxTree, type SyntaxTree, type ValueNode } from './syntax-tree.js'
import { LineIndex } from './text-place.js'

/** A text and what it says. */
export interface ParsedText {
  readonly tree: SyntaxTree
  readonly lines: LineIndex
  /** Keys that stand twice in one object. */
  readonly warnings: readonly ConfigProblem[]
}

/** Reads the text of one file, or tells why it cannot be read. `file` is the name that problems carry. */
export function parseText(text: string, file: string): ParsedText | ConfigProblem {
  const tree = treeOrProblem(text, file)
  if ('code' in tree) return tree
  const lines = new LineIndex(text)
  return { tree, lines, warnings: tree.root === null ? [] : duplicateKeys(tree.root, [], lines, file) }
}

function treeOrProblem(text: string, file: string): SyntaxTree | ConfigProblem {
  try {
    return readSyntaxTree(text)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    const { lineNumber: line, columnNumber: column } = error as { lineNumber?: number; columnNumber?: number }
    const place =
      line === undefined || column === undefined ? { line: 1, column: 1 } : { line, column: Math.max(1, column) }
    return { path: '', code: 'parse_error', message: reasonOf(error), file, ...place }
  }
}

/** `JSON5: invalid character 's' at 1:4` without what is told elsewhere. It quotes one character at most. */
function reasonOf(error: SyntaxError): string {
  return error.message.replace(/^JSON5: /, '').replace(/ at \d+:\d+$/, '')
}

function duplicateKeys(node: ValueNode, at: KeyPath, lines: LineIndex, file: string): ConfigProblem[] {
  if (node.kind === 'scalar') return []
  if (node.kind === 'list')
    return node.elements.flatMap((item, index) => duplicateKeys(item, [...at, index], lines, file))
  return [
    ...duplicatesIn(node, at, lines, file),
    ...node.members.flatMap((member) => duplicateKeys(member.value, [...at, member.key], lines, file)),
  ]
}

function duplicatesIn(node: ObjectNode, at: KeyPath, lines: LineIndex, file: string): ConfigProblem[] {
  const seen = new Map<string, number>()
  return node.members.flatMap((member): ConfigProblem[] => {
    const earlier = seen.get(member.key)
    seen.set(member.key, member.start)
    if (earlier === undefined) return []
    const first = lines.placeOf(earlier)
    const message = `duplicate key, also at ${first.line}:${first.column}; the last one wins`
    const path = formatKeyPath([...at, member.key])
    return [{ path, code: 'conflict', message, file, ...lines.placeOf(member.start) }]
  })
}
