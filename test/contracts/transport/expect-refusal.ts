import assert from 'node:assert/strict'
import { type Endpoint, ListenFailure, type ListenFailureCode } from '../../../src/application/ports/transport.js'
import type { Stage } from './stage.js'

/** Asserts that listening is refused with this code, because of this endpoint. */
export async function expectRefusal(
  stage: Stage,
  at: readonly Endpoint[],
  code: ListenFailureCode,
  culprit: Endpoint,
): Promise<void> {
  const outcome: unknown = await stage.listen(at).catch((thrown: unknown) => thrown)
  expectFailure(outcome, code, culprit)
}

export function expectFailure(outcome: unknown, code: ListenFailureCode, culprit: Endpoint): void {
  assert.ok(outcome instanceof ListenFailure, `expected a ListenFailure, got ${String(outcome)}`)
  assert.equal(outcome.code, code)
  assert.deepEqual(outcome.endpoint, culprit, 'the failure names another endpoint')
}
