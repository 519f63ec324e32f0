import { NETWORK } from '../../../src/adapters/client-ws/client-world.js'
import { WsGatewayClient } from '../../../src/adapters/client-ws/ws-gateway-client.js'
import { temporaryDeviceIdentity } from '../../../src/adapters/device-identity-file/file-device-identity.js'
import type { ConnectOptions, GatewayClient } from '../../../src/application/ports/gateway-client.js'
import type { RuntimeRecord } from '../../../src/application/ports/runtime-record.js'
import type { CliEnd, CliProcess } from './cli-process.js'
import { type Appearance, seenFrom } from './seen-from.js'

/** A gateway that serves, in a process of its own. */
export class RunningGateway {
  readonly process: CliProcess
  /** What its runtime record said when it had started. */
  readonly record: RuntimeRecord
  readonly token: string
  /** What clients have shown it and were given by it: nobody else may see any of this. */
  readonly shown: string[] = []
  readonly #clients: GatewayClient[] = []

  constructor(process: CliProcess, record: RuntimeRecord, token: string) {
    this.process = process
    this.record = record
    this.token = token
  }

  get port(): number {
    return this.record.port
  }

  get url(): string {
    return `${this.record.tlsFingerprint === null ? 'ws' : 'wss'}://127.0.0.1:${this.record.port}`
  }

  /** A client with every right of an operator, coming straight from this machine unless it is told otherwise. */
  async connect(options: Partial<ConnectOptions> = {}, appearance?: Appearance): Promise<GatewayClient> {
    const { tlsFingerprint } = this.record
    const told: ConnectOptions = {
      url: this.url,
      ...(tlsFingerprint === null ? {} : { tlsFingerprint }),
      token: this.token,
      device: temporaryDeviceIdentity(),
      scopes: ['operator.admin', 'operator.read', 'operator.write'],
      client: { id: 'test', version: '1', platform: 'linux', mode: 'test' },
      ...options,
    }
    this.shown.push(told.token ?? '', told.password ?? '')
    const client = await WsGatewayClient.connect(told, appearance === undefined ? NETWORK : seenFrom(appearance))
    this.shown.push(client.hello.auth?.deviceToken ?? '')
    this.#clients.push(client)
    return client
  }

  /** As the machine does when power fails. */
  async crash(): Promise<void> {
    this.process.kill('SIGKILL')
    await this.process.exited
  }

  /** As an operator does. */
  async stop(): Promise<CliEnd> {
    this.process.kill('SIGTERM')
    return this.process.exited
  }

  async closeClients(): Promise<void> {
    await Promise.all(this.#clients.splice(0).map((client) => client.close()))
  }
}
