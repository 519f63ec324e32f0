import { formatKeyPath, type KeyPath } from '../../domain/config/key-path.js'
import { REDACTED } from '../../domain/config/redacted.js'

/** A copy in which the reference that is written stands where a placeholder would. */
export function withReferences(value: unknown, references: ReadonlyMap<string, string>, at: KeyPath = []): unknown {
  if (value === REDACTED) return references.get(formatKeyPath(at)) ?? value
  if (Array.isArray(value)) return value.map((item, index) => withReferences(item, references, [...at, index]))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, withReferences(member, references, [...at, key])]),
  )
}
