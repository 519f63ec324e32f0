/*
 * Where the configuration comes from. Called by bootstrap before an instance is built, and by `config.get`.
 * Promises: a snapshot is valid, complete and frozen; every problem of a bad file is reported at once, with its place
 * and its fix; secrets never appear in a problem.
 * May refuse: to write (`config-changed`, `config-readonly`, `config-invalid`). Must never change a file it could not
 * replace atomically, nor lose what it does not understand.
 */
import type { ConfigProblem, GatewayConfig } from '../../domain/config/config.js'
import { Failure } from '../../domain/failure.js'

/** Everything known about the file after reading it once. */
export interface ConfigReading {
  /** Absolute path of the root file, or `memory`. */
  readonly path: string
  readonly exists: boolean
  /** Text of the root file; empty when it is missing. */
  readonly raw: string
  /** Lower-case hex SHA-256 of `raw`. */
  readonly hash: string
  /** What the text says, before defaults; null when it does not parse. */
  readonly parsed: unknown
  /** Null when there are problems. */
  readonly config: GatewayConfig | null
  readonly problems: readonly ConfigProblem[]
  readonly warnings: readonly ConfigProblem[]
  /** `raw` with every secret replaced by the placeholder; null when it does not parse. */
  readonly redactedRaw: string | null
  /** `parsed` with every secret replaced by the placeholder. */
  readonly redactedParsed: unknown
  /** `config` with every secret replaced by the placeholder; null when there are problems. */
  readonly redactedConfig: unknown
}

/** One value to be set; `undefined` removes it. Path segments are object keys or array indexes. */
export interface ConfigEdit {
  readonly path: readonly (string | number)[]
  readonly value: unknown
}

export interface ConfigSource {
  read(): Promise<ConfigReading>
  /** Changes only these values, keeps everything else as it stands, creates the file when missing. Durable on return. */
  edit(edits: readonly ConfigEdit[], options?: { readonly baseHash?: string }): Promise<ConfigReading>
  /** Calls back after the text may have changed. Returns how to stop. */
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
