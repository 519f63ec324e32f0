import { type FSWatcher, realpathSync, statSync, watch } from 'node:fs'
import { basename, dirname } from 'node:path'

/** Several events of one save come together. */
const GATHER_MS = 10
/** Catches what events miss: network mounts, directories that were replaced, links that now point elsewhere. */
const POLL_MS = 2_000

/**
 * Tells when any of some files (followed through symbolic links) was changed, replaced, created or removed. Events of
 * their directories make it quick, comparing the files' identities makes it certain, and does so alone where there are
 * no events. Does not keep the process alive.
 *
 * The directories may hold files that are written all the time, a database for one, so what changed in them is known by
 * its name and costs nothing more.
 */
export class WatchedFiles {
  readonly #changed: () => void
  readonly #polling: NodeJS.Timeout
  #seen: Map<string, string>
  #watchers: readonly FSWatcher[] = []
  #gathering: NodeJS.Timeout | null = null
  #isStopped = false

  constructor(paths: readonly string[], changed: () => void) {
    this.#changed = changed
    this.#seen = identitiesOf(paths)
    this.#polling = setInterval(() => this.#look(), POLL_MS).unref()
    this.#listen()
  }

  /** From now on these are the files. Ones that are new are taken as they are now. */
  follow(paths: readonly string[]): void {
    if (this.#isStopped) return
    const now = identitiesOf(paths)
    this.#seen = new Map([...now].map(([path, identity]) => [path, this.#seen.get(path) ?? identity]))
    this.#listen()
  }

  /** Afterwards nothing is called any more. */
  stop(): void {
    this.#isStopped = true
    clearInterval(this.#polling)
    if (this.#gathering !== null) clearTimeout(this.#gathering)
    for (const watcher of this.#watchers) watcher.close()
  }

  /** Begins anew, since directories and links may be others by now. What happened meanwhile is found by looking. */
  #listen(): void {
    for (const watcher of this.#watchers) watcher.close()
    this.#watchers = [...namesByDirectory([...this.#seen.keys()])].flatMap(([directory, names]) =>
      this.#eventsOf(directory, names),
    )
    this.#lookSoon()
  }

  /** None where the directory is missing or tells nothing; polling carries on alone. */
  #eventsOf(directory: string, names: ReadonlySet<string>): FSWatcher[] {
    try {
      const watcher = watch(directory, { persistent: false }, (event, name) => {
        // Links on the way to a file may have any name, and are replaced, never written to.
        if (event === 'rename' || name === null || names.has(name)) this.#lookSoon()
      })
      return [watcher.on('error', () => this.#lookSoon())]
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === undefined) throw error
      return []
    }
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
    this.#listen()
    this.#changed()
  }
}

/** The directories of the files, and of what they point to, with the names of the files in them. */
function namesByDirectory(paths: readonly string[]): ReadonlyMap<string, ReadonlySet<string>> {
  const directories = new Map<string, Set<string>>()
  for (const path of paths.flatMap((one) => [one, realPathOf(one)])) {
    const directory = dirname(path)
    directories.set(directory, (directories.get(directory) ?? new Set()).add(basename(path)))
  }
  return directories
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
