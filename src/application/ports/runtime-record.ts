/*
 * What a running gateway tells other programs on this host about itself, in a file of its state directory.
 * Written by the gateway at each change of state, read by every client command.
 * Promises: readers see one whole version; a record counts as live only while that very process lives.
 * May refuse: to write, when the directory cannot be written. Must never hold a secret.
 */
export type RuntimeState = 'starting' | 'running' | 'restarting' | 'stopping'

export interface RuntimeRecord {
  readonly pid: number
  /** Start time of the process in an opaque form; guards against a reused pid. Null where the system does not tell. */
  readonly processStart: string | null
  /** Fresh for every instance, also for a restart in the same process. */
  readonly instanceId: string
  readonly version: string
  readonly state: RuntimeState
  /** When the process started, Unix ms. */
  readonly startedAtMs: number
  readonly profile: string | null
  /** `ws://127.0.0.1:18789`, loopback addresses first. */
  readonly urls: readonly string[]
  readonly port: number
  /** Bind mode: loopback, lan, tailnet, auto, custom. */
  readonly bind: string
  readonly authMode: string
  /** Lower-case hex SHA-256 of the certificate; null without TLS. */
  readonly tlsFingerprint: string | null
  readonly configPath: string
  readonly configHash: string
  /** When the configuration in use was read, Unix ms. */
  readonly configLoadedAtMs: number
  readonly logFile: string | null
  readonly supervisor: 'systemd' | 'launchd' | 'foreground'
  readonly unit: string | null
  /** Absolute directories of the agents; absent in records of versions that did not tell. */
  readonly workspaces?: readonly string[]
}

/** What the caller knows; the process's own pid and start are filled in by the adapter. */
export type RuntimeRecordInput = Omit<RuntimeRecord, 'pid' | 'processStart'>

export interface RuntimeRecords {
  /** Replaces the record with one of this process. Rejects with Failure `record-unwritable`. */
  write(record: RuntimeRecordInput): Promise<void>
  /** The record, if the process that wrote it lives. A missing, damaged or stale record is null. */
  readLive(): Promise<RuntimeRecord | null>
  /** Removes the record if this process wrote it. */
  remove(): Promise<void>
}
