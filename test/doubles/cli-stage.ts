import { MemoryBeacons } from '../../src/adapters/beacons-memory/memory-beacons.js'
import type {
  CliDeps,
  CliEnvironment,
  CliOutput,
  CliServices,
  ConnectionHints,
  GatewayRunOptions,
  InterruptSignal,
} from '../../src/adapters/cli-commander/cli-deps.js'
import type { PairingDesk } from '../../src/adapters/cli-commander/pairing/pairing-desk.js'
import { runCli } from '../../src/adapters/cli-commander/run-cli.js'
import { WsGatewayClient } from '../../src/adapters/client-ws/ws-gateway-client.js'
import { temporaryDeviceIdentity } from '../../src/adapters/device-identity-file/file-device-identity.js'
import { MemoryPrivateFiles } from '../../src/adapters/private-files-memory/memory-private-files.js'
import { hashPassword } from '../../src/adapters/secrets-node/password-hash.js'
import type { DoctorTools } from '../../src/application/doctor/doctor-tools.js'
import type { AuditTrail } from '../../src/application/ports/audit-trail.js'
import type { Beacons } from '../../src/application/ports/beacons.js'
import type { ChannelProbe } from '../../src/application/ports/channel.js'
import type { LogTail } from '../../src/application/ports/log-reader.js'
import type { PortHolder } from '../../src/application/ports/port-holder.js'
import type { PrivateFiles } from '../../src/application/ports/private-files.js'
import type { Prompts } from '../../src/application/ports/prompts.js'
import type { RuntimeRecord } from '../../src/application/ports/runtime-record.js'
import { SupervisorFailure } from '../../src/application/ports/supervisor.js'
import type { FoundGateway } from '../../src/application/start/find-gateways.js'
import { Failure } from '../../src/domain/failure.js'
import type { SessionEntry } from '../../src/domain/session/session-entry.js'

export interface CliScene {
  /** Default: /home/alice, which nothing is written to. */
  home?: string
  variables?: Record<string, string>
  hints?: Partial<ConnectionHints>
  record?: RuntimeRecord
  /** The service, for `gateway install` and its like. */
  services?: CliServices
  openConfig?: CliDeps['openConfig']
  openHome?: CliDeps['openHome']
  /** Who answers questions. */
  prompts?: Prompts
  stdin?: string
  /** Somebody types what `stdin` says. */
  isTyped?: boolean
  audit?: AuditTrail
  /** Who may write through channels, where no gateway runs. */
  senders?: PairingDesk
  doctor?: DoctorTools
  /** What the network of an account says. */
  probe?: ChannelProbe
  /** Rights of files, for `security audit`. */
  privateFiles?: PrivateFiles
  isContainer?: boolean
  files?: Record<string, string>
  holders?: PortHolder[]
  hasBrowser?: boolean
  /** What the package registry says; absent = it does not answer. */
  latestVersion?: string
  /** Gateways of this user that run, this one included. */
  gateways?: FoundGateway[]
  /** The local network; null = the environment says not to look. */
  network?: Beacons | null
  /** Of whatever process is asked about. */
  memoryBytes?: number
  offlineLog?: LogTail
  /** What `sessions --offline` finds. */
  storedSessions?: SessionEntry[]
  /** What `contract` may import, by name. */
  modules?: Record<string, Readonly<Record<string, unknown>>>
  runGateway?: (options: GatewayRunOptions) => Promise<number>
  isTTY?: boolean
  /** Called whenever a command waits. */
  paused?: (milliseconds: number) => void
}

export interface CliResult {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

class Sink implements CliOutput {
  text = ''
  closed = false
  constructor(readonly isTTY: boolean) {}
  write(text: string): void {
    this.text += text
  }
}

/** A command line whose outside world is a scene; talks to real sockets. */
export class CliStage {
  readonly out: Sink
  readonly err: Sink
  readonly ran: GatewayRunOptions[] = []
  /** Accounts whose network was asked. */
  readonly probed: string[] = []
  readonly environments: { dev?: boolean; profile?: string }[] = []
  /** Addresses that a browser was to show. */
  readonly opened: string[] = []
  /** Files that a command wrote, by path. */
  readonly written = new Map<string, string>()
  readonly #scene: CliScene
  readonly #device = temporaryDeviceIdentity()
  #interrupts = new Set<(signal: InterruptSignal) => void>()

  constructor(scene: CliScene = {}) {
    this.#scene = scene
    this.out = new Sink(scene.isTTY === true)
    this.err = new Sink(scene.isTTY === true)
  }

  async run(...argv: string[]): Promise<CliResult> {
    const exitCode = await runCli(argv, this.deps())
    return { exitCode, stdout: this.out.text, stderr: this.err.text }
  }

  interrupt(signal: InterruptSignal = 'SIGINT'): void {
    for (const handler of [...this.#interrupts]) handler(signal)
  }

  /** How many commands listen to signals now. */
  get listening(): number {
    return this.#interrupts.size
  }

  deps(): CliDeps {
    const scene = this.#scene
    return {
      version: '1.2.3',
      platform: 'linux',
      env: {},
      stdout: this.out,
      stderr: this.err,
      stdin: {
        isTTY: scene.stdin === undefined || scene.isTyped === true,
        readAll: async () => scene.stdin ?? '',
        readLine: async () => (scene.stdin ?? '').split('\n')[0] ?? '',
      },
      now: Date.now,
      uuid: () => 'run-1',
      pause: async (milliseconds) => {
        scene.paused?.(milliseconds)
        await new Promise((resolve) => setTimeout(resolve, Math.min(milliseconds, 5)))
      },
      onInterrupt: (handler) => {
        this.#interrupts.add(handler)
        return () => void this.#interrupts.delete(handler)
      },
      readFile: async (path) => {
        const text = this.written.get(path) ?? scene.files?.[path]
        if (text === undefined) throw Object.assign(new Error('missing'), { code: 'ENOENT' })
        return text
      },
      writeText: async (path, text) => {
        const isNew = this.written.get(path) !== text
        this.written.set(path, text)
        return isNew
      },
      readSessions: async () => ({ path: '/home/alice/.mayros/mayros.db', sessions: scene.storedSessions ?? [] }),
      resolveEnvironment: async (flags) => {
        this.environments.push(flags)
        return this.#environment(flags.dev === true ? 'dev' : (flags.profile ?? null))
      },
      readConnectionHints: async () => ({ exists: true, problems: [], ...scene.hints }),
      openConfig: async (environment, path) => {
        if (scene.openConfig === undefined) throw new Failure('config-unavailable', 'this scene has no configuration')
        return scene.openConfig(environment, path)
      },
      openHome: async (environment) => {
        if (scene.openHome === undefined) throw new Failure('home-unwritable', 'this scene has no home')
        return scene.openHome(environment)
      },
      openPrompts: async () => {
        if (scene.prompts === undefined) throw new Failure('usage', 'nobody sits at the terminal of this scene')
        return scene.prompts
      },
      openServices: async () => {
        if (scene.services === undefined) {
          throw new SupervisorFailure('supervisor-unavailable', 'no service manager in this scene')
        }
        return scene.services
      },
      readLiveRecord: async () => scene.record ?? null,
      openClient: (options) => WsGatewayClient.connect(options),
      deviceIdentity: async () => this.#device,
      readLogTail: async () => {
        if (scene.offlineLog === undefined) throw new Failure('log-unreadable', 'no log')
        return scene.offlineLog
      },
      openDoctor: async () => {
        if (scene.doctor === undefined) throw new Failure('doctor-unavailable', 'this scene has no doctor')
        return scene.doctor
      },
      openSenders: async () => {
        if (scene.senders === undefined) throw new Failure('senders-unreadable', 'this scene has no senders')
        return { desk: scene.senders, close: async () => undefined }
      },
      readBytes: async (path) => {
        const text = scene.files?.[path]
        if (text === undefined) throw Object.assign(new Error('missing'), { code: 'ENOENT' })
        return Buffer.from(text)
      },
      probeChannel: async (_environment, _config, channel, accountId) => {
        this.probed.push(`${channel}/${accountId}`)
        return scene.probe ?? { ok: true, latencyMs: 1 }
      },
      openAuditTrail: async () => {
        if (scene.audit === undefined) throw new Failure('audit-unreadable', 'this scene has no audit trail')
        return scene.audit
      },
      hashPassword,
      privateFiles: async () => scene.privateFiles ?? new MemoryPrivateFiles(),
      isContainer: () => scene.isContainer === true,
      findGateways: async () => scene.gateways ?? [],
      processMemory: async () => scene.memoryBytes ?? null,
      host: () => ({ node: 'v20.19.0', release: '6.1.0', arch: 'x64' }),
      installation: () => ({ kind: 'npm', update: 'npm install -g mayros@latest' }),
      latestVersion: async () => scene.latestVersion ?? null,
      openBrowser: async (url) => {
        this.opened.push(url)
        return scene.hasBrowser === true
      },
      findPortHolders: async () => scene.holders ?? [],
      loadContracts: () => import('../contracts/kit/contract-kit.js'),
      importModule: async (specifier) => {
        const module = scene.modules?.[specifier]
        if (module === undefined) throw new Error(`Cannot find module '${specifier}'`)
        return module
      },
      openBeacons: async () => (scene.network === undefined ? new MemoryBeacons() : scene.network),
      runGateway: async (options) => {
        this.ran.push(options)
        return scene.runGateway === undefined ? 0 : scene.runGateway(options)
      },
    }
  }

  #environment(profile: string | null): CliEnvironment {
    const home = this.#scene.home ?? '/home/alice'
    const stateDir = profile === null ? `${home}/.mayros` : `${home}/.mayros-${profile}`
    return {
      profile,
      home,
      stateDir,
      configPath: `${stateDir}/mayros.json`,
      defaultPort: profile === 'dev' ? 19001 : 18789,
      notes: [],
      variables: this.#scene.variables ?? {},
    }
  }
}

/** A live record of a gateway on this port. */
export function recordOn(port: number, changes: Partial<RuntimeRecord> = {}): RuntimeRecord {
  return {
    pid: 4352,
    processStart: 's',
    instanceId: 'i-1',
    version: '9.9.9',
    state: 'running',
    startedAtMs: Date.now() - 11_520_000,
    profile: null,
    urls: [`ws://127.0.0.1:${port}`],
    port,
    bind: 'loopback',
    authMode: 'token',
    tlsFingerprint: null,
    configPath: '/home/alice/.mayros/mayros.json',
    configHash: 'h',
    configLoadedAtMs: Date.now(),
    logFile: '/home/alice/.mayros/logs/mayros-2026-11-22.log',
    supervisor: 'foreground',
    unit: null,
    ...changes,
  }
}
