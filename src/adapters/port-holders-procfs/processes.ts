import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'

/** What the kernel says about one process. */
export interface ProcessFacts {
  readonly pid: number
  readonly parentPid: number
  /** Clock ticks since boot; with the pid it names a process for ever. */
  readonly startedAt: string
  /** It has ended and only waits to be reaped. */
  readonly isZombie: boolean
}

/** Null when there is no such process. */
export function processFacts(procRoot: string, pid: number): ProcessFacts | null {
  const stat = textOf(join(procRoot, String(pid), 'stat'))
  if (stat === null) return null
  // The name stands in brackets and may hold anything, brackets and blanks included.
  const [state, parentPid, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return { pid, parentPid: Number(parentPid), startedAt: rest[17] ?? '', isZombie: state === 'Z' || state === 'X' }
}

/** Command line with arguments parted by blanks; the name in brackets for a process without one. */
export function commandOf(procRoot: string, pid: number): string {
  const line = (textOf(join(procRoot, String(pid), 'cmdline')) ?? '').replaceAll('\0', ' ').trim()
  return line === '' ? `[${programOf(procRoot, pid)}]` : line
}

export function programOf(procRoot: string, pid: number): string {
  return (textOf(join(procRoot, String(pid), 'comm')) ?? '').trim()
}

/** Effective user id; null when there is no such process. */
export function uidOf(procRoot: string, pid: number): number | null {
  const uid = /^Uid:\s+\d+\s+(\d+)/m.exec(textOf(join(procRoot, String(pid), 'status')) ?? '')?.[1]
  return uid === undefined ? null : Number(uid)
}

/** The systemd service a process belongs to: the innermost one, for those of a user lie within that of the user. */
export function unitOf(procRoot: string, pid: number): string | null {
  const groups = textOf(join(procRoot, String(pid), 'cgroup')) ?? ''
  const line = groups.split('\n').find((group) => group.includes('.service')) ?? ''
  return line.match(/[^/]+\.service(?=\/|$)/g)?.at(-1) ?? null
}

/** Name of a user; the number when the file does not know it. */
export function userName(passwdPath: string, uid: number): string {
  for (const line of (textOf(passwdPath) ?? '').split('\n')) {
    const [name, , id] = line.split(':')
    if (id === String(uid) && name !== undefined) return name
  }
  return String(uid)
}

/** Which processes have one of these sockets open: inode -> pids. Processes we may not look into are left out. */
export function ownersOf(procRoot: string, inodes: ReadonlySet<string>): ReadonlyMap<string, readonly number[]> {
  const owners = new Map<string, number[]>()
  for (const pid of namesIn(procRoot).map(Number).filter(Number.isInteger)) {
    for (const inode of socketsOf(procRoot, pid)) {
      if (!inodes.has(inode)) continue
      const pids = owners.get(inode) ?? []
      owners.set(inode, pids)
      if (!pids.includes(pid)) pids.push(pid)
    }
  }
  return owners
}

function socketsOf(procRoot: string, pid: number): string[] {
  const directory = join(procRoot, String(pid), 'fd')
  const sockets: string[] = []
  for (const name of namesIn(directory)) {
    const inode = /^socket:\[(\d+)\]$/.exec(linkOf(join(directory, name)) ?? '')?.[1]
    if (inode !== undefined) sockets.push(inode)
  }
  return sockets
}

/** Processes come and go while we read, and some are none of our business: both read as "nothing there". */
function unlessGone<T>(read: () => T): T | null {
  try {
    return read()
  } catch (thrown) {
    const code = (thrown as NodeJS.ErrnoException).code ?? ''
    if (['ENOENT', 'ESRCH', 'EACCES', 'EPERM', 'ENOTDIR', 'EINVAL'].includes(code)) return null
    throw thrown
  }
}

const textOf = (path: string) => unlessGone(() => readFileSync(path, 'utf8'))
const linkOf = (path: string) => unlessGone(() => readlinkSync(path))
const namesIn = (path: string) => unlessGone(() => readdirSync(path)) ?? []
