/** `tools.exec.*` of an agent, as far as it concerns running. Asked for at every call. */
export interface ExecToolSettings {
  /** Time after which a command goes on in the background, in milliseconds. */
  readonly backgroundMs: number
  /** Longest time of a command that names none, in seconds. */
  readonly timeoutSec: number
  /** How long an ended background command is remembered, in milliseconds. */
  readonly cleanupMs: number
  /** Whether `exited` is told. */
  readonly notifyOnExit: boolean
  /** Also when a command succeeded without output. */
  readonly notifyOnExitEmptySuccess: boolean
  /** Directories put before PATH. */
  readonly pathPrepend: readonly string[]
}

/** The settings that hold for an agent now. */
export type ExecToolSettingsOf = (agentId: string) => ExecToolSettings
