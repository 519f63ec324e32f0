import assert from 'node:assert/strict'
import { StoreFailure, type StoreFailureCode } from '../../../src/application/ports/session-store.js'

/** Asserts that `attempt` is refused with exactly this failure. */
export async function assertRefused(attempt: Promise<unknown>, code: StoreFailureCode, what: string): Promise<void> {
  const [outcome] = await Promise.allSettled([attempt])
  assert.equal(outcome.status, 'rejected', `${what} should have been refused with ${code}, but went through`)
  const reason: unknown = outcome.status === 'rejected' ? outcome.reason : undefined
  assert.ok(reason instanceof StoreFailure, `${what} should be refused with a StoreFailure, seen: ${String(reason)}`)
  assert.equal(reason.code, code, `${what} should be refused with ${code}, seen ${reason.code}: ${reason.message}`)
}
