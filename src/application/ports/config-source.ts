/*
 * Where the configuration comes from. Called by bootstrap before an instance is built, and by `config.get`.
 * Promises: a snapshot is valid, complete and frozen; every problem of a bad file is reported at once, with its place
 * and its fix; secrets never appear in a problem.
 * May refuse: to write (`config-changed`, `config-readonly`, `config-invalid`). Must never change a file it could not
 * replace atomically, nor lose what it does not understand.
 */
import type { ConfigProblem, GatewayConfig } from '../../domain/config/config.js'
import { Failure } from '../../domain/failure.js'

/** Where a value is written. */
export interface ConfigOrigin {
  /** Absolute path, or `memory`. */
  readonly file: string
  /** Counted from 1. */
  readonly line: number
  /** Counted from 1. */
  readonly column: number
  /** What is written there when that is not the value itself: `${PORT}`, or a reference `{ file }`, `{ env }`. */
  readonly reference?: string
}

/** Everything known about the configuration after reading its files once. */
export interface ConfigReading {
  /** Absolute path of the root file, or `memory`. */
  readonly path: string
  readonly exists: boolean
  /** Text of the root file; empty when it is missing. */
  readonly raw: string
  /** Lower-case hex SHA-256 of `raw`. */
  readonly hash: string
  /**
   * Lower-case hex SHA-256 over the root file, every included file and every file that holds a secret, in the order
   * they are read. As long as it stays the same, nothing that the files say has changed.
   */
  readonly snapshotHash: string
  /** Absolute paths of every file the configuration is made of, root first; also those that were missing. */
  readonly files: readonly string[]
  /** Where each value is written, by path as in `formatKeyPath`; containers included, defaults absent. */
  readonly origins: ReadonlyMap<string, ConfigOrigin>
  /** What the root file says as it is written; null when it does not parse. */
  readonly parsed: unknown
  /** What all files say together, variables and references to secrets filled in, before defaults; null as `parsed`. */
  readonly resolved: unknown
  /** Null when there are problems. */
  readonly config: GatewayConfig | null
  readonly problems: readonly ConfigProblem[]
  readonly warnings: readonly ConfigProblem[]
  /** Environment variables that the `env` section defines; they count only where the environment has none. */
  readonly variables: Readonly<Record<string, string>>
  /** `raw` with every secret replaced by the placeholder; null when it does not parse. */
  readonly redactedRaw: string | null
  /** `parsed` with every secret replaced by the placeholder. */
  readonly redactedParsed: unknown
  /** `resolved` with every secret replaced by the placeholder; a mere reference to a variable is shown instead. */
  readonly redactedResolved: unknown
  /** `config` with every secret replaced by the placeholder or its reference; null when there are problems. */
  readonly redactedConfig: unknown
}

/** One value to be set; `undefined` removes it. Path segments are object keys or array indexes. */
export interface ConfigEdit {
  readonly path: readonly (string | number)[]
  readonly value: unknown
}

/** The text of one file. */
export interface ConfigText {
  /** Absolute path, or `memory`. */
  readonly path: string
  readonly text: string
}

/** Who asked for a write. */
export interface ConfigWriteOrigin {
  readonly source: 'cli' | 'rpc' | 'doctor' | 'start' | 'file'
  /** Device, client address, or command line without secrets. */
  readonly actor?: string
}

export interface ConfigWriteOptions {
  /** Write only if the root file still has this hash. */
  readonly baseHash?: string
  /** Default: `{ source: 'start' }`. */
  readonly origin?: ConfigWriteOrigin
  /** Do everything but write. */
  readonly dryRun?: boolean
}

/** What a write did, or with `dryRun` would do. The rest is the reading afterwards. */
export interface ConfigWritten extends ConfigReading {
  /** Paths of the values that are different now, as in `formatKeyPath`. Empty when only layout or remarks changed. */
  readonly changed: readonly string[]
  /** Absolute paths of the files that were replaced. Empty when there was nothing to change. */
  readonly written: readonly string[]
  /** What looks like a mistake although it is valid, one sentence each: for the log. */
  readonly anomalies: readonly string[]
}

export interface ConfigSource {
  /** Rejects with `config-unavailable` when the root file is there but cannot be read. */
  read(): Promise<ConfigReading>
  /** What `read` would say if these files had these texts. Nothing is written. */
  preview(texts: readonly ConfigText[]): Promise<ConfigReading>
  /**
   * Changes only these values, each in the file that owns it, keeps everything else as it stands, creates the root file
   * when missing. A value that counts already is left as it is written. Durable on return.
   */
  edit(edits: readonly ConfigEdit[], options?: ConfigWriteOptions): Promise<ConfigWritten>
  /**
   * Replaces the whole text of the root file, or of all given files; a broken file may be replaced. A placeholder in
   * the root text keeps the secret that is stored at its place. Durable on return.
   */
  replace(text: string | readonly ConfigText[], options?: ConfigWriteOptions): Promise<ConfigWritten>
  /** Calls back after any of the files may have changed, possibly several times. Returns how to stop. */
  watch(changed: () => void): () => void
}

/** Why a configuration cannot be read or written, code by code. */
export const CONFIG_FAILURES = {
  'config-changed': 'the file has changed since it was read',
  'config-readonly': 'the file is managed elsewhere',
  'config-invalid': 'the result would not be a valid configuration; details.problems tells why',
  'config-unavailable': 'the file cannot be read or written',
} as const

export type ConfigFailureCode = keyof typeof CONFIG_FAILURES

export class ConfigFailure extends Failure {
  override readonly code: ConfigFailureCode

  constructor(code: ConfigFailureCode, message: string, options: { details?: unknown; cause?: unknown } = {}) {
    super(code, message, options)
    this.code = code
  }
}
