import { isDeepStrictEqual } from 'node:util'
import { type ConfigEdit, ConfigFailure } from '../../application/ports/config-source.js'
import { formatKeyPath, type KeyPath } from '../../domain/config/key-path.js'
import { withStoredSecrets } from '../../domain/config/stored-secrets.js'
import { insertElement, insertMember } from './insert-into.js'
import { memberOf, nodeAt } from './locate.js'
import { printValue } from './print-value.js'
import { removeItem } from './remove-item.js'
import { plainValueOf, readSyntaxTree, type SyntaxTree, type ValueNode } from './syntax-tree.js'
import { indentOfLine, styleOf, type TextStyle } from './text-style.js'

/** One value to be set in one file. */
export interface TextEdit extends ConfigEdit {
  /** Keys from the root of the configuration to the root of this file, for messages. */
  readonly prefix: KeyPath
}

/**
 * The text with this value set and everything else as it stands: comments, order, quotes, layout.
 * @throws ConfigFailure `config-invalid` when the path leads through something that is no container
 */
export function applyEdit(text: string, asked: TextEdit): string {
  const tree = readSyntaxTree(text)
  if (asked.path.length === 0 && asked.value === undefined) throw misfit(asked, 0, 'a whole file cannot be removed')
  const existing = nodeAt(tree.root, asked.path)
  if (asked.value === undefined) return existing === null ? text : removeAt(text, tree, asked)
  const edit = { ...asked, value: resolved(asked, existing) }
  if (existing !== null) return replaceNode(text, existing, edit.value, styleOf(text, tree))
  return tree.root === null ? insertIntoNothing(text, edit) : insertAt(text, tree, edit)
}

/** The value with what is stored in place of the placeholders that were shown for it. */
function resolved(edit: TextEdit, existing: ValueNode | null): unknown {
  const { value, missing } = withStoredSecrets(edit.value, existing === null ? undefined : plainValueOf(existing))
  if (missing[0] === undefined) return value
  const path = [...edit.path, ...missing[0]]
  throw misfit({ ...edit, path }, path.length, 'the placeholder of a secret stands where nothing is stored')
}

function replaceNode(text: string, node: ValueNode, value: unknown, style: TextStyle): string {
  if (isDeepStrictEqual(plainValueOf(node), value)) return text
  return text.slice(0, node.start) + printValue(value, style, indentOfLine(text, node.start)) + text.slice(node.end)
}

/** Equal keys in front of the removed one would come to life again, so they go too. */
function removeAt(text: string, tree: SyntaxTree, edit: TextEdit): string {
  const parent = nodeAt(tree.root, edit.path.slice(0, -1))
  const last = edit.path.at(-1)!
  if (parent?.kind === 'list') return removeItem(text, tree, parent.elements[Number(last)]!)
  const member = parent?.kind === 'object' ? memberOf(parent, String(last)) : undefined
  return member === undefined ? text : applyEdit(removeItem(text, tree, member), edit)
}

/** A file without an object gets one, behind whatever comments it has. */
function insertIntoNothing(text: string, edit: TextEdit): string {
  const { lineFeed } = styleOf(text, { root: null, tokens: [] })
  const gap = text.trim() === '' || text.endsWith('\n') ? '' : lineFeed
  return applyEdit(`${text}${gap}{}${lineFeed}`, edit)
}

function insertAt(text: string, tree: SyntaxTree, edit: TextEdit): string {
  let depth = 0
  let parent = tree.root!
  for (let next = nodeAt(parent, [edit.path[0]!]); next !== null; next = nodeAt(parent, [edit.path[depth]!])) {
    parent = next
    depth += 1
  }
  const segment = edit.path[depth]!
  const value = wrapped(edit, depth + 1)
  if (parent.kind === 'object') return insertMember(text, tree, parent, String(segment), value)
  if (parent.kind !== 'list') return insertIntoScalar(text, tree, parent, edit, depth)
  if (segment !== parent.elements.length) throw misfit(edit, depth + 1, 'there is no such element')
  return insertElement(text, tree, parent, value)
}

/** `null` where a container belongs counts as nothing; any other scalar is somebody's mistake and stays. */
function insertIntoScalar(text: string, tree: SyntaxTree, node: ValueNode, edit: TextEdit, depth: number): string {
  const what = typeof edit.path[depth] === 'number' ? 'a list' : 'an object'
  if (node.kind !== 'scalar' || node.value !== null) throw misfit(edit, depth, `expected ${what} to set a value in`)
  return replaceNode(text, node, wrapped(edit, depth), styleOf(text, tree))
}

/** The value inside the containers that the path still names and the file does not have. */
function wrapped(edit: TextEdit, from: number): unknown {
  return edit.path.slice(from).reduceRight<unknown>((value, segment, index) => {
    if (typeof segment !== 'number') return { [segment]: value }
    if (segment !== 0) throw misfit(edit, from + index + 1, 'there is no such element')
    return [value]
  }, edit.value)
}

function misfit(edit: TextEdit, depth: number, message: string): ConfigFailure {
  const path = formatKeyPath([...edit.prefix, ...edit.path.slice(0, depth)])
  const problems = [{ path, code: 'bad_value', message }]
  return new ConfigFailure('config-invalid', 'the configuration would be invalid', { details: { problems } })
}
