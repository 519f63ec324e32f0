import { memberOf } from './locate.js'
import type { ObjectNode, Span } from './syntax-tree.js'

export const INCLUDE_KEY = '$include'

/** What an object includes. */
export interface IncludeNames {
  readonly names: readonly string[]
  /** Where it is said. */
  readonly span: Span
  /** False when something else than names is written there. */
  readonly isValid: boolean
}

/** Null when the object includes nothing. */
export function includeNames(node: ObjectNode): IncludeNames | null {
  const value = memberOf(node, INCLUDE_KEY)?.value
  if (value === undefined) return null
  const items = value.kind === 'list' ? value.elements : [value]
  const names = items.flatMap((item) =>
    item.kind === 'scalar' && typeof item.value === 'string' && item.value.trim() !== '' && !item.value.includes('\0')
      ? [item.value]
      : [],
  )
  const isValid = names.length === items.length && value.kind !== 'object'
  return { names: isValid ? names : [], span: value, isValid }
}
