import type { SessionStore } from '../../../src/application/ports/session-store.js'

/** The test runner, injected, so that any will do. */
export interface SessionStoreRunner {
  describe(name: string, body: () => void): void
  it(name: string, body: () => Promise<void>): void
}

/** What a store's own test has to bring. */
export interface SessionStoreHarness {
  readonly name: string
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

/** Registers one guarantee: its number, the promise in words, and the proof, which gets an open, empty store. */
export type Prove = (id: string, promise: string, proof: (store: SessionStore) => Promise<void>) => void
