import { realpathSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import type { FSWatcher } from 'chokidar'

/** Several events of one save come together. */
const GATHER_MS = 10
/** Catches what events miss: network mounts, directories that were replaced, links that now point elsewhere. */
const POLL_MS = 2_000

/**
 * Tells when any of some files (followed through symbolic links) was changed, replaced, created or removed. Events of
 * their directories make it quick, comparing the files' identities makes it certain, and does so alone where there are
 * no events. Does not keep the process alive.
 */
export class WatchedFiles {
  readonly #changed: () => void
  readonly #polling: NodeJS.Timeout
  #seen = new Map<string, string>()
  #watcher: FSWatcher | null = null
  #gathering: NodeJS.Timeout | null = null
  #isStopped = false

  constructor(paths: readonly string[], changed: () => void) {
    this.#changed = changed
    this.#seen = identitiesOf(paths)
    this.#polling = setInterval(() => this.#look(), POLL_MS).unref()
    void this.#listen()
  }

  /** From now on these are the files. Ones that are new are taken as they are now. */
  follow(paths: readonly string[]): void {
    if (this.#isStopped) return
    const now = identitiesOf(paths)
    this.#seen = new Map([...now].map(([path, identity]) => [path, this.#seen.get(path) ?? identity]))
    this.#watcher?.add(directoriesOf(paths))
  }

  /** Afterwards nothing is called any more. */
  stop(): void {
    this.#isStopped = true
    clearInterval(this.#polling)
    if (this.#gathering !== null) clearTimeout(this.#gathering)
    void this.#watcher?.close()
  }

  /** What happened before the first event could come is found by looking once more. */
  async #listen(): Promise<void> {
    const { watch } = await import('chokidar')
    if (this.#isStopped) return
    const options = { depth: 0, ignoreInitial: true, persistent: false, ignorePermissionErrors: true, atomic: false }
    this.#watcher = watch(directoriesOf([...this.#seen.keys()]), options)
      .on('all', () => this.#lookSoon())
      .on('raw', () => this.#lookSoon())
      .on('ready', () => this.#lookSoon())
      // Where there are no events, polling carries on alone.
      .on('error', () => this.#lookSoon())
  }

  #lookSoon(): void {
    if (this.#isStopped || this.#gathering !== null) return
    this.#gathering = setTimeout(() => {
      this.#gathering = null
      this.#look()
    }, GATHER_MS).unref()
  }

  #look(): void {
    const now = identitiesOf([...this.#seen.keys()])
    const isSame = [...now].every(([path, identity]) => this.#seen.get(path) === identity)
    this.#seen = now
    if (isSame) return
    this.#watcher?.add(directoriesOf([...now.keys()]))
    this.#changed()
  }
}

/** The directories of the files, and of what they point to. */
function directoriesOf(paths: readonly string[]): string[] {
  return [...new Set(paths.flatMap((path) => [dirname(path), dirname(realPathOf(path))]))]
}

function identitiesOf(paths: readonly string[]): Map<string, string> {
  return new Map(paths.map((path) => [path, identityOf(path)]))
}

/** Differs whenever the content may differ. */
function identityOf(path: string): string {
  try {
    const stat = statSync(path, { bigint: true })
    return `${stat.dev}:${stat.ino}:${stat.size}:${stat.mtimeNs}:${stat.ctimeNs}`
  } catch (error) {
    return `none: ${(error as NodeJS.ErrnoException).code}`
  }
}

function realPathOf(path: string): string {
  try {
    return realpathSync(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error
    return path
  }
}
