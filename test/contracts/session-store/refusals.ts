import assert from 'node:assert/strict'
import type { StoreFailure, StoreFailureCode } from '../../../src/application/ports/session-store.js'
import { requireFailure } from '../kit/require-failure.js'

/** Asserts that `attempt` is refused with exactly this failure. */
export async function assertRefused(attempt: Promise<unknown>, code: StoreFailureCode, what: string): Promise<void> {
  const [outcome] = await Promise.allSettled([attempt])
  assert.equal(outcome.status, 'rejected', `${what} should have been refused with ${code}, but went through`)
  const reason = requireFailure<StoreFailure>(outcome.reason, 'StoreFailure', what)
  assert.equal(reason.code, code, `${what} should be refused with ${code}, seen ${reason.code}: ${reason.message}`)
}
