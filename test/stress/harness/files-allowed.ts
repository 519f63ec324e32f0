import { readFileSync } from 'node:fs'

/** What processes have open besides the connections of a test. */
const OWN_FILES = 500

/**
 * How many connections this process and the gateway may have at the same time: the wanted number, or what the limit of
 * open files leaves of it, said aloud. Node raises the soft limit to the hard one by itself.
 */
export function affordable(wanted: number): number {
  const [, limit] = /Max open files\s+\d+\s+(\d+)/.exec(readFileSync('/proc/self/limits', 'utf8')) ?? []
  const possible = Number(limit ?? 1024) - OWN_FILES
  if (possible >= wanted) return wanted
  console.log(`${possible} connections instead of ${wanted}: a process may open ${limit} files here (ulimit -Hn)`)
  return possible
}
