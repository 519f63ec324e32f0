import { readdir, readFile } from 'node:fs/promises'
import { FAMILY_MARK } from '../../application/exec/family-mark.js'

/** Processes that belong together. */
export interface Family {
  /** Process group of the first one; null = told by the mark alone. */
  readonly groupId: number | null
  /** Beginning of the value of the mark; null = told by the group alone. */
  readonly mark: string | null
}

/**
 * Ids of its living processes. Where the system shows processes (`/proc`) that includes those which left the group and
 * those whose parent is gone, as long as they kept the mark; on others it is the group as a whole, as a negative id.
 */
export async function familyMembers(family: Family): Promise<readonly number[]> {
  const names = process.platform === 'linux' ? await readOrNull(() => readdir('/proc')) : null
  if (names === null) return groupAsWhole(family)
  const pids = names.filter((name) => /^\d+$/.test(name)).map(Number)
  const belongs = await Promise.all(pids.map((pid) => isMember(pid, family)))
  return pids.filter((pid, index) => belongs[index] && pid !== process.pid)
}

/** Whether somebody in the group still exists, dead ones nobody asked about included. Cheap. */
export function hasGroup(groupId: number): boolean {
  return sendSignal(-groupId, 0)
}

/** @returns whether there was somebody to send it to */
export function sendSignal(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal)
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException
    // Somebody else's by now: not ours to end, and nothing we can wait for.
    if (code === 'ESRCH' || code === 'EPERM') return false
    throw thrown
  }
}

function groupAsWhole({ groupId }: Family): readonly number[] {
  return groupId !== null && hasGroup(groupId) ? [-groupId] : []
}

async function isMember(pid: number, { groupId, mark }: Family): Promise<boolean> {
  const stat = await readOrNull(() => readFile(`/proc/${pid}/stat`, 'latin1'))
  if (stat === null) return false
  // The name may contain anything, brackets too: `pid (name) state ppid pgrp ...`.
  const [state, , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  if (state === 'Z' || state === 'X') return false
  if (groupId !== null && Number(group) === groupId) return true
  if (mark === null) return false
  const environment = await readOrNull(() => readFile(`/proc/${pid}/environ`, 'latin1'))
  return environment !== null && `\0${environment}`.includes(`\0${FAMILY_MARK}=${mark}`)
}

/** Null for processes that ended meanwhile or belong to somebody else. */
async function readOrNull<Result>(read: () => Promise<Result>): Promise<Result | null> {
  try {
    return await read()
  } catch (thrown) {
    if (thrown instanceof Error && 'syscall' in thrown) return null
    throw thrown
  }
}
