import type { Lock } from '../../domain/access/attempts.js'
import { CREDENTIAL_KINDS, type CredentialKind } from '../../domain/access/credential-kind.js'

/** How a lock is written: kind, household, end in Unix milliseconds. */
type SavedLock = readonly [kind: CredentialKind, household: string, until: number]

/** Locks as the text of a document. */
export function textOfLocks(locks: readonly Lock[]): string {
  const saved = locks.map(({ kind, household, until }): SavedLock => [kind, household, until])
  return `${JSON.stringify({ version: 1, locks: saved })}\n`
}

/** What `textOfLocks` wrote; null for any other text. */
export function locksOfText(text: string): readonly Lock[] | null {
  const saved = savedIn(text)
  if (saved === null || !saved.every(isSavedLock)) return null
  return saved.map(([kind, household, until]) => ({ kind, household, until }))
}

function savedIn(text: string): readonly unknown[] | null {
  try {
    const value = JSON.parse(text) as { readonly version?: unknown; readonly locks?: unknown } | null
    return value?.version === 1 && Array.isArray(value.locks) ? value.locks : null
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return null
    throw thrown
  }
}

function isSavedLock(value: unknown): value is SavedLock {
  if (!Array.isArray(value) || value.length !== 3) return false
  const [kind, household, until] = value as readonly unknown[]
  return CREDENTIAL_KINDS.some((known) => known === kind) && typeof household === 'string' && Number.isFinite(until)
}
