import type { Stats } from 'node:fs'
import { chmod, mkdir, open, realpath, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

/** What was found where the database should be. */
export interface FoundFile {
  /** Where it truly lies, links resolved: the engine puts its -wal and -shm there. */
  readonly path: string
  readonly bytes: number
  /** Nobody closed it: the write-ahead log of the last user still holds something. */
  readonly wasLeftOpen: boolean
}

/**
 * Makes sure that the file exists and that only its owner can read it; the engine gives its -wal and -shm the same
 * mode. A missing folder is made with mode 700, one that exists is left as it is. Never opens a file that exists:
 * closing it would let go of the locks that this process has on it.
 */
export async function ensurePrivateFile(file: string): Promise<FoundFile> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  const found = await statOrNull(file)
  if (found === null) {
    const created = await open(file, 'wx', 0o600)
    await created.close()
    return { path: await realpath(file), bytes: 0, wasLeftOpen: false }
  }
  if (!found.isFile()) throw Object.assign(new Error(`${file} is not a file`), { code: 'EISDIR' })
  if ((found.mode & 0o077) !== 0) await chmod(file, 0o600)
  const path = await realpath(file)
  const log = await statOrNull(`${path}-wal`)
  return { path, bytes: found.size, wasLeftOpen: log !== null && log.size > 0 }
}

/** Makes the names in the folder of `file` survive a power cut. Windows does so by itself and cannot sync a folder. */
export async function syncFolderOf(file: string): Promise<void> {
  if (process.platform === 'win32') return
  const folder = await open(dirname(file), 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

async function statOrNull(path: string): Promise<Stats | null> {
  try {
    return await stat(path)
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return null
    throw thrown
  }
}
