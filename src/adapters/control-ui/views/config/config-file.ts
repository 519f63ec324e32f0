/** Something wrong with a configuration, and where. */
export interface ConfigIssue {
  /** As in `gateway.auth.token`, `agents.list[0].id`; empty for the whole file. */
  readonly path: string
  readonly message: string
  readonly hint?: string
  /** Counted from 1. */
  readonly line?: number
  readonly column?: number
}

/** The configuration file, as `config.get` answers it. */
export interface ConfigFile {
  readonly path: string
  /** What it says, without secrets; null while it is invalid. */
  readonly raw: string | null
  /** What all files say, without defaults and secrets; empty while it is invalid. */
  readonly resolved: unknown
  readonly valid: boolean
  /** Guards against overwriting what somebody else wrote meanwhile. */
  readonly hash: string
  readonly issues: readonly ConfigIssue[]
}

/** What came of a write. */
export interface ConfigWrite {
  readonly changed: readonly string[]
  /** Null: everything is in force without a restart. */
  readonly restart: object | null
  readonly reload: { readonly pending: readonly string[] }
}
