import { type PortHolder, PortHolderFailure, type PortHolders } from '../../application/ports/port-holder.js'
import { formatEndpoint } from '../../application/ports/transport.js'
import { addressesCollide, normalizeAddress } from '../../application/start/address-collision.js'
import { type LsofRow, parseLsof } from './lsof-output.js'
import { runProgram, runProgramNow } from './run-program.js'

export interface LsofOptions {
  /** Default `lsof`, looked for in PATH. */
  readonly lsofPath?: string
  /** Default `ps`. */
  readonly psPath?: string
}

/** Asks `lsof` who listens and `ps` who that is; for macOS, and where /proc is missing. Sees only what lsof may see. */
export class LsofPortHolders implements PortHolders {
  readonly #lsofPath: string
  readonly #psPath: string

  constructor(options: LsofOptions = {}) {
    this.#lsofPath = options.lsofPath ?? 'lsof'
    this.#psPath = options.psPath ?? 'ps'
  }

  async find(port: number, hosts: readonly string[]): Promise<readonly PortHolder[]> {
    const args = ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-FpRcLtn']
    const outcome = await runProgram(this.#lsofPath, args)
    if (outcome.missing) {
      throw new PortHolderFailure('holders-unreadable', 'lsof is not installed, so nobody can say who holds the port')
    }
    const rows = parseLsof(outcome.stdout).filter(
      (row) => row.port === port && hosts.some((host) => addressesCollide(row.host, host)),
    )
    const unique = new Map(rows.map((row) => [`${row.pid} ${row.host}`, row]))
    return [...unique.values()].map((row) => this.#holder(row)).filter((holder) => holder !== null)
  }

  ancestry(): readonly number[] {
    const parents = new Map<number, number>()
    for (const line of runProgramNow(this.#psPath, ['-A', '-o', 'pid=,ppid=']).split('\n')) {
      const [pid, parent] = line.trim().split(/\s+/).map(Number)
      if (pid !== undefined && parent !== undefined) parents.set(pid, parent)
    }
    const pids = [process.pid]
    let pid: number | undefined = parents.get(process.pid) ?? process.ppid
    while (pid !== undefined && pid > 0 && !pids.includes(pid)) {
      pids.push(pid)
      pid = parents.get(pid)
    }
    return pids
  }

  lives(holder: PortHolder): boolean {
    if (holder.pid === null) return true
    return this.#describe(holder.pid)?.startedAt === holder.startedAt
  }

  maySignal(holder: PortHolder): boolean {
    return holder.pid !== null && (!this.lives(holder) || kill(holder.pid, 0) !== 'EPERM')
  }

  signal(holder: PortHolder, signal: 'SIGTERM' | 'SIGKILL'): boolean {
    if (holder.pid === null) throw notPermitted(holder)
    if (!this.lives(holder)) return false
    const outcome = kill(holder.pid, signal)
    if (outcome === 'EPERM') throw notPermitted(holder)
    return outcome === 'sent'
  }

  #holder(row: LsofRow): PortHolder | null {
    const described = this.#describe(row.pid)
    if (described === null) return null
    return {
      pid: row.pid,
      startedAt: described.startedAt,
      command: described.command,
      program: row.program,
      user: row.user,
      address: formatEndpoint({ host: normalizeAddress(row.host), port: row.port }),
      parentPid: row.parentPid,
      unit: null,
    }
  }

  /** `ps` prints state, start time (always five words) and the command line. Null for no process and for a zombie. */
  #describe(pid: number): { startedAt: string; command: string } | null {
    const line = runProgramNow(this.#psPath, ['-ww', '-o', 'stat=,lstart=,args=', '-p', String(pid)]).trim()
    const [state = '', ...words] = line.split(/\s+/)
    if (state === '' || state.startsWith('Z')) return null
    return { startedAt: words.slice(0, 5).join(' '), command: words.slice(5).join(' ') }
  }
}

function kill(pid: number, signal: NodeJS.Signals | 0): 'sent' | 'gone' | 'EPERM' {
  try {
    process.kill(pid, signal)
    return 'sent'
  } catch (thrown) {
    const code = (thrown as NodeJS.ErrnoException).code
    if (code === 'ESRCH') return 'gone'
    if (code === 'EPERM') return 'EPERM'
    throw thrown
  }
}

function notPermitted(holder: PortHolder): PortHolderFailure {
  return new PortHolderFailure('not-permitted', `may not stop pid ${holder.pid ?? 'unknown'} (user ${holder.user})`)
}
