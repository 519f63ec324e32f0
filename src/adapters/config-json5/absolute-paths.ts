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

/** A copy of a parsed file in which every value that names a place in the file system is absolute. */
export function withAbsolutePaths(value: object, base: PathBase): object {
  const copy = structuredClone(value) as Record<string, unknown>
  const agents = membersOf(copy.agents)
  makeAbsolute(membersOf(agents.defaults), 'workspace', base)
  if (Array.isArray(agents.list)) for (const agent of agents.list) makeAbsolute(membersOf(agent), 'workspace', base)
  makeAbsolute(membersOf(copy.logging), 'file', base)
  return copy
}

function makeAbsolute(owner: Record<string, unknown>, key: string, base: PathBase): void {
  const path = owner[key]
  if (typeof path === 'string' && path !== '') owner[key] = absolutePath(path, base)
}

function membersOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}
