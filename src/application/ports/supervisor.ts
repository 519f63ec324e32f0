/*
 * Whoever starts the gateway at boot or login and again after a crash: systemd, launchd, or nobody. One object is about one
 * service: that of one profile. Called by the service commands, by status, doctor and `--force`.
 * Promises: every change may be repeated; what was installed reads back as it was given; a stop is final until the next
 * start, login or boot; services of other profiles are never touched; nothing is written but the one file.
 * May refuse: with a SupervisorFailure whose message tells what to do. Must never write or show a secret.
 */
import { Failure } from '../../domain/failure.js'
import type { InstalledService, ServiceDescription } from '../../domain/service/installed-service.js'
import type { ServicePlan } from '../../domain/service/service-plan.js'

/** What the supervisor says about the process. */
export interface ServiceState {
  /** `failed`: it gave up starting it. `stopped`: it does not run, and is not meant to. */
  readonly status: 'running' | 'starting' | 'stopping' | 'stopped' | 'failed' | 'unknown'
  /** The same in the supervisor's own words: `active`, `running`. */
  readonly state: string
  readonly subState: string
  /** Of the main process; null while there is none. */
  readonly pid: number | null
  /** The supervisor knows the service. */
  readonly isLoaded: boolean
  /** It starts by itself at login or boot. */
  readonly isEnabled: boolean
  /** Restarts without anybody asking since the last start; null where that is not counted. */
  readonly restarts: number | null
  /** How the last process ended; null when none did. */
  readonly lastExit: {
    readonly code: number | null
    readonly signal: string | null
    /** Unix milliseconds; null where it is not told. */
    readonly at: number | null
  } | null
}

/** Whether services of this account go on after logout. */
export interface LingerState {
  /** False where services do not depend on a login. */
  readonly isNeeded: boolean
  /** Null when it cannot be found out. */
  readonly isOn: boolean | null
  /** What turns it on. */
  readonly command: string
}

/** Another service of this program on this host. */
export interface NeighbourService {
  readonly name: string
  readonly file: string
  readonly profile: string | null
  readonly scope: 'user' | 'system'
}

export interface Supervisor {
  readonly kind: 'systemd' | 'launchd' | 'none'
  /** `systemd user unit`, for people. */
  readonly label: string
  /** Unit or label of the service. */
  readonly name: string
  /** Why it cannot be used here and now; null = it can. */
  unavailable(): Promise<SupervisorFailure | null>
  /**
   * What `install` would write. Changes nothing.
   * @param over a file that is there, whose additions stay as with `keepAdditions`
   * @throws SupervisorFailure `service-unwritable` for values no file can hold
   */
  render(plan: ServicePlan, over?: ServiceDescription): ServiceDescription
  /** The file that is there; null = none. */
  installed(): Promise<InstalledService | null>
  /**
   * Writes the file (mode 600) and has the supervisor read it and start it at login or boot; it is not started now, and a
   * running one goes on.
   * @param keepAdditions keys that somebody added to the file by hand stay
   */
  install(plan: ServicePlan, keepAdditions: boolean): Promise<void>
  /** Stops it and leaves nothing behind. False = there was nothing. */
  uninstall(): Promise<boolean>
  /** Resolves when it is ready, or has failed, as far as the supervisor is told. Rejects with `service-missing`, `service-failed`. */
  start(): Promise<void>
  /** Resolves when the process has ended. False = it did not run. */
  stop(): Promise<boolean>
  /** Stops if need be, then starts. Joins a restart that is under way. Rejects like `start`. */
  restart(): Promise<void>
  /** Never rejects because a service is missing, stopped or failed. */
  state(): Promise<ServiceState>
  linger(): Promise<LingerState>
  /** False = it needs rights we do not have. */
  enableLinger(): Promise<boolean>
  /** Files of other services of this program, user and system. */
  neighbours(): Promise<readonly NeighbourService[]>
}

/** Why a supervisor refuses, code by code. */
export const SUPERVISOR_FAILURES = {
  'supervisor-unavailable': 'this host has no service manager we know, or it cannot be reached from here',
  'supervisor-refused': 'the service manager ended with an error',
  'supervisor-timeout': 'the service manager did not answer in time',
  'service-missing': 'the service is not installed',
  'service-failed': 'the service was started and ended again before it was ready',
  'service-unwritable': 'the service file cannot be written, or a value cannot stand in it',
} as const

export type SupervisorFailureCode = keyof typeof SUPERVISOR_FAILURES

export class SupervisorFailure extends Failure {
  override readonly code: SupervisorFailureCode
  /** Commands that help, each on its own. */
  readonly hints: readonly string[]

  constructor(
    code: SupervisorFailureCode,
    message: string,
    options: { hints?: readonly string[]; cause?: unknown } = {},
  ) {
    super(code, message, { retryable: code === 'supervisor-timeout', cause: options.cause })
    this.code = code
    this.hints = options.hints ?? []
  }
}
