import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'

const ASK_MS = 2_000

/** Resident memory of a process in bytes; null when it is gone or the system does not tell. */
export async function processMemory(pid: number): Promise<number | null> {
  const kilobytes = process.platform === 'linux' ? await fromProcfs(pid) : await fromPs(pid)
  return kilobytes === null ? null : kilobytes * 1024
}

async function fromProcfs(pid: number): Promise<number | null> {
  const text = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  return readResident(text)
}

/** Reads the line `VmRSS:	  84212 kB` of `/proc/<pid>/status`. */
export function readResident(text: string): number | null {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(text) ?? []
  return kilobytes === undefined ? null : Number(kilobytes)
}

function fromPs(pid: number): Promise<number | null> {
  return new Promise((resolve) => {
    execFile('ps', ['-o', 'rss=', '-p', String(pid)], { timeout: ASK_MS }, (error, stdout) => {
      resolve(error === null && /^\s*\d+\s*$/.test(stdout) ? Number(stdout) : null)
    })
  })
}
