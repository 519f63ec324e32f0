/*
 * Public entry of `mayros/testing`: the promises of each port as suites that any adapter can be held to, and the memory
 * adapters to test against.
 */
export { FakeClock } from '../../src/adapters/clock-fake/fake-clock.js'
export { MemoryConfigSource } from '../../src/adapters/config-memory/memory-config-source.js'
export { SequenceIds } from '../../src/adapters/ids-sequence/sequence-ids.js'
export { MemoryLog } from '../../src/adapters/log-memory/memory-log.js'
export { MemorySessionStore } from '../../src/adapters/store-memory/memory-session-store.js'
export { MemoryTransport } from '../../src/adapters/transport-memory/memory-transport.js'
export { agentRunnerContract } from './agent-runner.contract.js'
export { configSourceContract } from './config-source.contract.js'
export { sessionStoreContract } from './session-store.contract.js'
export { transportContract } from './transport.contract.js'
