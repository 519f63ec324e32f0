import { defineContract } from './kit/contract.js'
import { checkBy } from './kit/proofs.js'
import { commitProofs } from './session-store/commit.proofs.js'
import { lifecycleProofs } from './session-store/lifecycle.proofs.js'
import { listingProofs } from './session-store/listing.proofs.js'
import { mailProofs } from './session-store/mail.proofs.js'
import { runProofs } from './session-store/run.proofs.js'
import { sessionProofs } from './session-store/session.proofs.js'
import { SESSION_STORE_GUARANTEES } from './session-store/session-store-guarantees.js'
import type { Prove, SessionStoreHarness } from './session-store/session-store-harness.js'
import { transcriptProofs } from './session-store/transcript.proofs.js'
import { usageProofs } from './session-store/usage.proofs.js'

const proofs = new Map<string, (harness: SessionStoreHarness) => Promise<void>>()

const proveClosed: Prove = (id, proof) => {
  proofs.set(id, async (harness) => {
    const store = await harness.create()
    try {
      await proof(store, harness)
    } finally {
      await store.close()
      await harness.dispose?.(store)
    }
  })
}

const prove: Prove = (id, proof) => {
  proveClosed(id, async (store, harness) => {
    await store.open()
    await proof(store, harness)
  })
}

sessionProofs(prove)
listingProofs(prove)
transcriptProofs(prove)
runProofs(prove)
usageProofs(prove)
mailProofs(prove)
commitProofs(prove)
lifecycleProofs(proveClosed)

/** Holds a store to everything the port promises. */
export const sessionStoreContract = defineContract<SessionStoreHarness>({
  port: 'session-store',
  guarantees: SESSION_STORE_GUARANTEES,
  members: ['create'],
  check: checkBy(proofs),
  unfit: ({ durable }) => (durable === undefined ? { D1: 'the harness has no `durable.reopen`' } : {}),
})
