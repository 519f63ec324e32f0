import type { ConfigHistory, ConfigVersion } from '../ports/config-history.js'
import type { ConfigReading } from '../ports/config-source.js'

/** What the configuration says and said. */
export interface ConfigPast {
  /** Null when somebody changed the files since the last recorded state. */
  readonly current: ConfigVersion | null
  /** Newest first; the first one is version 1. */
  readonly past: readonly ConfigVersion[]
}

/** Tells the recorded states before the one in the files. Rejects with a ConfigFailure when they cannot be read. */
export async function configPast(reading: ConfigReading, history: ConfigHistory): Promise<ConfigPast> {
  const [newest, ...older] = await history.list()
  if (newest === undefined) return { current: null, past: [] }
  return newest.snapshotHash === reading.snapshotHash
    ? { current: newest, past: older }
    : { current: null, past: [newest, ...older] }
}

/** A recorded state for programs; never its text. `n` counts back from the one in the files, which is 0. */
export interface VersionDocument {
  readonly n: number
  readonly id: string
  /** ISO 8601: when this state began. */
  readonly recordedAt: string
  readonly source: string
  readonly actor?: string
  readonly hash: string
  readonly snapshotHash: string
  /** Paths of the values that differ from the state before; no values. */
  readonly changed: readonly string[]
  readonly bytes: number
}

/** The states as programs get them, newest first. */
export function versionDocuments({ current, past }: ConfigPast): VersionDocument[] {
  return [
    ...(current === null ? [] : [documentOf(0, current)]),
    ...past.map((version, index) => documentOf(index + 1, version)),
  ]
}

function documentOf(n: number, version: ConfigVersion): VersionDocument {
  const { id, at, origin, hash, snapshotHash, changed, bytes } = version
  return { n, id, recordedAt: new Date(at).toISOString(), ...origin, hash, snapshotHash, changed, bytes }
}
