/** The configuration file, as `config.get` answers it. */
export interface ConfigFile {
  readonly path: string
  /** Null while the file is invalid. */
  readonly raw: string | null
  readonly valid: boolean
  /** Guards against overwriting what somebody else wrote meanwhile. */
  readonly hash: string
  readonly issues: readonly { readonly path: string; readonly message: string }[]
}

/** What came of a write. */
export interface ConfigWrite {
  readonly changed: readonly string[]
  /** Null: everything is in force without a restart. */
  readonly restart: object | null
}
