/**
 * A service file as it was read back, or as it would be written. `settings` are the keys of the supervisor by their own
 * names (`Service.Restart`, `KeepAlive`), a value per line where a key is there several times.
 */
export interface ServiceDescription {
  /** Unit or label. */
  readonly name: string
  readonly file: string
  /** The whole file. */
  readonly text: string
  readonly programArguments: readonly string[]
  readonly workingDirectory: string | null
  readonly environment: Readonly<Record<string, string>>
  /** Everything else. */
  readonly settings: Readonly<Record<string, string>>
  /** Version of the program that wrote it; null when it does not say. */
  readonly version: string | null
}

/** A service file that is there. */
export interface InstalledService extends ServiceDescription {
  /** Changed since it was written by us. */
  readonly isEdited: boolean
  /** Permission bits, where files have any: 0o600. */
  readonly mode: number | null
}
