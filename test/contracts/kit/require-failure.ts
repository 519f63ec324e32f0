import assert from 'node:assert/strict'
import type { Failure } from '../../../src/domain/failure.js'

/**
 * Asserts that a port's own failure was thrown, by its name: an adapter may have been built against another copy of the
 * package than the one that checks it. Bundlers add an underscore or a number to names they see twice.
 */
export function requireFailure<Kind extends Failure>(thrown: unknown, name: string, what: string): Kind {
  const plainName = thrown instanceof Error ? thrown.name.replace(/^_|\d+$/g, '') : ''
  const isFailure = plainName === name && typeof (thrown as Failure).code === 'string'
  assert.ok(isFailure, `${what} should fail with a ${name}, seen: ${describe(thrown)}`)
  return thrown as Kind
}

function describe(thrown: unknown): string {
  return thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown)
}
