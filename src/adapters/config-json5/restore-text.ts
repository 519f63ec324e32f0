import { ConfigFailure } from '../../application/ports/config-source.js'
import { formatKeyPath, type KeyPath } from '../../domain/config/key-path.js'
import { REDACTED } from '../../domain/config/redacted.js'
import { isComment } from './insert-into.js'
import { memberOf } from './locate.js'
import { replaceSpans } from './redact-text.js'
import { type ObjectNode, readSyntaxTree, type Span, type SyntaxTree, type ValueNode } from './syntax-tree.js'

/**
 * A text that somebody sends back after having been shown placeholders, with what is stored in their place: values by
 * their path, elements with an `id` by that, and remarks in their order where none was added or removed.
 * @throws ConfigFailure `config-invalid` for a placeholder at whose place nothing is stored
 */
export function withStoredTexts(sent: string, stored: string, shown: string | null): string {
  if (!sent.includes(REDACTED) || sent === shown) return sent === shown ? stored : sent
  const sentTree = treeOrNull(sent)
  const storedTree = treeOrNull(stored)
  if (sentTree === null) return sent
  const missing: KeyPath[] = []
  const found = [...pairs(sentTree.root, storedTree?.root ?? null, [], missing)]
  if (missing.length > 0) throw nothingStored(missing)
  const values = found.map(([span, from]) => ({ span, replacement: stored.slice(from.start, from.end) }))
  return replaceSpans(sent, [...values, ...remarks(sent, sentTree, stored, storedTree, shown)])
}

function treeOrNull(text: string): SyntaxTree | null {
  try {
    return readSyntaxTree(text)
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

function* pairs(
  sent: ValueNode | null,
  stored: ValueNode | null,
  at: KeyPath,
  missing: KeyPath[],
): Generator<readonly [Span, Span]> {
  if (sent === null) return
  if (sent.kind === 'scalar') {
    if (sent.value !== REDACTED) return
    if (stored === null) missing.push(at)
    else yield [sent, stored]
  } else if (sent.kind === 'list') {
    for (const [index, item] of sent.elements.entries()) {
      yield* pairs(item, counterpart(item, index, stored), [...at, index], missing)
    }
  } else {
    for (const member of sent.members) {
      const other = stored?.kind === 'object' ? (memberOf(stored, member.key)?.value ?? null) : null
      yield* pairs(member.value, other, [...at, member.key], missing)
    }
  }
}

function counterpart(item: ValueNode, index: number, stored: ValueNode | null): ValueNode | null {
  if (stored?.kind !== 'list') return null
  const id = item.kind === 'object' ? idOf(item) : undefined
  if (id === undefined) return stored.elements[index] ?? null
  return stored.elements.find((other) => other.kind === 'object' && idOf(other) === id) ?? null
}

function idOf(node: ObjectNode): unknown {
  const value = memberOf(node, 'id')?.value
  return value?.kind === 'scalar' ? value.value : undefined
}

/** Remarks have no path; only if all that were shown are still there, in order, each is what it was. */
function remarks(
  sent: string,
  sentTree: SyntaxTree,
  stored: string,
  storedTree: SyntaxTree | null,
  shown: string | null,
) {
  const shownTree = shown === null ? null : treeOrNull(shown)
  if (shown === null || shownTree === null || storedTree === null) return []
  const placeholders = commentsIn(sentTree).filter((span) => sent.slice(span.start, span.end).includes(REDACTED))
  const originals = commentsIn(storedTree)
  const hidden = commentsIn(shownTree).flatMap((span, index) => {
    const original = originals[index]
    return shown.slice(span.start, span.end).includes(REDACTED) && original !== undefined ? [original] : []
  })
  if (hidden.length !== placeholders.length) return []
  return placeholders.map((span, index) => ({
    span,
    replacement: stored.slice(hidden[index]!.start, hidden[index]!.end),
  }))
}

function commentsIn(tree: SyntaxTree): readonly Span[] {
  return tree.tokens.filter(isComment)
}

function nothingStored(missing: readonly KeyPath[]): ConfigFailure {
  const message = 'the placeholder of a secret stands where nothing is stored'
  const problems = missing.map((at) => ({ path: formatKeyPath(at), code: 'bad_value', message }))
  return new ConfigFailure('config-invalid', 'the configuration would be invalid', { details: { problems } })
}
