/** A command that waits for a decision, as `exec.approval.list` answers it. */
export interface Approval {
  readonly id: string
  readonly request: {
    readonly command: string
    readonly cwd: string | null
    /** Where it would run. */
    readonly host: string | null
    /** The rules that led to the question. */
    readonly security: string | null
    readonly ask: string | null
    readonly agentId: string | null
    readonly resolvedPath: string | null
    readonly sessionKey: string | null
  }
  /** Unix milliseconds. */
  readonly createdAtMs: number
  readonly expiresAtMs: number
}

export type Decision = 'allow-once' | 'allow-always' | 'deny'
