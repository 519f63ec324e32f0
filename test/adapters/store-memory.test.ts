import { describe, it } from 'vitest'
import { MemorySessionStore } from '../../src/adapters/store-memory/memory-session-store.js'
import { sessionStoreContract } from '../contracts/session-store.contract.js'

sessionStoreContract({ describe, it }, { name: 'store-memory', create: async () => new MemorySessionStore() })
