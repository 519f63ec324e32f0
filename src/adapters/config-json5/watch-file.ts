import { type FSWatcher, statSync, watch } from 'node:fs'
import { basename, dirname } from 'node:path'

const SETTLE_MS = 50
/** Catches what events miss: network mounts, replaced directories, symbolic links that now point elsewhere. */
const POLL_MS = 2_000

/**
 * Calls back after the file (followed through symbolic links) was changed, replaced, created or removed. Events of
 * the directory make it quick, comparing the file's identity makes it certain. Does not keep the process alive.
 * @returns how to stop; afterwards nothing is called any more
 */
export function watchFile(path: string, changed: () => void): () => void {
  let seen = identityOf(path)
  let settling: NodeJS.Timeout | null = null

  const look = (): void => {
    settling = null
    const now = identityOf(path)
    if (now === seen) return
    seen = now
    changed()
  }
  const lookSoon = (): void => {
    if (settling === null) settling = setTimeout(look, SETTLE_MS).unref()
    else settling.refresh()
  }

  const directory = watchDirectory(path, lookSoon)
  const polling = setInterval(look, POLL_MS).unref()
  return () => {
    directory?.close()
    clearInterval(polling)
    if (settling !== null) clearTimeout(settling)
  }
}

/** Null when the directory cannot be watched; polling carries on alone then. */
function watchDirectory(path: string, happened: () => void): FSWatcher | null {
  const name = basename(path)
  try {
    const watcher = watch(dirname(path), { persistent: false }, (_, changedName) => {
      if (changedName === null || changedName === name) happened()
    })
    watcher.on('error', () => watcher.close())
    return watcher
  } catch {
    return null
  }
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
