import { randomUUID } from 'node:crypto'
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { ConfigFailure } from '../../application/ports/config-source.js'
import { isSameProcess, startOf } from './process-identity.js'

const LONGEST_WAIT_MS = 10_000
const POLL_MS = 25

/** What a lock file says. */
interface LockNote {
  readonly pid: number
  /** When that process started; null where the system does not tell. */
  readonly start: string | null
  readonly nonce: string
}

/**
 * Does some work while nobody else writes this configuration, in this process or another. The lock of a process that
 * ended without removing it is taken over.
 * @throws ConfigFailure `config-unavailable` when another process keeps it for too long, `config-readonly` when no lock
 * can be made
 */
export async function withWriteLock<T>(
  configPath: string,
  work: () => Promise<T>,
  waitMs = LONGEST_WAIT_MS,
): Promise<T> {
  const path = `${configPath}.lock`
  const start = startOf(process.pid)
  const note: LockNote = { pid: process.pid, start: start === 'gone' ? null : start, nonce: randomUUID() }
  await acquire(path, note, waitMs)
  try {
    return await work()
  } finally {
    if ((await readNote(path))?.nonce === note.nonce) await rm(path, { force: true })
  }
}

async function acquire(path: string, note: LockNote, waitMs: number): Promise<void> {
  const deadline = performance.now() + waitMs
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    for (;;) {
      if (await place(path, note)) return
      const holder = await readNote(path)
      if (holder !== null && !isSameProcess(holder.pid, holder.start)) await removeStale(path, holder)
      else if (performance.now() >= deadline) throw tooLong(path, holder)
      else await pause(POLL_MS)
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (error instanceof ConfigFailure) throw error
    if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
      throw new ConfigFailure('config-readonly', 'config is managed elsewhere', { cause: error })
    }
    throw new ConfigFailure('config-unavailable', `cannot lock ${path}: ${code ?? 'unknown error'}`, { cause: error })
  }
}

/** The note appears as a whole or not at all. False when there is one already. */
async function place(path: string, note: LockNote): Promise<boolean> {
  const draft = `${path}.${note.nonce}`
  await writeFile(draft, JSON.stringify(note), { mode: 0o600 })
  try {
    await link(draft, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    await rm(draft, { force: true })
  }
}

/**
 * Moves a stale lock aside. Whoever finds that it moved a lock that somebody took over in between puts it back; the name
 * is free for less than it takes to try again.
 */
async function removeStale(path: string, stale: LockNote): Promise<void> {
  const aside = `${path}.${randomUUID()}`
  try {
    await rename(path, aside)
    if ((await readNote(aside))?.nonce !== stale.nonce) await link(aside, path)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'ENOENT' && code !== 'EEXIST') throw error
  } finally {
    await rm(aside, { force: true })
  }
}

/** Null for no file. What is no note of ours counts as held by nobody that is alive. */
async function readNote(path: string): Promise<LockNote | null> {
  try {
    const note = JSON.parse(await readFile(path, 'utf8')) as Partial<LockNote> | null
    return typeof note?.pid === 'number' && typeof note.nonce === 'string' ? (note as LockNote) : FOREIGN
  } catch (error) {
    if (error instanceof SyntaxError) return FOREIGN
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

const FOREIGN: LockNote = { pid: -1, start: null, nonce: '' }

function tooLong(path: string, holder: LockNote | null): ConfigFailure {
  const who = holder === null ? '' : ` (pid ${holder.pid})`
  return new ConfigFailure('config-unavailable', `another process is writing the configuration${who}: ${path}`)
}
