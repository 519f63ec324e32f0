/*
 * Files that nobody but their owner should read. Called by the security audit.
 * Promises: looking changes nothing; `tighten` only takes rights away, changes that very file and nothing behind a link.
 * May refuse: with a PrivateFilesFailure. Must never read what is in a file.
 */
import { Failure } from '../../domain/failure.js'

/** Rights and owner of one file. */
export interface FileFacts {
  /** Absolute. */
  readonly path: string
  readonly kind: 'file' | 'directory' | 'other'
  /** Whether the path is a symbolic link; the rest is about what it leads to. */
  readonly isLink: boolean
  /** The nine permission bits, `0o600`; null where the system knows none. */
  readonly mode: number | null
  /** `self`: the user of this process. Null where the system knows none. */
  readonly owner: 'self' | 'root' | 'other' | null
}

/** How far a survey goes. */
export interface SurveyLimits {
  /** Directories below the first one: 0 = only what is directly in it. */
  readonly depth: number
  /** Files and directories that are told at most. */
  readonly most: number
  /** Whether to leave out a file, or a directory with all that is in it. */
  skip(path: string): boolean
}

export interface PrivateFiles {
  /** Facts in the order of the paths. What is not there, or cannot be looked at, is left out. */
  inspect(paths: readonly string[]): Promise<readonly FileFacts[]>
  /** The directory itself, then what is in it, sorted by path. Links are told, and not followed into directories. */
  survey(directory: string, limits: SurveyLimits): Promise<readonly FileFacts[]>
  /** Takes away all rights beyond `mode`: 0o644 becomes 0o600 with 0o700. Rights that it has not are not given. */
  tighten(path: string, mode: number): Promise<void>
}

/** Why rights cannot be taken away, code by code. */
export const PRIVATE_FILES_FAILURES = {
  'file-missing': 'there is no such file',
  'file-not-ours': 'it is a link, belongs to somebody else, or lies where nothing can be changed',
} as const

export type PrivateFilesFailureCode = keyof typeof PRIVATE_FILES_FAILURES

export class PrivateFilesFailure extends Failure {
  override readonly code: PrivateFilesFailureCode

  constructor(code: PrivateFilesFailureCode, message: string, cause?: unknown) {
    super(code, message, { cause })
    this.code = code
  }
}
