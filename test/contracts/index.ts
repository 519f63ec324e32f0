/*
 * Public entry of `mayros/testing`: the promises of each port as suites that any adapter can be held to, adapters that
 * live in memory, doubles that follow a script, and a whole gateway to test against.
 */
export { MemoryAuditTrail } from '../../src/adapters/audit-memory/memory-audit-trail.js'
export { MemoryChannel, type MemoryNetworkMood } from '../../src/adapters/channel-memory/memory-channel.js'
export { WsGatewayClient as ProtocolClient } from '../../src/adapters/client-ws/ws-gateway-client.js'
export { FakeClock } from '../../src/adapters/clock-fake/fake-clock.js'
export { MemoryConfigSource } from '../../src/adapters/config-memory/memory-config-source.js'
export { temporaryDeviceIdentity } from '../../src/adapters/device-identity-file/file-device-identity.js'
export { MemoryDocument } from '../../src/adapters/document-memory/memory-document.js'
export { SequenceIds } from '../../src/adapters/ids-sequence/sequence-ids.js'
export { MemoryLog } from '../../src/adapters/log-memory/memory-log.js'
export { type ScriptStep, step } from '../../src/adapters/runner-scripted/script-step.js'
export { type Script, ScriptedRunner } from '../../src/adapters/runner-scripted/scripted-runner.js'
export { MemorySessionStore } from '../../src/adapters/store-memory/memory-session-store.js'
export { MemoryServices, MemorySupervisor } from '../../src/adapters/supervisor-memory/memory-supervisor.js'
export { MemoryTransport } from '../../src/adapters/transport-memory/memory-transport.js'
export { RunnerFailure } from '../../src/application/ports/agent-runner.js'
export { AuditFailure } from '../../src/application/ports/audit-trail.js'
export { ConfigFailure } from '../../src/application/ports/config-source.js'
export { DocumentFailure } from '../../src/application/ports/document.js'
export { ClientFailure } from '../../src/application/ports/gateway-client.js'
export { StoreFailure } from '../../src/application/ports/session-store.js'
export { SupervisorFailure } from '../../src/application/ports/supervisor.js'
export { ListenFailure, TRANSPORT_DEFAULTS } from '../../src/application/ports/transport.js'
export { type AgentRunnerHarness, type AgentRunnerWorld, agentRunnerContract } from './agent-runner.contract.js'
export { type AuditTrailHarness, type AuditTrailSubject, auditTrailContract } from './audit-trail.contract.js'
export {
  type ChannelHarness,
  type ChannelSituation,
  type ChannelSubject,
  channelContract,
} from './channel.contract.js'
export { type ClockHarness, clockContract } from './clock.contract.js'
export { type ConfigSourceHarness, type ConfigSourceSubject, configSourceContract } from './config-source.contract.js'
export { type DocumentHarness, documentContract } from './document.contract.js'
export { memoryHarness } from './harness/memory-harness.js'
export { type SocketHarnessOptions, socketHarness } from './harness/socket-harness.js'
export { BrokenPromise } from './kit/broken-promise.js'
export type { Contract, ContractHarness, ContractPort, ProofOptions, StressOptions } from './kit/contract.js'
export {
  type CheckOptions,
  CONTRACTS,
  type ContractReport,
  checkModule,
  type HarnessExport,
  type HarnessSettings,
} from './kit/contract-kit.js'
export type { ContractRunner } from './kit/contract-runner.js'
export type { Guarantee } from './kit/guarantee.js'
export { type Outcome, type RunOptions, runContract } from './kit/run-contract.js'
export { createTestGateway, type TestGateway, type TestGatewayOptions } from './kit/test-gateway.js'
export { type LogHarness, type LogSubject, logContract } from './log.contract.js'
export type { SessionStoreHarness } from './session-store/session-store-harness.js'
export { sessionStoreContract } from './session-store.contract.js'
export { type SupervisorHarness, type SupervisorSubject, supervisorContract } from './supervisor.contract.js'
export {
  type ToolboxHarness,
  type ToolboxSubject,
  type ToolCall,
  toolboxContract,
} from './toolbox.contract.js'
export {
  type ContractClient,
  type ContractRequest,
  type TransportHarness,
  UpgradeRefused,
} from './transport/transport-harness.js'
export { transportContract } from './transport.contract.js'
