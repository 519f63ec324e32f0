/*
 * Facts about the program and the machine it runs on. Called when a snapshot is made.
 * Promises: cheap, no I/O after construction.
 */
export interface SystemInfo {
  /** Version of this program. */
  readonly version: string
  readonly hostname: string
  readonly platform: string
  readonly pid: number
  /** Absolute directories and files of this instance, for people and clients. */
  readonly stateDir: string
  readonly configPath: string
}
