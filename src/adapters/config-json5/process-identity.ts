import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** Whether a process still is the one that started then. */
export function isSameProcess(pid: number, startedAt: string | null): boolean {
  const now = startOf(pid)
  if (now === 'gone') return false
  return now === null || startedAt === null || now === startedAt
}

/** When a process started, in words only good for comparing; null when the system does not tell. */
export function startOf(pid: number): string | 'gone' | null {
  if (pid <= 0 || !isAlive(pid)) return 'gone'
  try {
    return process.platform === 'linux' ? startByProcfs(pid) : startByPs(pid)
  } catch (error) {
    if (error instanceof Error) return isAlive(pid) ? null : 'gone'
    throw error
  }
}

/** Field 22 of the line, which begins behind the name in brackets; a zombie holds nothing any more. */
function startByProcfs(pid: number): string | 'gone' | null {
  const line = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ')
  return fields[0] === 'Z' || fields[0] === 'X' ? 'gone' : (fields[19] ?? null)
}

function startByPs(pid: number): string | null {
  if (process.platform === 'win32') return null
  const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC' }
  return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8', env }).trim() || null
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
