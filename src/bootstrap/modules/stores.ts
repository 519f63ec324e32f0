import { join } from 'node:path'
import { LibsqlSessionStore } from '../../adapters/store-libsql/libsql-session-store.js'
import type { Module } from '../bindings.js'
import { tokens } from '../tokens.js'

/** Where conversations are kept: one database file in the state directory. */
export const stores: Module = (bindings) => {
  bindings.factory(tokens.sessionStore, (system) => new LibsqlSessionStore(join(system.stateDir, 'mayros.db')), [
    tokens.system,
  ])
}
