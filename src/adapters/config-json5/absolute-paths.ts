import { join, resolve } from 'node:path'

/** What relative paths and `~` in a file mean. */
export interface PathBase {
  /** Directory of the file that contains the path. */
  readonly directory: string
  readonly home: string
}

/** `~` and `~/x` are below the home directory; everything relative is below the directory of the file. */
export function absolutePath(path: string, base: PathBase): string {
  if (path === '~') return base.home
  if (path.startsWith('~/') || path.startsWith('~\\')) return join(base.home, path.slice(2))
  return resolve(base.directory, path)
}
