/** How the file on disk and the running configuration stand to each other; part of the health snapshot. */
export interface ConfigHealth {
  /** Hash of the root file that is in force. */
  readonly hash: string
  /** The same over every file the configuration is made of. */
  readonly snapshotHash: string
  /** Unix milliseconds. */
  readonly loadedAt: number
  /** Paths whose change waits for a restart that nobody has made yet. */
  readonly pendingRestart: readonly string[]
  /** Why the file on disk is not in force, in one sentence; null = it is, or nobody changed it. */
  readonly lastError: string | null
  /** Actions of the last reload that failed, by name. */
  readonly lastErrors: Readonly<Record<string, string>>
}
