/** A background command that ended. */
export interface ExitedSession {
  readonly id: string
  readonly agentId: string
  readonly sessionKey: string | null
  readonly command: string
  /** Null when a signal ended it. */
  readonly exitCode: number | null
  readonly signal: string | null
  readonly isTimedOut: boolean
  readonly durationMs: number
  /** The end of what it printed. */
  readonly tail: string
}
