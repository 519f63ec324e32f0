import { invalidRequest } from '../../domain/protocol/refusal.js'
import { canonicalKey, type KeySpace } from '../../domain/session/session-key.js'

/** The canonical spelling of a key a caller sent; refuses a blank one. */
export function requiredKey(key: string, space: KeySpace): string {
  const canonical = canonicalKey(key, space)
  if (canonical === null) throw invalidRequest('session key required')
  return canonical
}
