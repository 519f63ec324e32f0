/** A state of the configuration, as `config.history` lists them. */
export interface ConfigVersion {
  /** Counts back from the state in the files, which is 0. */
  readonly n: number
  readonly id: string
  /** ISO 8601. */
  readonly recordedAt: string
  readonly source: string
  readonly actor?: string
  /** Paths of the values that differ from the state before. */
  readonly changed: readonly string[]
}

export interface ConfigVersions {
  /** Of the root file. */
  readonly hash: string
  readonly versions: readonly ConfigVersion[]
}
