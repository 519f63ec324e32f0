import { isHidden } from '../../domain/config/redact.js'
import { REDACTED } from '../../domain/config/redacted.js'
import { placeInside, type SchemaPlace } from '../../domain/config/schema-place.js'
import type { Span, SyntaxTree, ValueNode } from './syntax-tree.js'

/** People comment old credentials out instead of deleting them. */
const COMMENTED_OUT_SECRET = /(?:token|password|secret|api_?key)["']?\s*[:=]/i

/**
 * The text with every secret value replaced by the placeholder, found by where it stands. A comment is blanked as a
 * whole when it repeats one of the values or looks like a credential that was commented out.
 */
export function redactText(text: string, tree: SyntaxTree, root: SchemaPlace): string {
  const secrets: ValueNode[] = []
  if (tree.root !== null) collect(tree.root, root, secrets)
  const values = new Set(
    secrets.flatMap((node) => (node.kind === 'scalar' && typeof node.value === 'string' ? [node.value] : [])),
  )
  const comments = tree.tokens.filter(
    (token) => token.kind.endsWith('comment') && tellsSecret(text.slice(token.start, token.end), values),
  )
  return replaceSpans(text, [
    ...secrets.map((span) => ({ span, replacement: JSON.stringify(REDACTED) })),
    ...comments.map((span) => ({
      span,
      replacement: span.kind === 'line-comment' ? `// ${REDACTED}` : `/* ${REDACTED} */`,
    })),
  ])
}

function collect(node: ValueNode, place: SchemaPlace, secrets: ValueNode[]): void {
  if (node.kind === 'object') {
    for (const member of node.members) collect(member.value, placeInside(place, member.key), secrets)
  } else if (node.kind === 'list') {
    for (const [index, item] of node.elements.entries()) collect(item, placeInside(place, index), secrets)
  } else if (place.secret && isHidden(node.value)) secrets.push(node)
}

function tellsSecret(text: string, values: ReadonlySet<string>): boolean {
  if (COMMENTED_OUT_SECRET.test(text)) return true
  for (const value of values) if (value !== '' && text.includes(value)) return true
  return false
}

/** The text with each of these stretches replaced. They must not overlap. */
export function replaceSpans(text: string, changes: { readonly span: Span; readonly replacement: string }[]): string {
  let redacted = ''
  let at = 0
  for (const { span, replacement } of changes.sort((one, other) => one.span.start - other.span.start)) {
    redacted += text.slice(at, span.start) + replacement
    at = span.end
  }
  return redacted + text.slice(at)
}
