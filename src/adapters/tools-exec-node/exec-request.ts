/** A command that wants to run, whole: nothing about it changes after the decision. */
export interface ExecRequest {
  /** For the shell. */
  readonly command: string
  /** Absolute directory it runs in, links resolved. */
  readonly cwd: string
  /** Variables the model sets on top. */
  readonly env: Readonly<Record<string, string>>
  /** Value of PATH, by which its programs are found. */
  readonly searchPath: string
  readonly host: 'gateway'
  readonly agentId: string
  readonly sessionKey: string | null
  readonly runId: string
  readonly toolCallId: string
  readonly isOwner: boolean
  readonly channel?: string
  readonly senderId?: string
}

export type ExecDecision = { readonly allowed: true } | { readonly allowed: false; readonly reason: string }

/** Ends soon after the signal aborts. */
export type DecideExec = (request: ExecRequest, signal: AbortSignal) => Promise<ExecDecision>
