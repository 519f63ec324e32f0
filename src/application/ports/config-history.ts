/*
 * What the configuration said before. Written by the configuration source after every change it makes, and by the
 * reload when a person changed the files; read by `config history`, `diff` and `rollback`, and by a start that failed.
 * Promises: a version is whole or absent; only the owner of the state directory can read it, for it holds secrets.
 * May refuse nothing but I/O (`config-unavailable`). Must never keep more than it promises.
 */
import type { ConfigText, ConfigWriteOrigin } from './config-source.js'

/** How many past states are kept besides the one in force. */
export const KEPT_VERSIONS = 10

/** One state of the configuration. */
export interface ConfigVersion {
  /** Sorts by age and names the version for ever. */
  readonly id: string
  /** Unix milliseconds: when this state began. */
  readonly at: number
  readonly origin: ConfigWriteOrigin
  /** SHA-256 of the root file's text, lower-case hex. */
  readonly hash: string
  /** As in `ConfigReading`; two versions with the same one say the same. */
  readonly snapshotHash: string
  /** Paths of the values that differ from the state before; no values. */
  readonly changed: readonly string[]
  /** Of all files together. */
  readonly bytes: number
}

/** What is recorded of a state; the history adds the identity. */
export interface ConfigState extends Omit<ConfigVersion, 'id' | 'bytes'> {
  /** Root file first. */
  readonly texts: readonly ConfigText[]
}

export interface ConfigHistory {
  /** Newest first. Files that are no version are passed over. */
  list(): Promise<readonly ConfigVersion[]>
  /** The texts of a version, root file first; null when it is gone. */
  texts(id: string): Promise<readonly ConfigText[] | null>
  /** Keeps a state, unless it is the newest already. The oldest goes when there are too many. Durable on return. */
  record(state: ConfigState): Promise<void>
  /** Keeps the texts a gateway is known to run on, beside the versions. Durable on return. */
  keepGood(texts: readonly ConfigText[]): Promise<void>
  /** Root file first; null when no gateway ever ran well. */
  lastGood(): Promise<readonly ConfigText[] | null>
}
