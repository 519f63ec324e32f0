import type { SessionStore } from '../../../src/application/ports/session-store.js'
import type { ContractHarness } from '../kit/contract.js'
import type { SessionStoreGuaranteeId } from './session-store-guarantees.js'

/** What a store's own test has to bring. */
export interface SessionStoreHarness extends ContractHarness {
  /** A new, empty store that is not open yet. */
  create(): Promise<SessionStore>
  /** Removes what `create` made; the store is closed by then. */
  dispose?(store: SessionStore): Promise<void>
  /** For stores that outlive their process. */
  readonly durable?: {
    /** Another store object, not open yet, on the data of one that was closed. */
    reopen(store: SessionStore): Promise<SessionStore>
  }
}

/** Registers the proof of one guarantee; it gets an empty store and what the harness declares. */
export type Prove = (
  id: SessionStoreGuaranteeId,
  proof: (store: SessionStore, harness: SessionStoreHarness) => Promise<void>,
) => void
