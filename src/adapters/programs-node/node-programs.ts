import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { isAbsolute, resolve } from 'node:path'
import type { Programs } from '../../application/ports/programs.js'

/** Programs along a search path. Entries of it that are not absolute count from the working directory, as for a shell. */
export class NodePrograms implements Programs {
  readonly #searchPath: () => string

  /** @param searchPath PATH as commands of agents get it */
  constructor(searchPath: () => string) {
    this.#searchPath = searchPath
  }

  async find(program: string, cwd: string): Promise<string | null> {
    if (program === '' || program.includes('\0') || !isAbsolute(cwd)) return null
    if (program.includes('/')) {
      const path = resolve(cwd, program)
      return (await isProgram(path)) ? path : null
    }
    for (const folder of this.#searchPath().split(':')) {
      const path = resolve(cwd, folder, program)
      if (await isProgram(path)) return path
    }
    return null
  }
}

async function isProgram(path: string): Promise<boolean> {
  try {
    const [facts] = await Promise.all([stat(path), access(path, constants.X_OK)])
    return facts.isFile()
  } catch {
    return false
  }
}
