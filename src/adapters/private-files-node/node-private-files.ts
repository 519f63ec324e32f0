import { constants, type Stats } from 'node:fs'
import { lstat, open, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type FileFacts,
  type PrivateFiles,
  PrivateFilesFailure,
  type SurveyLimits,
} from '../../application/ports/private-files.js'

const PERMISSION_BITS = 0o777
const HAS_RIGHTS = process.platform !== 'win32'

/** Files of this machine. */
export class NodePrivateFiles implements PrivateFiles {
  async inspect(paths: readonly string[]): Promise<readonly FileFacts[]> {
    const found = await Promise.all(paths.map(factsOf))
    return found.filter((facts) => facts !== null)
  }

  async survey(directory: string, limits: SurveyLimits): Promise<readonly FileFacts[]> {
    const root = await factsOf(directory)
    if (root === null) return []
    const inside: FileFacts[] = []
    const waiting = [{ path: directory, depth: 0 }]
    for (let here = waiting.shift(); here !== undefined; here = waiting.shift()) {
      for (const name of (await namesIn(here.path)).sort()) {
        if (inside.length + 1 >= limits.most) return [root, ...inside.sort(byPath)]
        const path = join(here.path, name)
        const facts = limits.skip(path) ? null : await factsOf(path)
        if (facts === null) continue
        inside.push(facts)
        const goesOn = facts.kind === 'directory' && !facts.isLink && here.depth < limits.depth
        if (goesOn) waiting.push({ path, depth: here.depth + 1 })
      }
    }
    return [root, ...inside.sort(byPath)]
  }

  /** Through a handle, so that it is the same file from the first look to the change. */
  async tighten(path: string, mode: number): Promise<void> {
    try {
      const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
      try {
        const now = (await file.stat()).mode & PERMISSION_BITS
        if (HAS_RIGHTS && (now & mode) !== now) await file.chmod(now & mode)
      } finally {
        await file.close()
      }
    } catch (thrown) {
      const code = codeOf(thrown)
      if (code === 'ENOENT' || code === 'ENOTDIR') {
        throw new PrivateFilesFailure('file-missing', `there is no ${path}`, thrown)
      }
      const why = code === 'ELOOP' || code === 'EMLINK' ? 'it is a link' : code
      throw new PrivateFilesFailure('file-not-ours', `cannot change the rights of ${path}: ${why}`, thrown)
    }
  }
}

function byPath(one: FileFacts, other: FileFacts): number {
  return one.path < other.path ? -1 : 1
}

async function factsOf(path: string): Promise<FileFacts | null> {
  try {
    const own = await lstat(path)
    const isLink = own.isSymbolicLink()
    const meant = isLink ? await stat(path) : own
    return { path, kind: kindOf(meant), isLink, ...rightsOf(meant) }
  } catch (thrown) {
    if (isUnseen(thrown)) return null
    throw thrown
  }
}

function kindOf(stats: Stats): FileFacts['kind'] {
  if (stats.isDirectory()) return 'directory'
  return stats.isFile() ? 'file' : 'other'
}

function rightsOf(stats: Stats): Pick<FileFacts, 'mode' | 'owner'> {
  const self = process.getuid?.()
  if (!HAS_RIGHTS || self === undefined) return { mode: null, owner: null }
  const owner = stats.uid === self ? 'self' : stats.uid === 0 ? 'root' : 'other'
  return { mode: stats.mode & PERMISSION_BITS, owner }
}

async function namesIn(directory: string): Promise<string[]> {
  try {
    return await readdir(directory)
  } catch (thrown) {
    if (isUnseen(thrown)) return []
    throw thrown
  }
}

/** Not there (any more), or not for us to see. */
function isUnseen(thrown: unknown): boolean {
  return ['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'ELOOP', 'ENAMETOOLONG'].includes(codeOf(thrown))
}

function codeOf(thrown: unknown): string {
  return (thrown as NodeJS.ErrnoException).code ?? 'unknown error'
}
