import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import json5 from 'json5'
import type { RuntimeRecord } from '../../../src/application/ports/runtime-record.js'
import { unusedPort } from '../../contracts/harness/unused-port.js'
import { type CliEnd, CliProcess, ENTRY } from './cli-process.js'
import { RunningGateway } from './running-gateway.js'
import { SecretsOfHome } from './secrets-of-home.js'
import { until } from './until.js'

/** What comes from outside: where programs are, and which network engine the journeys are to be made with. */
const INHERITED: Readonly<Record<string, string>> = {
  PATH: process.env.PATH ?? '',
  ...(process.env.MAYROS_ENGINE === undefined ? {} : { MAYROS_ENGINE: process.env.MAYROS_ENGINE }),
}

export interface CliOptions {
  /** More variables. */
  readonly env?: Readonly<Record<string, string>>
  readonly input?: string
}

export interface GatewayOptions extends CliOptions {
  /** Where its runtime record appears; default `<home>/.mayros`. */
  readonly stateDir?: string
  /** Where its token is written; default `<state dir>/mayros.json`. */
  readonly configPath?: string
}

/** A home directory of its own for one journey, and everything that was started in it. */
export class CliHome {
  readonly path = mkdtempSync(join(tmpdir(), 'mayros-journey-'))
  readonly #processes: CliProcess[] = []
  readonly #gateways: RunningGateway[] = []
  readonly #secrets = new SecretsOfHome(this.path)

  get stateDir(): string {
    return join(this.path, '.mayros')
  }

  get configPath(): string {
    return join(this.stateDir, 'mayros.json')
  }

  /** Writes the configuration: a value, or the very text. */
  async configure(config: object | string, path = this.configPath): Promise<void> {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    this.#secrets.addFromConfig(config)
    await writeFile(path, typeof config === 'string' ? config : JSON.stringify(config), { mode: 0o600 })
  }

  /** Starts `mayros <args>` and does not wait. */
  start(args: readonly string[], options: CliOptions = {}): CliProcess {
    this.#secrets.addFromCommand(args, options.env ?? {})
    return this.#keep(new CliProcess(process.execPath, [ENTRY, ...args], this.#surroundings(options)))
  }

  /** Runs `mayros <args>` to its end. */
  run(args: readonly string[], options: CliOptions = {}): Promise<CliEnd> {
    return this.start(args, options).exited
  }

  /** Runs a line as somebody types it into a shell whose directory is this home. */
  type(line: string, options: CliOptions = {}): CliProcess {
    return this.#keep(new CliProcess('/bin/sh', ['-c', `exec env ${line}`], this.#surroundings(options)))
  }

  /** Runs a line as documents print it and a shell takes it: `A=~/x mayros ...`, with `mayros` on the PATH. */
  typeAsPrinted(line: string, { env = {}, ...options }: CliOptions = {}): CliProcess {
    const folder = join(this.path, '.bin')
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'mayros'), `#!/bin/sh\nexec '${process.execPath}' '${ENTRY}' "$@"\n`, { mode: 0o755 })
    const PATH = `${folder}:${INHERITED.PATH}`
    const words = line.replace(/(^|\s)mayros(?=\s)/, '$1exec mayros')
    return this.#keep(
      new CliProcess('/bin/sh', ['-c', words], this.#surroundings({ ...options, env: { ...env, PATH } })),
    )
  }

  /** Starts a gateway on a free port, unless the arguments name one, and waits until it serves. */
  async gateway(args: readonly string[] = [], options: GatewayOptions = {}): Promise<RunningGateway> {
    const words = args.includes('--port') ? args : [...args, '--port', String(await unusedPort())]
    const started = this.start(['gateway', '--allow-unconfigured', ...words], options)
    return this.serving(started, options)
  }

  /** Waits until a gateway that was started serves. */
  async serving(started: CliProcess, options: GatewayOptions = {}): Promise<RunningGateway> {
    await started.says(/ready in \d/)
    const stateDir = options.stateDir ?? this.stateDir
    const record = await until('the runtime record', () => readRecord(stateDir))
    const token = options.env?.MAYROS_GATEWAY_TOKEN ?? readToken(options.configPath ?? join(stateDir, 'mayros.json'))
    this.#secrets.add(token, readPass(stateDir))
    const gateway = new RunningGateway(started, record, token)
    this.#gateways.push(gateway)
    return gateway
  }

  /** Ends everything, holds what was written against the secrets of this home, and removes the directory. */
  async dispose(): Promise<void> {
    await Promise.all(this.#gateways.map((gateway) => gateway.closeClients()))
    await Promise.all(this.#processes.map((started) => started.destroy()))
    try {
      for (const { shown } of this.#gateways) this.#secrets.add(...shown)
      const console = this.#gateways.map(({ process }) => process.stdout)
      this.#secrets.requireUnseen([...console, ...this.#processes.map(({ stderr }) => stderr)])
    } finally {
      await rm(this.path, { recursive: true, force: true })
    }
  }

  #surroundings({ env = {}, input }: CliOptions) {
    return {
      env: { ...INHERITED, HOME: this.path, ...env },
      cwd: this.path,
      ...(input === undefined ? {} : { input }),
    }
  }

  #keep(started: CliProcess): CliProcess {
    this.#processes.push(started)
    return started
  }
}

/** The runtime record of a gateway that serves; null while there is none. */
export function readRecord(stateDir: string): RuntimeRecord | null {
  const record = parsed(join(stateDir, 'run', 'gateway.json')) as RuntimeRecord | null
  return record?.state === 'running' ? record : null
}

/** What clients of this machine may show while that gateway runs. */
function readPass(stateDir: string): string | undefined {
  const path = join(stateDir, 'run', 'token')
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined
}

function readToken(configPath: string): string {
  const config = parsed(configPath) as { gateway?: { auth?: { token?: string } } } | null
  return config?.gateway?.auth?.token ?? ''
}

function parsed(path: string): unknown {
  try {
    return json5.parse(readFileSync(path, 'utf8'))
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw thrown
  }
}
