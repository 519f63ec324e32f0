import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/**
 * When a process started, in an opaque form that no later process of the same number shares: on Linux the boot and the
 * clock ticks since then, elsewhere what `ps` says. `gone` when there is no such process, or only its remains; null when
 * it lives but the system does not tell.
 */
export function processStart(pid: number): string | 'gone' | null {
  if (process.platform === 'linux') return linuxStart(pid)
  if (!isAlive(pid)) return 'gone'
  return process.platform === 'win32' ? null : psStart(pid)
}

function linuxStart(pid: number): string | 'gone' | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const [state, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (state === 'Z' || state === 'X') return 'gone'
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}/${rest[18] ?? ''}`
  } catch (thrown) {
    if (['ENOENT', 'ESRCH'].includes((thrown as NodeJS.ErrnoException).code ?? '')) {
      return isAlive(pid) ? null : 'gone'
    }
    throw thrown
  }
}

function psStart(pid: number): string | 'gone' | null {
  try {
    const options = { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' } } as const
    const line = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], options).trim()
    const [state = '', ...words] = line.split(/\s+/)
    return state === '' || state.startsWith('Z') ? 'gone' : words.join(' ')
  } catch (thrown) {
    if (thrown instanceof Error) return isAlive(pid) ? null : 'gone'
    throw thrown
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === 'EPERM'
  }
}
