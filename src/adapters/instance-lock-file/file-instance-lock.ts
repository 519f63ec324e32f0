import { randomUUID } from 'node:crypto'
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '../../application/ports/clock.js'
import {
  type HeldLock,
  type InstanceLock,
  LockFailure,
  type LockHolder,
} from '../../application/ports/instance-lock.js'
import type { RuntimeRecords } from '../../application/ports/runtime-record.js'
import { processStart } from './process-start.js'

/** How long a holder that is stopping or restarting is waited for. */
const LEAVING_WAIT_MS = 10_000
const POLL_MS = 100
/** Taking over a lock takes microseconds; whoever holds the guard longer has died in it. */
const GUARD_ATTEMPTS = 50

/** What a lock file says. */
interface LockNote {
  readonly pid: number
  readonly processStart: string | null
  /** Tells two holders apart, whatever else is the same. */
  readonly nonce: string
}

/**
 * The lock in `<state dir>/run/gateway.lock`. A file that names its holder appears in one step (a hard link), so nobody
 * ever reads half a note; a stale one is replaced under a second, momentary lock, so two heirs cannot both win.
 */
export class FileInstanceLock implements InstanceLock {
  readonly #directory: string
  readonly #path: string
  readonly #records: RuntimeRecords
  readonly #clock: Clock

  constructor(stateDir: string, records: RuntimeRecords, clock: Clock) {
    this.#directory = join(stateDir, 'run')
    this.#path = join(this.#directory, 'gateway.lock')
    this.#records = records
    this.#clock = clock
  }

  async acquire(): Promise<HeldLock> {
    const deadline = this.#clock.monotonic() + LEAVING_WAIT_MS
    for (;;) {
      const held = this.#attempt()
      if (held !== null) return held
      const holder = await this.holder()
      // Nobody: the holder has just left, or another heir is taking over this very moment.
      const isLeaving = holder === null || holder.state === 'stopping' || holder.state === 'restarting'
      if (!isLeaving || this.#clock.monotonic() >= deadline) {
        const who = holder === null ? '' : ` (pid ${holder.pid})`
        throw new LockFailure('lock-held', `another gateway holds this state directory${who}`, holder)
      }
      await new Promise<void>((resolve) => this.#clock.after(POLL_MS, resolve))
    }
  }

  async holder(): Promise<LockHolder | null> {
    const note = readNote(this.#path)
    if (note === null || !isAlive(note)) return null
    const record = await this.#records.readLive()
    return { pid: note.pid, state: record?.pid === note.pid ? record.state : null }
  }

  /** Null when somebody alive holds it. */
  #attempt(): HeldLock | null {
    const note: LockNote = { pid: process.pid, processStart: knownStart(process.pid), nonce: randomUUID() }
    try {
      mkdirSync(this.#directory, { recursive: true, mode: 0o700 })
      if (linkNote(this.#path, note) || this.#takeOver(note)) return this.#held(note)
      return null
    } catch (thrown) {
      const code = (thrown as NodeJS.ErrnoException).code ?? 'unknown error'
      throw new LockFailure('lock-unavailable', `cannot write ${this.#path}: ${code}`, null, thrown)
    }
  }

  #takeOver(note: LockNote): boolean {
    const current = readNote(this.#path)
    if (current !== null && isAlive(current)) return false
    const guard = `${this.#path}.takeover`
    if (!enterGuard(guard, note)) return false
    try {
      const seen = readNote(this.#path)
      if (seen !== null && isAlive(seen)) return false
      rmSync(this.#path, { force: true })
      return linkNote(this.#path, note)
    } finally {
      rmSync(guard, { force: true })
    }
  }

  #held(note: LockNote): HeldLock {
    return {
      release: async () => {
        if (readNote(this.#path)?.nonce === note.nonce) rmSync(this.#path, { force: true })
      },
    }
  }
}

/** Only one process at a time replaces a stale lock. A guard left by a process that died in it is removed. */
function enterGuard(guard: string, note: LockNote): boolean {
  for (let attempt = 0; attempt < GUARD_ATTEMPTS; attempt++) {
    if (linkNote(guard, note)) return true
    const other = readNote(guard)
    if (other !== null && isAlive(other)) return false
    rmSync(guard, { force: true })
  }
  return false
}

/** Puts a complete note at `path` in one step; false when there is one already. */
function linkNote(path: string, note: LockNote): boolean {
  const draft = `${path}.${note.nonce}`
  writeFileSync(draft, JSON.stringify(note), { mode: 0o600 })
  try {
    linkSync(draft, path)
    return true
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw thrown
  } finally {
    rmSync(draft, { force: true })
  }
}

/** Null for no file, and for one that is no note of ours. */
function readNote(path: string): LockNote | null {
  try {
    const value = JSON.parse(readFileSync(path, 'utf8')) as Partial<LockNote> | null
    return typeof value?.pid === 'number' && typeof value.nonce === 'string' ? (value as LockNote) : null
  } catch (thrown) {
    if (thrown instanceof SyntaxError || (thrown as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw thrown
  }
}

function isAlive(note: LockNote): boolean {
  const start = processStart(note.pid)
  if (start === 'gone') return false
  return start === null || note.processStart === null || start === note.processStart
}

function knownStart(pid: number): string | null {
  const start = processStart(pid)
  return start === 'gone' ? null : start
}
