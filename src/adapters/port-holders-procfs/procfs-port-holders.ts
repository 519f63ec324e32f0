import { type PortHolder, PortHolderFailure, type PortHolders } from '../../application/ports/port-holder.js'
import { formatEndpoint } from '../../application/ports/transport.js'
import { addressesCollide } from '../../application/start/address-collision.js'
import { type ListeningSocket, listeningSockets } from './listening-sockets.js'
import { commandOf, ownersOf, processFacts, programOf, uidOf, unitOf, userName } from './processes.js'

export interface ProcfsOptions {
  readonly procRoot?: string
  readonly passwdPath?: string
}

/** Reads Linux' /proc; needs no program to be installed. */
export class ProcfsPortHolders implements PortHolders {
  readonly #procRoot: string
  readonly #passwdPath: string

  constructor(options: ProcfsOptions = {}) {
    this.#procRoot = options.procRoot ?? '/proc'
    this.#passwdPath = options.passwdPath ?? '/etc/passwd'
  }

  async find(port: number, hosts: readonly string[]): Promise<readonly PortHolder[]> {
    const sockets = listeningSockets(this.#procRoot).filter(
      (socket) => socket.port === port && hosts.some((host) => addressesCollide(socket.address, host)),
    )
    if (sockets.length === 0) return []
    const owners = ownersOf(this.#procRoot, new Set(sockets.map((socket) => socket.inode)))
    return sockets.flatMap((socket) => {
      const pids = owners.get(socket.inode) ?? []
      const holders = pids.map((pid) => this.#holder(socket, pid)).filter((holder) => holder !== null)
      return holders.length === 0 ? [this.#hidden(socket)] : holders
    })
  }

  ancestry(): readonly number[] {
    const pids: number[] = []
    let pid: number | undefined = process.pid
    while (pid !== undefined && pid > 0 && !pids.includes(pid)) {
      pids.push(pid)
      pid = processFacts(this.#procRoot, pid)?.parentPid
    }
    return pids
  }

  lives(holder: PortHolder): boolean {
    if (holder.pid === null) return true
    const facts = processFacts(this.#procRoot, holder.pid)
    return facts !== null && !facts.isZombie && facts.startedAt === holder.startedAt
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

  #holder(socket: ListeningSocket, pid: number): PortHolder | null {
    const facts = processFacts(this.#procRoot, pid)
    if (facts === null || facts.isZombie) return null
    return {
      pid,
      startedAt: facts.startedAt,
      command: commandOf(this.#procRoot, pid),
      program: programOf(this.#procRoot, pid),
      user: userName(this.#passwdPath, uidOf(this.#procRoot, pid) ?? socket.uid),
      address: formatEndpoint({ host: socket.address, port: socket.port }),
      parentPid: facts.parentPid,
      unit: unitOf(this.#procRoot, pid),
    }
  }

  #hidden(socket: ListeningSocket): PortHolder {
    return {
      pid: null,
      startedAt: null,
      command: '',
      program: '',
      user: userName(this.#passwdPath, socket.uid),
      address: formatEndpoint({ host: socket.address, port: socket.port }),
      parentPid: null,
      unit: null,
    }
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
