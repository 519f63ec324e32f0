import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { access, mkdir, open, realpath, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { ConfigFailure } from '../../application/ports/config-source.js'

const PRIVATE_FILE = 0o600
const PRIVATE_DIRECTORY = 0o700

/** @throws ConfigFailure `config-readonly` when the file is there but must not be written */
export async function refuseReadonly(path: string): Promise<void> {
  try {
    await access(path, constants.W_OK)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    throw new ConfigFailure('config-readonly', 'config is managed elsewhere', { cause: error })
  }
}

/**
 * Replaces the text of a file so that a power cut leaves either the old or the new one. Only the owner may read the
 * result. A symbolic link stays one: what it points to is replaced.
 * @returns `in-place` when the file could not be replaced and was overwritten, which a power cut may leave half done
 * @throws ConfigFailure `config-unavailable`, or `config-readonly` where the system forbids it
 */
export async function writeDurably(path: string, text: string): Promise<'replaced' | 'in-place'> {
  try {
    await mkdir(dirname(path), { recursive: true, mode: PRIVATE_DIRECTORY })
    const target = await targetOf(path)
    const temporary = join(dirname(target), `${basename(target)}.${process.pid}.${randomBytes(6).toString('hex')}.tmp`)
    try {
      await writeAndSync(temporary, text, 'wx')
      const how = await moveOver(temporary, target, text)
      await syncDirectory(dirname(target))
      return how
    } finally {
      await rm(temporary, { force: true })
    }
  } catch (error) {
    throw translated(path, error)
  }
}

async function targetOf(path: string): Promise<string> {
  try {
    return await realpath(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return path
    throw error
  }
}

async function writeAndSync(path: string, text: string, flags: 'wx' | 'w'): Promise<void> {
  const file = await open(path, flags, PRIVATE_FILE)
  try {
    await file.chmod(PRIVATE_FILE)
    await file.writeFile(text, 'utf8')
    await file.sync()
  } finally {
    await file.close()
  }
}

/** A file that is a mount point of its own cannot be replaced, only overwritten. */
async function moveOver(temporary: string, target: string, text: string): Promise<'replaced' | 'in-place'> {
  try {
    await rename(temporary, target)
    return 'replaced'
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'EBUSY' && code !== 'EXDEV') throw error
    await writeAndSync(target, text, 'w')
    return 'in-place'
  }
}

/** Windows cannot open directories, and does not need to: its renames are journalled. */
async function syncDirectory(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const directory = await open(path, 'r')
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}

function translated(path: string, error: unknown): ConfigFailure {
  const code = (error as NodeJS.ErrnoException).code ?? 'unknown error'
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return new ConfigFailure('config-readonly', 'config is managed elsewhere', { cause: error })
  }
  return new ConfigFailure('config-unavailable', `cannot write ${path}: ${code}`, { cause: error })
}
