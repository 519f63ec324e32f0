import { constants, type Stats } from 'node:fs'
import { type FileHandle, lstat, open } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Place } from './locate.js'
import { openFolder } from './open-folder.js'
import { systemCode } from './outcomes.js'
import { ToolRefusal } from './tool-refusal.js'

/** Links were followed before; a pipe must not make us wait. */
const READ_FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)

/** A regular file that is open for reading. */
export interface RegularFile {
  readonly handle: FileHandle
  readonly stat: Stats
}

/**
 * Opens a file for reading; null where there is none. Whoever gets it closes it.
 * @throws ToolRefusal for whatever is no regular file
 */
export async function openRegular(place: Place): Promise<RegularFile | null> {
  if (place.missing.length > 0) return null
  const name = basename(place.path)
  if (name === '') throw new ToolRefusal('it is a folder')
  const folder = await openFolder(place.anchor)
  try {
    const path = folder.at(name)
    // Opening a device may already have effects, hence the look before.
    requireRegular(await lstat(path))
    const handle = await open(path, READ_FLAGS)
    try {
      const stat = await handle.stat()
      requireRegular(stat)
      return { handle, stat }
    } catch (thrown) {
      await handle.close()
      throw thrown
    }
  } catch (thrown) {
    if (systemCode(thrown) === 'ENOENT') return null
    throw thrown
  } finally {
    await folder.close()
  }
}

function requireRegular(stat: Stats): void {
  if (stat.isFile()) return
  if (stat.isDirectory()) throw new ToolRefusal('it is a folder')
  if (stat.isSymbolicLink()) throw new ToolRefusal('a link was put in its place meanwhile')
  throw new ToolRefusal('it is not a regular file')
}
