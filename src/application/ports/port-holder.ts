/*
 * Who listens on a port. Called by the start guards and by `--force`.
 * Promises: finds listeners of every address family; a process is named only if it really listens there now; a process
 * that shares a listening socket with others (workers) is named as well.
 * May refuse: to see or stop processes of other users, by saying so. Must never signal a client of the port.
 */
import { Failure } from '../../domain/failure.js'

export interface PortHolder {
  /** Null when the listener belongs to a process we may not look into. */
  readonly pid: number | null
  /** Start time of the process in an opaque form; guards against a reused pid. Null only without a pid. */
  readonly startedAt: string | null
  /** Command line, arguments parted by blanks; empty when it cannot be read. */
  readonly command: string
  /** Short program name: `nginx`. Empty when it cannot be read. */
  readonly program: string
  readonly user: string
  /** `127.0.0.1:18789`, `[::]:18789`. */
  readonly address: string
  /** Who would restart it; null when unknown. */
  readonly parentPid: number | null
  /** Service unit the process belongs to, where the system has such a thing. */
  readonly unit: string | null
}

export interface PortHolders {
  /** Listeners on `port` whose address collides with one of `hosts` (IP literals). */
  find(port: number, hosts: readonly string[]): Promise<readonly PortHolder[]>
  /** This process, its parent, and so on up to pid 1. */
  ancestry(): readonly number[]
  /** Whether that very process still lives. A process that only waits to be reaped does not. */
  lives(holder: PortHolder): boolean
  /** Whether `signal` would be permitted now. */
  maySignal(holder: PortHolder): boolean
  /**
   * Sends a signal after checking it is still that process. `false` = it is gone.
   * @throws PortHolderFailure `not-permitted`
   */
  signal(holder: PortHolder, signal: 'SIGTERM' | 'SIGKILL'): boolean
}

/** Why a process on a port cannot be named or ended, code by code. */
export const PORT_HOLDER_FAILURES = {
  'not-permitted': 'the process belongs to somebody else',
  'holders-unreadable': 'this system does not tell who listens on a port',
} as const

export type PortHolderFailureCode = keyof typeof PORT_HOLDER_FAILURES

export class PortHolderFailure extends Failure {
  override readonly code: PortHolderFailureCode

  constructor(code: PortHolderFailureCode, message: string, cause?: unknown) {
    super(code, message, { cause })
    this.code = code
  }
}
