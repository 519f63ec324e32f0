import { existsSync } from 'node:fs'
import { chmod, copyFile, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import {
  type LingerState,
  type NeighbourService,
  type ServiceState,
  type Supervisor,
  SupervisorFailure,
} from '../../application/ports/supervisor.js'
import { messageOf } from '../../domain/failure.js'
import type { InstalledService, ServiceDescription } from '../../domain/service/installed-service.js'
import { isServiceName, profileOfService, serviceName } from '../../domain/service/service-name.js'
import type { ServicePlan } from '../../domain/service/service-plan.js'
import { additionsOf, describeAgent, isEditedAgent, renderAgent } from './agent-file.js'
import { absentState, agentState, isDisabled } from './agent-state.js'
import { type ProgramOutcome, runProgram } from './run-program.js'

export interface LaunchdOptions {
  /** Null = the default profile. */
  readonly profile: string | null
  /** Default: the environment of this process. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Default: the account of this process. */
  readonly uid?: number
}

const ASK_MS = 15_000
const POLL_MS = 100
/** Longer than `ExitTimeOut`. */
const STOP_MS = 60_000
/** A process that is to be started has a pid within this time, `ThrottleInterval` included. */
const START_MS = 15_000

/** Drives `launchctl` for one LaunchAgent of the session of this account. */
export class LaunchdSupervisor implements Supervisor {
  readonly kind = 'launchd'
  readonly label = 'LaunchAgent'
  readonly name: string
  readonly #env: Readonly<Record<string, string | undefined>>
  readonly #domain: string
  readonly #target: string
  readonly #folder: string
  readonly #file: string

  constructor({ profile, env = process.env, uid = process.getuid?.() ?? 501 }: LaunchdOptions) {
    this.name = serviceName(profile).label
    this.#env = env
    this.#domain = `gui/${uid}`
    this.#target = `${this.#domain}/${this.name}`
    this.#folder = join(env.HOME || homedir(), 'Library', 'LaunchAgents')
    this.#file = join(this.#folder, `${this.name}.plist`)
  }

  async unavailable(): Promise<SupervisorFailure | null> {
    const { kind } = await this.#launchctl(['print', this.#domain])
    if (kind === 'done') return null
    if (kind === 'missing') return new SupervisorFailure('supervisor-unavailable', 'launchctl is not installed here')
    return new SupervisorFailure('supervisor-unavailable', `launchd needs a logged-in session for ${this.#domain}`, {
      hints: ['log in at the screen of this Mac and try again', 'mayros gateway'],
    })
  }

  render(plan: ServicePlan, over?: ServiceDescription): ServiceDescription {
    const additions = over === undefined ? {} : additionsOf(over.text, plan)
    return describeAgent(this.name, this.#file, renderAgent(plan, additions))
  }

  async installed(): Promise<InstalledService | null> {
    const text = await readIfThere(this.#file)
    if (text === null) return null
    const { mode } = await stat(this.#file)
    return { ...describeAgent(this.name, this.#file, text), isEdited: isEditedAgent(text), mode: mode & 0o777 }
  }

  async install(plan: ServicePlan, keepAdditions: boolean): Promise<void> {
    const before = await readIfThere(this.#file)
    const text = renderAgent(plan, before === null || !keepAdditions ? {} : additionsOf(before, plan))
    try {
      await mkdir(dirname(this.#file), { recursive: true })
      await mkdir(plan.logDirectory, { recursive: true, mode: 0o700 })
      if (before !== null && !keepAdditions && isEditedAgent(before)) await copyFile(this.#file, `${this.#file}.bak`)
      await writeWhole(this.#file, text)
    } catch (thrown) {
      throw new SupervisorFailure('service-unwritable', `${this.#file} cannot be written: ${messageOf(thrown)}`, {
        cause: thrown,
      })
    }
    await this.#demand(['enable', this.#target])
  }

  async uninstall(): Promise<boolean> {
    const isThere = existsSync(this.#file)
    const { isLoaded } = await this.state()
    if (!isThere && !isLoaded) return false
    if (isLoaded) await this.#unload()
    await rm(this.#file, { force: true })
    return true
  }

  async start(): Promise<void> {
    this.#requireInstalled()
    const { isLoaded, pid } = await this.state()
    if (pid !== null) return
    await this.#demand(['enable', this.#target])
    // What is loaded may be older than the file.
    if (isLoaded) await this.#unload()
    await this.#demand(['bootstrap', this.#domain, this.#file])
    await this.#untilStarted()
  }

  /** A plain kill would be undone; only what is not loaded stays down. */
  async stop(): Promise<boolean> {
    const { isLoaded, pid } = await this.state()
    if (!isLoaded) return false
    await this.#unload()
    return pid !== null
  }

  async restart(): Promise<void> {
    this.#requireInstalled()
    if ((await this.state()).isLoaded) await this.#unload()
    await this.start()
  }

  async state(): Promise<ServiceState> {
    const [printed, disabled] = await Promise.all([
      this.#launchctl(['print', this.#target]),
      this.#launchctl(['print-disabled', this.#domain]),
    ])
    const isEnabled = existsSync(this.#file) && !isDisabled(disabled.stdout, this.name)
    return printed.kind === 'done' ? agentState(printed.stdout, isEnabled) : absentState(isEnabled)
  }

  async linger(): Promise<LingerState> {
    return { isNeeded: false, isOn: null, command: '' }
  }

  async enableLinger(): Promise<boolean> {
    return true
  }

  async neighbours(): Promise<readonly NeighbourService[]> {
    const names = await readdir(this.#folder).catch(() => [])
    return names
      .filter((name) => name.endsWith('.plist'))
      .map((name) => name.slice(0, -'.plist'.length))
      .filter((name) => isServiceName(name) && name !== this.name)
      .map((name) => ({
        name,
        file: join(this.#folder, `${name}.plist`),
        profile: profileOfService(name),
        scope: 'user',
      }))
  }

  #requireInstalled(): void {
    if (existsSync(this.#file)) return
    throw new SupervisorFailure('service-missing', `${this.name} is not installed`, {
      hints: ['mayros gateway install', 'mayros gateway'],
    })
  }

  async #unload(): Promise<void> {
    const { kind, output } = await this.#launchctl(['bootout', this.#target], STOP_MS)
    // 3: no such process; 36: it takes a moment longer.
    if (kind === 'timeout') throw refused('bootout', kind, output)
    const deadline = Date.now() + STOP_MS
    while ((await this.#launchctl(['print', this.#target])).kind === 'done') {
      if (Date.now() > deadline) throw new SupervisorFailure('supervisor-timeout', `${this.name} did not stop in time`)
      await pause(POLL_MS)
    }
  }

  async #untilStarted(): Promise<void> {
    const deadline = Date.now() + START_MS
    for (;;) {
      const { pid, status, lastExit } = await this.state()
      if (pid !== null) return
      if (status === 'failed' || Date.now() > deadline) {
        const how = lastExit === null ? 'no process' : (lastExit.signal ?? `exit ${lastExit.code}`)
        throw new SupervisorFailure('service-failed', `${this.name} did not start (${how})`, {
          hints: ['mayros gateway status', `launchctl print ${this.#target}`],
        })
      }
      await pause(POLL_MS)
    }
  }

  async #demand(args: readonly string[]): Promise<void> {
    const { kind, output } = await this.#launchctl(args)
    if (kind !== 'done') throw refused(args[0]!, kind, output)
  }

  #launchctl(args: readonly string[], timeoutMs = ASK_MS): Promise<ProgramOutcome> {
    return runProgram('launchctl', args, this.#env, timeoutMs)
  }
}

function refused(verb: string, kind: ProgramOutcome['kind'], output: string): SupervisorFailure {
  if (kind === 'missing') return new SupervisorFailure('supervisor-unavailable', 'launchctl is not installed here')
  if (kind === 'timeout') return new SupervisorFailure('supervisor-timeout', `launchctl ${verb} did not end in time`)
  const words =
    output
      .split('\n')
      .find((line) => line.trim() !== '')
      ?.trim() ?? 'it said nothing'
  return new SupervisorFailure('supervisor-refused', `launchctl ${verb}: ${words}`)
}

/** Readers see the old file or the new one. */
async function writeWhole(file: string, text: string): Promise<void> {
  const draft = `${file}.${process.pid}`
  await writeFile(draft, text, { mode: 0o600 })
  await chmod(draft, 0o600)
  await rename(draft, file)
}

async function readIfThere(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8')
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw new SupervisorFailure('service-unwritable', `${file} cannot be read: ${messageOf(thrown)}`, { cause: thrown })
  }
}
