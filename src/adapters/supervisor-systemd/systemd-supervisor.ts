import { existsSync } from 'node:fs'
import { chmod, copyFile, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { homedir, userInfo } from 'node:os'
import { dirname, join } from 'node:path'
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
import { type ProgramOutcome, runProgram } from './run-program.js'
import { additionsOf, describeUnit, isEditedUnit, renderUnit, type UnitSetting } from './unit-file.js'
import { mainStartOf, propertiesOf, STATE_PROPERTIES, stateOf } from './unit-state.js'

export interface SystemdOptions {
  /** Null = the default profile. */
  readonly profile: string | null
  readonly scope: 'user' | 'system'
  /** Whether the gateway can report to systemd (`canNotifySystemd`). */
  readonly canNotify: boolean
  /** Default: the environment of this process. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Where system units are; another place only for tests. */
  readonly systemFolder?: string
}

const SYSTEM_FOLDER = '/etc/systemd/system'
/** Short questions, and jobs that wait for the gateway: longer than `TimeoutStopSec` and `TimeoutStartSec` together. */
const ASK_MS = 15_000
const JOB_MS = 150_000

/** Drives `systemctl` for one unit, of the account's own manager or of the system's. */
export class SystemdSupervisor implements Supervisor {
  readonly kind = 'systemd'
  readonly label: string
  readonly name: string
  readonly #setting: UnitSetting
  readonly #env: Readonly<Record<string, string | undefined>>
  readonly #folders: { readonly user: string; readonly system: string }
  readonly #file: string

  constructor({ profile, scope, canNotify, env = process.env, systemFolder = SYSTEM_FOLDER }: SystemdOptions) {
    this.label = `systemd ${scope} unit`
    this.name = serviceName(profile).unit
    this.#setting = { scope, canNotify }
    this.#env = withRuntimeDirectory(env)
    const config = env.XDG_CONFIG_HOME || join(env.HOME || homedir(), '.config')
    this.#folders = { user: join(config, 'systemd', 'user'), system: systemFolder }
    this.#file = join(this.#folders[scope], this.name)
  }

  async unavailable(): Promise<SupervisorFailure | null> {
    const { kind, output } = await this.#systemctl(['show', '--property=Version'], ASK_MS)
    if (kind === 'done') return null
    if (kind === 'missing') return new SupervisorFailure('supervisor-unavailable', 'systemctl is not installed here')
    if (this.#setting.scope === 'system') return refused('systemctl', kind, output)
    return new SupervisorFailure(
      'supervisor-unavailable',
      `the service manager of user ${userName()} cannot be reached (${firstLine(output)})`,
      { hints: [`log in as ${userName()} (not through sudo -u or su)`, `sudo loginctl enable-linger ${userName()}`] },
    )
  }

  render(plan: ServicePlan, over?: ServiceDescription): ServiceDescription {
    const additions = over === undefined ? [] : additionsOf(over.text, plan, this.#setting)
    return describeUnit(this.name, this.#file, renderUnit(plan, this.#setting, additions))
  }

  async installed(): Promise<InstalledService | null> {
    const text = await readIfThere(this.#file)
    if (text === null) return null
    const { mode } = await stat(this.#file)
    return { ...describeUnit(this.name, this.#file, text), isEdited: isEditedUnit(text), mode: mode & 0o777 }
  }

  async install(plan: ServicePlan, keepAdditions: boolean): Promise<void> {
    const before = await readIfThere(this.#file)
    const additions = before === null || !keepAdditions ? [] : additionsOf(before, plan, this.#setting)
    const text = renderUnit(plan, this.#setting, additions)
    try {
      await mkdir(dirname(this.#file), { recursive: true })
      if (before !== null && !keepAdditions && isEditedUnit(before)) await copyFile(this.#file, `${this.#file}.bak`)
      await writeWhole(this.#file, text)
    } catch (thrown) {
      throw new SupervisorFailure('service-unwritable', `${this.#file} cannot be written: ${messageOf(thrown)}`, {
        cause: thrown,
      })
    }
    await this.#demand(['daemon-reload'], ASK_MS)
    await this.#demand(['enable', this.name], ASK_MS)
  }

  async uninstall(): Promise<boolean> {
    const isThere = existsSync(this.#file)
    const { isLoaded, isEnabled } = await this.state()
    if (!isThere && !isLoaded && !isEnabled) return false
    await this.stop()
    if (isEnabled || isThere) await this.#demand(['disable', this.name], ASK_MS)
    await rm(this.#file, { force: true })
    await this.#demand(['daemon-reload'], ASK_MS)
    // Fails when there is nothing to forget, which is what we want.
    await this.#systemctl(['reset-failed', this.name], ASK_MS)
    return true
  }

  async start(): Promise<void> {
    await this.#requireInstalled()
    await this.#systemctl(['reset-failed', this.name], ASK_MS)
    await this.#job('start')
  }

  async stop(): Promise<boolean> {
    const { status } = await this.state()
    if (status === 'stopped' || status === 'failed' || status === 'unknown') return false
    await this.#demand(['stop', this.name], JOB_MS)
    return true
  }

  /**
   * A restart asked for while the unit stops becomes part of the restart that stops it; one asked for while it starts
   * would be a second one, so that is joined by asking for a start. A process that started after the restart was asked for is
   * that of a restart somebody else asked for meanwhile, and as fresh as anybody could want it.
   */
  async restart(): Promise<void> {
    const askedAt = process.hrtime.bigint()
    await this.#requireInstalled()
    const properties = await this.#properties()
    const { status, subState } = stateOf(properties)
    if (status === 'running' && mainStartOf(properties) > askedAt) return
    const isUnderWay = (status === 'starting' && subState !== 'auto-restart') || status === 'stopping'
    if (status === 'failed') await this.#systemctl(['reset-failed', this.name], ASK_MS)
    await this.#job(isUnderWay ? 'start' : 'restart')
  }

  async state(): Promise<ServiceState> {
    return stateOf(await this.#properties())
  }

  async #properties() {
    const { stdout } = await this.#systemctl(['show', this.name, `--property=${STATE_PROPERTIES.join(',')}`], ASK_MS)
    return propertiesOf(stdout)
  }

  async linger(): Promise<LingerState> {
    const command = `sudo loginctl enable-linger ${userName()}`
    if (this.#setting.scope === 'system') return { isNeeded: false, isOn: null, command }
    const { kind, stdout } = await this.#run('loginctl', ['show-user', userName(), '--property=Linger', '--value'])
    if (kind === 'done' && /^(?:yes|no)\s*$/.test(stdout))
      return { isNeeded: true, isOn: stdout.trim() === 'yes', command }
    const isMarked = existsSync(`/var/lib/systemd/linger/${userName()}`)
    return { isNeeded: true, isOn: isMarked ? true : kind === 'missing' ? null : false, command }
  }

  async enableLinger(): Promise<boolean> {
    const { kind } = await this.#run('loginctl', ['--no-ask-password', 'enable-linger', userName()])
    return kind === 'done'
  }

  async neighbours(): Promise<readonly NeighbourService[]> {
    const found: NeighbourService[] = []
    for (const scope of ['user', 'system'] as const) {
      for (const name of await readdir(this.#folders[scope]).catch(() => [])) {
        const file = join(this.#folders[scope], name)
        if (!isServiceName(name) || file === this.#file) continue
        found.push({ name, file, profile: profileOfService(name), scope })
      }
    }
    return found
  }

  async #requireInstalled(): Promise<void> {
    if (existsSync(this.#file)) return
    throw new SupervisorFailure('service-missing', `${this.name} is not installed`, {
      hints: ['mayros gateway install', 'mayros gateway'],
    })
  }

  /** Starting and restarting waits until the gateway has said that it is ready, where it can say that. */
  async #job(verb: 'start' | 'restart'): Promise<void> {
    const { kind, output } = await this.#systemctl([verb, this.name], JOB_MS)
    if (kind === 'done') return
    const { lastExit, status } = await this.state()
    if (kind === 'failed' && lastExit !== null && status !== 'running') {
      const how = lastExit.signal === null ? `exit ${lastExit.code}` : lastExit.signal
      throw new SupervisorFailure('service-failed', `${this.name} did not start (${how})`, {
        hints: [
          'mayros gateway status',
          `journalctl ${this.#scopeFlag.join(' ')} -u ${this.name} -n 50`.replace('  ', ' '),
        ],
      })
    }
    throw refused(`systemctl ${verb}`, kind, output)
  }

  async #demand(args: readonly string[], timeoutMs: number): Promise<void> {
    const { kind, output } = await this.#systemctl(args, timeoutMs)
    if (kind !== 'done') throw refused(`systemctl ${args[0]}`, kind, output)
  }

  #systemctl(args: readonly string[], timeoutMs: number): Promise<ProgramOutcome> {
    return this.#run('systemctl', [...this.#scopeFlag, '--no-pager', '--no-ask-password', ...args], timeoutMs)
  }

  get #scopeFlag(): readonly string[] {
    return this.#setting.scope === 'user' ? ['--user'] : []
  }

  #run(program: string, args: readonly string[], timeoutMs = ASK_MS): Promise<ProgramOutcome> {
    return runProgram(program, args, this.#env, timeoutMs)
  }
}

function refused(what: string, kind: ProgramOutcome['kind'], output: string): SupervisorFailure {
  if (kind === 'missing') return new SupervisorFailure('supervisor-unavailable', 'systemctl is not installed here')
  if (kind === 'timeout') return new SupervisorFailure('supervisor-timeout', `${what} did not end in time`)
  return new SupervisorFailure('supervisor-refused', `${what}: ${firstLine(output)}`)
}

/** Shells that came by ssh, sudo or cron may not know where the manager of their user is. */
function withRuntimeDirectory(
  env: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string | undefined>> {
  const usual = `/run/user/${process.getuid?.() ?? 0}`
  if (env.XDG_RUNTIME_DIR || !existsSync(usual)) return env
  return { ...env, XDG_RUNTIME_DIR: usual }
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

function userName(): string {
  return userInfo().username
}

function firstLine(output: string): string {
  return (
    output
      .split('\n')
      .find((line) => line.trim() !== '')
      ?.trim() ?? 'it said nothing'
  )
}
