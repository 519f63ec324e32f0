import type { DoctorTools } from '../../application/doctor/doctor-tools.js'
import type { AuditTrail } from '../../application/ports/audit-trail.js'
import type { Beacons } from '../../application/ports/beacons.js'
import type { ChannelProbe } from '../../application/ports/channel.js'
import type { ConfigHistory } from '../../application/ports/config-history.js'
import type { ConfigSource } from '../../application/ports/config-source.js'
import type { Document } from '../../application/ports/document.js'
import type { DeviceIdentity, OpenGatewayClient } from '../../application/ports/gateway-client.js'
import type { HomeFiles } from '../../application/ports/home-files.js'
import type { LogTail, LogTailRequest } from '../../application/ports/log-reader.js'
import type { PortHolder } from '../../application/ports/port-holder.js'
import type { PrivateFiles } from '../../application/ports/private-files.js'
import type { Prompts } from '../../application/ports/prompts.js'
import type { RuntimeRecord } from '../../application/ports/runtime-record.js'
import type { SessionQuery } from '../../application/ports/session-store.js'
import type { WorkspaceFiles } from '../../application/ports/workspace-files.js'
import type { ProcessCalls, ServiceParts } from '../../application/service/service-parts.js'
import type { FoundGateway } from '../../application/start/find-gateways.js'
import type { GatewayConfig } from '../../domain/config/config.js'
import type { ServicePlan } from '../../domain/service/service-plan.js'
import type { SessionEntry } from '../../domain/session/session-entry.js'
import type { PairingDesk } from './pairing/pairing-desk.js'

/** Where text goes. */
export interface CliOutput {
  write(text: string): void
  readonly isTTY: boolean
  /** Whoever read it has gone away (`mayros logs | head`). */
  readonly closed: boolean
}

export interface CliInput {
  readonly isTTY: boolean
  /** Up to the first line feed, without it. */
  readLine(): Promise<string>
  readAll(): Promise<string>
}

export type InterruptSignal = 'SIGINT' | 'SIGTERM'

/** Which instance a command is about. */
export interface CliEnvironment {
  /** Null = the unnamed default profile. */
  readonly profile: string | null
  readonly home: string
  readonly stateDir: string
  readonly configPath: string
  readonly defaultPort: number
  /** What overrides what the profile would give, in sentences. */
  readonly notes: readonly string[]
  /** Environment variables, `.env` files included; one that is set but blank counts as unset. */
  readonly variables: Readonly<Record<string, string | undefined>>
}

/**
 * What the configuration says to clients. Values that are valid by themselves are there even when the file as a whole
 * is not; reading them must not load the schema.
 */
export interface ConnectionHints {
  readonly exists: boolean
  /** Problems of the file, one printable line each; empty = valid, or not looked for. */
  readonly problems: readonly string[]
  readonly mode?: 'local' | 'remote'
  readonly port?: number
  readonly bind?: string
  readonly authMode?: string
  readonly token?: string
  readonly password?: string
  /** A password is configured, but only a hash of it is known here. */
  readonly isPasswordHashed?: boolean
  /** The gateway of this configuration speaks TLS. */
  readonly tls?: boolean
  readonly remote?: {
    readonly url?: string
    readonly token?: string
    readonly password?: string
    readonly tlsFingerprint?: string
  }
  /** The token of `<state dir>/run/token`: what a gateway lets local clients in with that read no secret in its config. */
  readonly runToken?: string
}

/** How `gateway run` was called. What is absent was not given. */
export interface GatewayRunOptions {
  readonly environment: CliEnvironment
  readonly port?: number
  readonly bind?: string
  readonly auth?: string
  readonly token?: string
  readonly password?: string
  /** `off`, `serve` or `funnel`. */
  readonly tailscale?: string
  readonly tailscaleResetOnExit?: boolean
  readonly allowUnconfigured: boolean
  /** Start with what ran last when the file cannot be used. */
  readonly lastGood?: boolean
  readonly force: boolean
  readonly verbose: boolean
  readonly wsLog: 'auto' | 'full' | 'compact'
  /** Console style json. */
  readonly json: boolean
  readonly color: boolean
  readonly logLevel?: string
}

/** What became of one guarantee of a contract. */
export interface ContractOutcome {
  readonly id: string
  readonly promise: string
  readonly because: string
  readonly status: 'pass' | 'fail' | 'skip'
  /** Why it was skipped. */
  readonly reason?: string
  readonly expected?: string
  readonly seen?: string
  /** The whole failure in one sentence. */
  readonly message?: string
  readonly milliseconds: number
}

/** How often and in which disorder a contract is repeated. */
export interface ContractStress {
  readonly seed: number
  readonly rounds: number
}

/** The contract suites, as `mayros/testing` has them. */
export interface ContractKit {
  /**
   * Holds the adapter that a module exports to the contract of a port.
   * Rejects with a Failure `bad-module`, or `usage` for a port or guarantee that does not exist.
   */
  checkModule(
    port: string,
    module: Readonly<Record<string, unknown>>,
    options: {
      readonly only?: readonly string[]
      /** Guarantee → why it is skipped. */
      readonly skip?: Readonly<Record<string, string>>
      readonly stress?: ContractStress
      /** Told of the adapter's name first, then of every outcome as it comes. */
      readonly begun?: (name: string) => void
      readonly told?: (outcome: ContractOutcome) => void
    },
  ): Promise<{
    readonly port: string
    readonly name: string
    readonly stress: ContractStress | null
    readonly outcomes: readonly ContractOutcome[]
  }>
}

/** The configuration of an instance. Nothing is read before a command asks. */
export interface CliConfig {
  readonly source: ConfigSource
  readonly history: ConfigHistory
  /** A value as a person types it, JSON5; null when the text is none. */
  parseValue(text: string): { readonly value: unknown } | null
}

/** What a set-up changes besides the configuration. */
export interface CliHome {
  readonly files: HomeFiles
  readonly workspaces: Pick<WorkspaceFiles, 'inspect' | 'add'>
  /** `<state dir>/.env`. */
  readonly variables: Document
  /** Random, for a gateway and its clients. */
  newToken(): string
}

/** What the commands of the service work with. Nothing is asked of the host before a command does. */
export interface CliServices {
  readonly parts: ServiceParts
  readonly calls: ProcessCalls
  /** What a service of this installation would run. */
  plan(): Promise<{
    /** @param port null = the configuration says it */
    planFor(port: number | null): ServicePlan
    readonly warnings: readonly string[]
  }>
  fileExists(path: string): boolean
  /** Why a gateway could not start as a service would start it, with the exit code of such a start; null = it could. */
  preflight(port: number | null): Promise<{ readonly exitCode: number; readonly lines: readonly string[] } | null>
  /** Variables that the configuration uses and only this shell has. */
  shellOnly(): Promise<readonly string[]>
  /** Writes variables of this shell into `<state dir>/.env` (600), which a service reads. Resolves with its path. */
  saveVariables(names: readonly string[]): Promise<string>
}

/** Everything a command needs from the outside; bootstrap provides it, tests replace it. */
export interface CliDeps {
  readonly version: string
  readonly platform: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly stdout: CliOutput
  readonly stderr: CliOutput
  readonly stdin: CliInput
  /** Unix milliseconds. */
  now(): number
  uuid(): string
  /** Resolves after that many milliseconds, or as soon as the signal aborts. */
  pause(milliseconds: number, signal?: AbortSignal): Promise<void>
  /** From now on signals come here and do not end the program. Returns how to stop that. */
  onInterrupt(handler: (signal: InterruptSignal) => void): () => void
  readFile(path: string): Promise<string>
  readBytes(path: string): Promise<Uint8Array>
  /** Writes a file for other programs to read, with its directories; false when it says so already. */
  writeText(path: string, text: string): Promise<boolean>
  /** Rejects with Failure `usage` for flags that contradict each other. */
  resolveEnvironment(flags: { readonly dev?: boolean; readonly profile?: string }): Promise<CliEnvironment>
  readConnectionHints(environment: CliEnvironment): Promise<ConnectionHints>
  /** @param path another root file than that of the environment */
  openConfig(environment: CliEnvironment, path?: string): Promise<CliConfig>
  openHome(environment: CliEnvironment): Promise<CliHome>
  /** Only where somebody sits at the terminal. */
  openPrompts(): Promise<Prompts>
  /** @param scope of whose services: those of this account, or those of the system */
  openServices(environment: CliEnvironment, scope: 'user' | 'system'): Promise<CliServices>
  readLiveRecord(stateDir: string): Promise<RuntimeRecord | null>
  readonly openClient: OpenGatewayClient
  deviceIdentity(stateDir: string): Promise<DeviceIdentity>
  /** Reads the store of this host, for `sessions --offline`; no gateway may be using it. */
  readSessions(
    environment: CliEnvironment,
    query: SessionQuery,
  ): Promise<{ readonly path: string; readonly sessions: readonly SessionEntry[] }>
  /** Reads the log files of this host, for `logs --offline`. */
  readLogTail(environment: CliEnvironment, request: LogTailRequest): Promise<LogTail>
  /** Who may write through channels, on the files of this host, under the lock of the gateway. Rejects with LockFailure. */
  openSenders(environment: CliEnvironment): Promise<{ readonly desk: PairingDesk; close(): Promise<void> }>
  /** Asks the network of an account as this configuration has it; null = this version does not know that network. */
  probeChannel(
    environment: CliEnvironment,
    config: GatewayConfig,
    channel: string,
    accountId: string,
  ): Promise<ChannelProbe | null>
  /** What `doctor` looks with and mends with. */
  openDoctor(environment: CliEnvironment): Promise<DoctorTools>
  /** What was recorded about access on this host. The caller closes it. */
  openAuditTrail(stateDir: string): Promise<AuditTrail>
  /** Rights of files on this host, for `security audit`. */
  privateFiles(): Promise<PrivateFiles>
  /** Whether this host is a container, where `bind: auto` means everywhere. */
  isContainer(): boolean
  /** What to store instead of a password. */
  hashPassword(password: string): Promise<string>
  /** Gateways of this user that run now, this one included. */
  findGateways(environment: CliEnvironment): Promise<readonly FoundGateway[]>
  /** How to look for gateways in the local network; null = `MAYROS_DISABLE_MDNS` says not to. */
  openBeacons(environment: CliEnvironment): Promise<Beacons | null>
  /** Resident memory of a process of this host in bytes; null when it is gone or the system does not tell. */
  processMemory(pid: number): Promise<number | null>
  /** What this program runs on, for people who look for the cause of something. */
  host(): { readonly node: string; readonly release: string; readonly arch: string }
  /** How this program was installed, and what brings a newer one. */
  installation(): { readonly kind: string; readonly update: string }
  /** The newest released version; null when nobody tells within that many milliseconds. */
  latestVersion(timeoutMs: number): Promise<string | null>
  /** Shows an address in the browser of whoever sits here; false when that cannot be done. */
  openBrowser(url: string): Promise<boolean>
  findPortHolders(port: number, hosts: readonly string[]): Promise<readonly PortHolder[]>
  loadContracts(): Promise<ContractKit>
  /** The namespace of a module, by path (relative to the working directory) or package name. */
  importModule(specifier: string): Promise<Readonly<Record<string, unknown>>>
  /** Runs a gateway until it ends; resolves with the exit code. */
  runGateway(options: GatewayRunOptions): Promise<number>
}
