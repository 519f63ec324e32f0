import type { KeyPath } from '../../domain/config/key-path.js'
import type { Member, ObjectNode, Span, ValueNode } from './syntax-tree.js'

/** The member that counts for this key: the last one. */
export function memberOf(node: ObjectNode, key: string): Member | undefined {
  return node.members.findLast((member) => member.key === key)
}

/** The node at a path, or null when the text has none. */
export function nodeAt(root: ValueNode | null, path: KeyPath): ValueNode | null {
  let node = root
  for (const segment of path) {
    if (node?.kind === 'object') node = memberOf(node, String(segment))?.value ?? null
    else if (node?.kind === 'list') node = node.elements[Number(segment)] ?? null
    else return null
  }
  return node
}

/**
 * Where a problem with this path should point: at the key when `preferKey`, else at the value; where the text has no
 * such place, at the nearest container around it.
 */
export function spanOf(root: ValueNode | null, path: KeyPath, preferKey: boolean): Span | null {
  for (let length = path.length; length >= 0; length--) {
    const node = nodeAt(root, path.slice(0, length))
    if (node === null) continue
    const key = path[length - 1]
    const parent = length === 0 ? null : nodeAt(root, path.slice(0, length - 1))
    const atKey = preferKey || length < path.length
    return atKey && parent?.kind === 'object' ? (memberOf(parent, String(key))?.keySpan ?? node) : node
  }
  return null
}
