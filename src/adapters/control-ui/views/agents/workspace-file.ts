/** A file of a workspace; `content` only where one file is told. */
export interface WorkspaceFile {
  readonly name: string
  readonly path: string
  readonly missing: boolean
  readonly size?: number
  /** Unix ms. */
  readonly updatedAtMs?: number
  readonly content?: string
}
