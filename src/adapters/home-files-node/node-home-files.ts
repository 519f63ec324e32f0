import { lstat, mkdir, readdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { type HomeFiles, HomeFilesFailure } from '../../application/ports/home-files.js'

const PRIVATE_DIRECTORY = 0o700
const STATE_DIRECTORY = /^\.mayros(?:-[A-Za-z0-9_-]{1,64})?$/

/** Directories of this machine. */
export class NodeHomeFiles implements HomeFiles {
  async makeDirectory(path: string): Promise<boolean> {
    try {
      return (await mkdir(path, { recursive: true, mode: PRIVATE_DIRECTORY })) !== undefined
    } catch (thrown) {
      throw refused('make', path, thrown)
    }
  }

  async moveAside(path: string, suffix: string): Promise<string | null> {
    try {
      if (!(await isThere(path))) return null
      const target = await freeName(`${path}.${suffix}`)
      await rename(path, target)
      return target
    } catch (thrown) {
      throw refused('move', path, thrown)
    }
  }

  async stateDirectories(home: string): Promise<readonly string[]> {
    const entries = await readdir(home, { withFileTypes: true }).catch((thrown: NodeJS.ErrnoException) => {
      if (thrown.code === 'ENOENT' || thrown.code === 'ENOTDIR' || thrown.code === 'EACCES') return []
      throw thrown
    })
    return entries
      .filter((entry) => STATE_DIRECTORY.test(entry.name) && !entry.isFile())
      .map(({ name }) => join(home, name))
      .sort()
  }
}

async function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    (thrown: NodeJS.ErrnoException) => {
      if (thrown.code === 'ENOENT') return false
      throw thrown
    },
  )
}

async function freeName(wanted: string): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    const name = attempt === 1 ? wanted : `${wanted}-${attempt}`
    if (!(await isThere(name))) return name
  }
}

function refused(verb: string, path: string, thrown: unknown): HomeFilesFailure {
  const code = (thrown as NodeJS.ErrnoException).code ?? 'unknown error'
  return new HomeFilesFailure('home-unwritable', `cannot ${verb} ${path}: ${code}`, thrown)
}
