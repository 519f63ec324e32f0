/*
 * Files that stand directly in the working directory of an agent. Called when an agent starts for the first time, when
 * somebody looks at such a file or changes one from afar, and when an agent is deleted.
 * Promises: a name never leads out of the workspace, whatever links there are; a file is replaced as a whole or not at
 * all; what is there is never written over by `add`.
 * May refuse: with a WorkspaceFilesFailure. Must never delete anything, nor tell what is in a file in a message.
 */
import { Failure } from '../../domain/failure.js'

/** Longer files are neither read nor written, in bytes. */
export const MAX_WORKSPACE_FILE_BYTES = 1_048_576

export interface WorkspaceFileFacts {
  readonly name: string
  /** Absolute, as people see it: links are not followed. */
  readonly path: string
  /** Bytes. */
  readonly size: number
  /** Unix milliseconds, whole. */
  readonly updatedAtMs: number
}

export interface WorkspaceFileText {
  readonly name: string
  readonly text: string
}

/** Workspaces are absolute paths; names are plain ones, without any folder. */
export interface WorkspaceFiles {
  /** In the order of the names; null for what is not there, no regular file, or outside of the workspace. */
  inspect(workspace: string, names: readonly string[]): Promise<readonly (WorkspaceFileFacts | null)[]>
  /** Null when there is no such file. */
  read(workspace: string, name: string): Promise<(WorkspaceFileFacts & { readonly text: string }) | null>
  /** Replaces the text, or makes the file, and the workspace where that is missing. Durable on return. */
  write(workspace: string, name: string, text: string): Promise<WorkspaceFileFacts>
  /** Makes the workspace, and those files of which nothing is there yet; returns the names that are new. */
  add(workspace: string, files: readonly WorkspaceFileText[]): Promise<readonly string[]>
  /**
   * Renames the workspace, so that its path is free again; returns where it is now, null when there was none.
   * Refuses when one of `keep`, or something else that the user lives in, is the workspace or lies in it.
   */
  putAside(workspace: string, keep: readonly string[]): Promise<string | null>
}

/** Why a file of a workspace cannot be used, code by code. */
export const WORKSPACE_FILES_FAILURES = {
  'workspace-refused': 'it leads out of the workspace, is no regular file, or is needed by others',
  'workspace-file-too-large': 'the file or the text for it is longer than 1 MiB',
  'workspace-unavailable': 'it cannot be read or written: no space, no permission, no such place',
} as const

export type WorkspaceFilesFailureCode = keyof typeof WORKSPACE_FILES_FAILURES

export class WorkspaceFilesFailure extends Failure {
  override readonly code: WorkspaceFilesFailureCode

  constructor(code: WorkspaceFilesFailureCode, message: string, cause?: unknown) {
    super(code, message, { retryable: code === 'workspace-unavailable', cause })
    this.code = code
  }
}
