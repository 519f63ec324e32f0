import { AssertionError } from 'node:assert/strict'
import type { SessionStore } from '../../src/application/ports/session-store.js'
import { commitProofs } from './session-store/commit.proofs.js'
import { lifecycleProofs } from './session-store/lifecycle.proofs.js'
import { listingProofs } from './session-store/listing.proofs.js'
import { runProofs } from './session-store/run.proofs.js'
import { sessionProofs } from './session-store/session.proofs.js'
import type { Prove, SessionStoreHarness, SessionStoreRunner } from './session-store/session-store-harness.js'
import { transcriptProofs } from './session-store/transcript.proofs.js'

/** Holds a store to everything the port promises. Registers one test per guarantee with the given runner. */
export function sessionStoreContract(runner: SessionStoreRunner, harness: SessionStoreHarness): void {
  const proveClosed: Prove = (id, promise, proof) => {
    runner.it(`${id} ${promise}`, async () => {
      const store = await harness.create()
      try {
        await namingThePromise(`${id} "${promise}"`, () => proof(store))
      } finally {
        await store.close()
        await harness.dispose?.(store)
      }
    })
  }
  const prove: Prove = (id, promise, proof) => {
    proveClosed(id, promise, async (store: SessionStore) => {
      await store.open()
      await proof(store)
    })
  }

  runner.describe(`session store contract: ${harness.name}`, () => {
    sessionProofs(prove)
    listingProofs(prove)
    transcriptProofs(prove)
    runProofs(prove)
    commitProofs(prove)
    lifecycleProofs(proveClosed, harness.durable)
  })
}

/** A failed assertion says which promise was broken, so that its message can stand alone. */
async function namingThePromise(name: string, proof: () => Promise<void>): Promise<void> {
  try {
    await proof()
  } catch (thrown) {
    if (thrown instanceof AssertionError) thrown.message = `broken promise ${name}: ${thrown.message}`
    throw thrown
  }
}
