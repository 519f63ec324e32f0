import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { delimiter, isAbsolute, join } from 'node:path'

/** The first program of that name in the directories of a PATH; null when there is none. */
export async function findProgram(name: string, searchPath: string): Promise<string | null> {
  const folders = searchPath.split(delimiter).filter(isAbsolute)
  for (const folder of folders) {
    const path = join(folder, name)
    if (await isProgram(path)) return path
  }
  return null
}

/** The shell that commands are written for: bash where there is one. */
export async function findShell(): Promise<string> {
  for (const path of ['/bin/bash', '/usr/bin/bash']) if (await isProgram(path)) return path
  return '/bin/sh'
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK)
    return true
  } catch (thrown) {
    if (thrown instanceof Error && 'syscall' in thrown) return false
    throw thrown
  }
}
