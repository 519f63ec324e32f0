import { lstat, realpath } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { refused, unlessAbsent } from './at-rim.js'

/** A file of a workspace. */
export interface Place {
  /** As people see it. */
  readonly path: string
  /** Where it really is: links are followed, as long as they stay inside. Null: there is nothing. */
  readonly real: string | null
}

/**
 * Finds the file of that name.
 * @throws WorkspaceFilesFailure `workspace-refused` for names with a folder, and for links that lead out or nowhere
 */
export async function locate(workspace: string, name: string): Promise<Place> {
  const path = join(workspace, name)
  if (!isPlain(name)) throw refused(JSON.stringify(name), 'it is no plain file name')
  const home = await unlessAbsent(() => realpath(workspace))
  if (home === null) return { path, real: null }
  const real = await unlessAbsent(() => realpath(join(home, name)))
  if (real !== null) {
    if (!isInside(real, home)) throw refused(path, 'it is a link that leads out of the workspace')
    return { path, real }
  }
  if ((await unlessAbsent(() => lstat(join(home, name)))) !== null)
    throw refused(path, 'it is a link that leads nowhere')
  return { path, real: null }
}

/** Whether a path lies below that folder; both without links. */
export function isInside(path: string, folder: string): boolean {
  return path.startsWith(folder.endsWith(sep) ? folder : folder + sep)
}

function isPlain(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..' && !/[/\\\0]/.test(name)
}
