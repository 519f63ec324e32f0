import { constants } from 'node:fs'
import { type FileHandle, mkdir, open, readlink, realpath, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { systemCode } from './outcomes.js'
import { ToolRefusal } from './tool-refusal.js'

const FOLDER_FLAGS = constants.O_RDONLY | (constants.O_DIRECTORY ?? 0) | (constants.O_NOFOLLOW ?? 0)

/** A folder that is held open: what is done through `at` happens in it, whatever its path leads to by then. */
export interface OpenFolder {
  /** A path to a name in this folder. */
  at(name: string): string
  /** Makes names in it durable. */
  sync(): Promise<void>
  /** Removes the folders that were made to get here, as far as they are empty. */
  unmake(): Promise<void>
  close(): Promise<void>
}

/**
 * Opens a folder that was found to be within bounds, and makes the missing ones below it. Where the system shows open
 * folders (`/proc/self/fd`) no link that is put in place meanwhile can lead elsewhere; on others the path is checked
 * once more after opening.
 * @param anchor a folder that exists, absolute and free of links
 * @param missing names of folders to make below it
 * @throws ToolRefusal when the folder is not where it was any more
 */
export async function openFolder(anchor: string, missing: readonly string[] = []): Promise<OpenFolder> {
  const made: string[] = []
  let path = anchor
  let held = await hold(anchor, anchor)
  for (const name of missing) {
    path = join(path, name)
    const outer = held
    try {
      const inner = outer.at(name)
      if (await madeFolder(inner)) made.push(path)
      held = await hold(inner, path)
    } catch (thrown) {
      await unmake(made)
      throw thrown
    } finally {
      await outer.handle.close()
    }
  }
  const { at, handle } = held
  return {
    at,
    sync: () => handle.sync(),
    unmake: () => unmake(made),
    close: () => handle.close(),
  }
}

interface Held {
  readonly handle: FileHandle
  at(name: string): string
}

/** Opens a folder by `way` and makes sure that it is the one at `path`. */
async function hold(way: string, path: string): Promise<Held> {
  const handle = await open(way, FOLDER_FLAGS)
  try {
    const descriptor = `/proc/self/fd/${handle.fd}`
    const shown = await shownPath(descriptor)
    if ((shown ?? (await realpath(way))) !== path) throw new ToolRefusal('the folder was moved meanwhile')
    return { handle, at: (name) => join(shown === null ? path : descriptor, name) }
  } catch (thrown) {
    await handle.close()
    throw thrown
  }
}

/** Where the system shows open files: the path of this one. */
async function shownPath(descriptor: string): Promise<string | null> {
  if (process.platform !== 'linux') return null
  try {
    return await readlink(descriptor)
  } catch (thrown) {
    if (systemCode(thrown) === 'ENOENT') return null
    throw thrown
  }
}

async function madeFolder(path: string): Promise<boolean> {
  try {
    await mkdir(path)
    return true
  } catch (thrown) {
    if (systemCode(thrown) === 'EEXIST') return false
    throw thrown
  }
}

async function unmake(made: readonly string[]): Promise<void> {
  for (const path of [...made].reverse()) {
    try {
      await rmdir(path)
    } catch (thrown) {
      // Somebody uses it by now, so it stays.
      if (systemCode(thrown) === null) throw thrown
      return
    }
  }
}
