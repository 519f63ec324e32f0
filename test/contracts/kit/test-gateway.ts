import { WsGatewayClient } from '../../../src/adapters/client-ws/ws-gateway-client.js'
import { FakeClock } from '../../../src/adapters/clock-fake/fake-clock.js'
import { temporaryDeviceIdentity } from '../../../src/adapters/device-identity-file/file-device-identity.js'
import { SequenceIds } from '../../../src/adapters/ids-sequence/sequence-ids.js'
import { MemoryLog } from '../../../src/adapters/log-memory/memory-log.js'
import { ScriptedRunner } from '../../../src/adapters/runner-scripted/scripted-runner.js'
import { MemorySessionStore } from '../../../src/adapters/store-memory/memory-session-store.js'
import { MemoryTransport } from '../../../src/adapters/transport-memory/memory-transport.js'
import type { AgentRunner } from '../../../src/application/ports/agent-runner.js'
import type { Channel } from '../../../src/application/ports/channel.js'
import type { ConnectOptions, GatewayClient } from '../../../src/application/ports/gateway-client.js'
import type { SessionStore } from '../../../src/application/ports/session-store.js'
import type { Module } from '../../../src/bootstrap/bindings.js'
import type { GatewayHandle } from '../../../src/bootstrap/create-gateway.js'
import { memorySocket } from './memory-socket.js'

/** How long a gateway that stops may take, in milliseconds of its own clock. */
const STOP_WITHIN_MS = 20_000
const SCOPES = ['operator.admin', 'operator.read', 'operator.write', 'operator.approvals', 'operator.pairing']

export interface TestGatewayOptions {
  /** The configuration as a value. */
  readonly config?: object
  /** Answers instead of the script. */
  readonly runner?: AgentRunner
  /** Keeps conversations instead of memory. */
  readonly store?: SessionStore
  readonly channels?: readonly Channel[]
  /** Bindings of your own; they replace every other. */
  readonly modules?: readonly Module[]
}

/** A gateway without sockets, files or passing time, and everything a test moves it by. */
export interface TestGateway {
  readonly gateway: GatewayHandle
  /** Time stands still until `clock.advance(milliseconds)`. */
  readonly clock: FakeClock
  readonly transport: MemoryTransport
  /** Says what its script says; unused when another runner was given. */
  readonly runner: ScriptedRunner
  readonly store: SessionStore
  readonly log: MemoryLog
  /** A client that was let in, with every scope unless told otherwise. Rejects with ClientFailure. */
  connect(options?: Partial<ConnectOptions>): Promise<GatewayClient>
  /** Lets everything happen that needs no time. */
  settle(): Promise<void>
  /** Ends runs, clients and the gateway, moving time as far as that needs. Safe to call twice. */
  stop(): Promise<void>
}

/** Starts a gateway for tests. The same calls give the same ids, times and order of events in every run. */
export async function createTestGateway(options: TestGatewayOptions = {}): Promise<TestGateway> {
  const { createGateway } = await import('../../../src/bootstrap/create-gateway.js')
  const { tokens } = await import('../../../src/bootstrap/tokens.js')
  const clock = new FakeClock()
  const transport = new MemoryTransport()
  const runner = new ScriptedRunner(clock)
  const store = options.store ?? new MemorySessionStore()
  const log = new MemoryLog()
  const inMemory: Module = (bindings) => {
    bindings.constant(tokens.clock, clock)
    bindings.constant(tokens.ids, new SequenceIds())
    bindings.constant(tokens.agentRunner, options.runner ?? runner)
    bindings.constant(tokens.sessionStore, store)
    bindings.constant(tokens.log, log)
    bindings.constant(tokens.logReader, log)
    bindings.constant(tokens.environment, {})
    if (options.channels !== undefined) bindings.constant(tokens.channels, options.channels)
  }
  const gateway = createGateway({
    transport,
    modules: [inMemory, ...(options.modules ?? [])],
    ...(options.config === undefined ? {} : { config: options.config }),
  })
  await gateway.start()
  let stopping: Promise<void> | undefined

  const connect = (wanted: Partial<ConnectOptions> = {}): Promise<GatewayClient> =>
    WsGatewayClient.connect(
      {
        url: gateway.url,
        ...(wanted.password === undefined ? { token: gateway.token } : {}),
        device: temporaryDeviceIdentity(),
        scopes: SCOPES,
        client: { id: 'test', version: '1.0.0', platform: 'test', mode: 'test' },
        ...wanted,
      },
      {
        open: () => memorySocket(gateway.endpoints[0] ? transport.connect(gateway.endpoints[0]) : nobodyThere()),
        now: () => clock.now(),
        watchesTicks: false,
      },
    )

  const stop = async (): Promise<void> => {
    stopping ??= gateway.stop(0)
    await clock.advance(STOP_WITHIN_MS)
    await stopping
  }

  return { gateway, clock, transport, runner, store, log, connect, settle: () => clock.advance(0), stop }
}

async function nobodyThere(): Promise<never> {
  throw Object.assign(new Error('the gateway is not running'), { code: 'ECONNREFUSED' })
}
