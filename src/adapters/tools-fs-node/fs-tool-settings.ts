/** What the file tools of an agent may do. Asked for at every call, so a changed configuration counts at once. */
export interface FsToolSettings {
  /** `tools.fs.workspaceOnly`: read, write and edit stay in the workspace. */
  readonly workspaceOnly: boolean
  /** `tools.exec.applyPatch.enabled`: whether apply_patch is offered. */
  readonly applyPatchEnabled: boolean
  /** `tools.exec.applyPatch.workspaceOnly`: patches stay in the workspace. */
  readonly applyPatchWorkspaceOnly: boolean
  /** Largest picture `read` hands out, in bytes; never more than 5 MB. */
  readonly mediaMaxBytes: number
  /** Whether nobody's tools may touch this path (absolute, free of links): the gateway's own files. */
  readonly isOffLimits: (path: string) => boolean
}

/** The settings that hold for an agent now. */
export type FsToolSettingsOf = (agentId: string) => FsToolSettings
