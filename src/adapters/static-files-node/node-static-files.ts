import { constants } from 'node:fs'
import { type FileHandle, open, realpath } from 'node:fs/promises'
import { join, sep } from 'node:path'
import type { StaticFile, StaticFiles } from '../../application/ports/static-files.js'
import { fileBody } from './file-body.js'
import { mediaType } from './media-type.js'
import { isPlainName } from './plain-name.js'

/** The path has been resolved, so a link in its place was put there meanwhile; a pipe must not make us wait. */
const OPEN_FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)

/** What systems say where there is no such file, or a name that cannot be one. */
const NOT_THERE: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'ELOOP', 'EISDIR', 'ENXIO'])

/** Files of a directory. Links are followed as long as they lead to somewhere inside it. */
export class NodeStaticFiles implements StaticFiles {
  async open(root: string, names: readonly string[]): Promise<StaticFile | null> {
    if (names.length === 0 || !names.every(isPlainName)) return null
    const path = await pathWithin(root, names)
    const handle = path === null ? null : await openIfThere(path)
    return handle === null ? null : describe(handle, names.at(-1) ?? '')
  }
}

/** Where the file really is; null when that is not inside the root, or nowhere. */
async function pathWithin(root: string, names: readonly string[]): Promise<string | null> {
  return unlessAbsent(async () => {
    const home = await realpath(root)
    const path = await realpath(join(home, ...names))
    return path.startsWith(home.endsWith(sep) ? home : home + sep) ? path : null
  })
}

function openIfThere(path: string): Promise<FileHandle | null> {
  return unlessAbsent(() => open(path, OPEN_FLAGS))
}

async function describe(handle: FileHandle, name: string): Promise<StaticFile | null> {
  const stat = await handle.stat()
  if (!stat.isFile()) {
    await handle.close()
    return null
  }
  const etag = `"${stat.size.toString(16)}-${Math.trunc(stat.mtimeMs).toString(16)}"`
  return { body: fileBody(handle, stat.size), size: stat.size, type: mediaType(name), etag }
}

async function unlessAbsent<Result>(action: () => Promise<Result>): Promise<Result | null> {
  try {
    return await action()
  } catch (error) {
    if (NOT_THERE.has((error as NodeJS.ErrnoException).code ?? '')) return null
    throw error
  }
}
