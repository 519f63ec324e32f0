/*
 * Directories that belong to a gateway and its user. Called when a gateway is set up or begins anew, and at its start, to
 * find the other gateways of this user.
 * Promises: a directory that is made is for its owner alone; moving aside loses nothing and overwrites nothing.
 * May refuse: with a HomeFilesFailure. Must never delete anything, nor read what is in a file.
 */
import { Failure } from '../../domain/failure.js'

export interface HomeFiles {
  /** Makes the directory (mode 700) and those above it; false when it is there already. */
  makeDirectory(path: string): Promise<boolean>
  /**
   * Renames a file or directory to `<path>.<suffix>`, or to the next free name after that; returns where it is now, null
   * when there was none.
   */
  moveAside(path: string, suffix: string): Promise<string | null>
  /** Absolute paths of what looks like a state directory directly in a home: `.mayros` and `.mayros-<profile>`, sorted. */
  stateDirectories(home: string): Promise<readonly string[]>
}

/** Why a directory cannot be used, code by code. */
export const HOME_FILES_FAILURES = {
  'home-unwritable': 'a directory cannot be made or moved: no permission, no space, or something else is in its place',
} as const

export type HomeFilesFailureCode = keyof typeof HOME_FILES_FAILURES

export class HomeFilesFailure extends Failure {
  override readonly code: HomeFilesFailureCode

  constructor(code: HomeFilesFailureCode, message: string, cause?: unknown) {
    super(code, message, { cause })
    this.code = code
  }
}
