import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmdirSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

const MANAGER = '/lib/systemd/systemd'
/** Where hierarchies of control groups are mounted: of version 1, of both, of version 2 alone. */
const HIERARCHIES = ['/sys/fs/cgroup/systemd', '/sys/fs/cgroup/unified', '/sys/fs/cgroup']

/**
 * A real systemd that manages the services of one made-up home, with a bus and control groups of its own, so that several
 * can run side by side.
 */
export class SystemdUserManager {
  readonly #folder: string
  readonly #group: string
  readonly #home: string
  readonly #processes: ChildProcess[] = []

  private constructor(home: string) {
    this.#home = home
    this.#folder = mkdtempSync(join(tmpdir(), 'mayros-systemd-'))
    this.#group = this.#folder.split('/').at(-1)!
  }

  /** Why no manager can be started here; null = one can. */
  static missing(): string | null {
    if (process.platform !== 'linux') return `there is no systemd on ${process.platform}`
    if (process.getuid?.() !== 0) return 'a manager beside the one of the session needs root'
    for (const program of [MANAGER, '/usr/bin/systemctl', '/usr/bin/dbus-daemon']) {
      if (!existsSync(program)) return `${program} is not installed`
    }
    try {
      // That is how systemd says that it manages the system; the programs of systemd look for it. It stays: others that
      // run at the same time need it, too.
      mkdirSync('/run/systemd/system', { recursive: true })
      for (const group of groupsOf('mayros-probe')) {
        mkdirSync(group)
        rmdirSync(group)
      }
    } catch (thrown) {
      return `control groups cannot be made here (${(thrown as Error).message})`
    }
    return null
  }

  static async start(home: string): Promise<SystemdUserManager> {
    const manager = new SystemdUserManager(home)
    await manager.#start()
    return manager
  }

  /** What programs need to reach this manager. */
  get env(): Readonly<Record<string, string>> {
    return {
      PATH: process.env.PATH ?? '/usr/bin:/bin',
      HOME: this.#home,
      XDG_RUNTIME_DIR: this.#folder,
      DBUS_SESSION_BUS_ADDRESS: `unix:path=${this.#folder}/bus`,
    }
  }

  /** `systemctl --user ...`; throws when it fails. */
  systemctl(...args: readonly string[]): string {
    return execFileSync('systemctl', ['--user', '--no-pager', ...args], {
      env: this.env,
      encoding: 'utf8',
      stdio: 'pipe',
    })
  }

  /** What `systemd-analyze verify` says about a unit file: nothing is good. */
  verify(file: string): string {
    const args = ['-c', 'systemd-analyze --user verify "$1" 2>&1; echo "exit $?"', 'sh', file]
    return execFileSync('/bin/sh', args, { env: this.env, encoding: 'utf8' })
  }

  async dispose(): Promise<void> {
    const groups = groupsOf(this.#group)
    for (const started of this.#processes) started.kill('SIGKILL')
    for (let look = 0; look < 200 && groups.some((group) => killAll(group)); look += 1) await pause(10)
    for (const group of groups) removeGroup(group)
    await rm(this.#folder, { recursive: true, force: true })
  }

  async #start(): Promise<void> {
    const groups = groupsOf(this.#group)
    for (const group of groups) mkdirSync(group)
    const join = groups.map((group) => `echo $$ > ${group}/cgroup.procs`).join('\n')
    this.#run(`${join}\nexec dbus-daemon --session --address="$DBUS_SESSION_BUS_ADDRESS" --nofork --nopidfile`)
    await this.#until(() => existsSync(`${this.#folder}/bus`))
    this.#run(`${join}\nexec ${MANAGER} --user`)
    await this.#until(() => {
      try {
        return this.systemctl('is-system-running').trim() === 'running'
      } catch {
        return false
      }
    })
  }

  #run(script: string): void {
    this.#processes.push(spawn('/bin/sh', ['-c', script], { env: this.env, stdio: 'ignore', detached: true }))
  }

  async #until(isSo: () => boolean): Promise<void> {
    for (let look = 0; look < 600; look += 1) {
      if (isSo()) return
      await pause(25)
    }
    await this.dispose()
    throw new Error('the user manager did not come up within 15 s')
  }
}

function groupsOf(name: string): readonly string[] {
  const hierarchies = HIERARCHIES.filter((folder) => existsSync(`${folder}/cgroup.procs`))
  return hierarchies.map((folder) => join(folder, name))
}

/** Ends what lives in a group and below; false when there was nothing. */
function killAll(group: string): boolean {
  if (!existsSync(group)) return false
  const below = readdirSync(group, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  const isBelow = below.map(({ name }) => killAll(join(group, name))).includes(true)
  const pids = readFileSync(join(group, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean)
  for (const pid of pids) {
    try {
      process.kill(Number(pid), 'SIGKILL')
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code !== 'ESRCH') throw thrown
    }
  }
  return isBelow || pids.length > 0
}

function removeGroup(group: string): void {
  if (!existsSync(group)) return
  for (const entry of readdirSync(group, { withFileTypes: true })) {
    if (entry.isDirectory()) removeGroup(join(group, entry.name))
  }
  rmdirSync(group)
}
