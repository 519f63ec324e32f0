/** A command that waits for a decision, as `exec.approval.list` answers it. */
export interface Approval {
  readonly id: string
  readonly request: {
    readonly command: string
    readonly cwd: string | null
    readonly agentId: string | null
    readonly resolvedPath: string | null
    readonly sessionKey: string | null
  }
  /** Unix milliseconds. */
  readonly createdAtMs: number
  readonly expiresAtMs: number
}

export type Decision = 'allow-once' | 'allow-always' | 'deny'
