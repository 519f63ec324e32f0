import type { TokenUsage } from '../session/transcript.js'

/**
 * Life of a run: accepted -> running -> one of the ends. A run never leaves an end.
 * `interrupted` is the end of a run that was under way when the process died.
 */
export type RunState = 'accepted' | 'running' | 'ok' | 'error' | 'aborted' | 'interrupted'

export type RunEnd = Extract<RunState, 'ok' | 'error' | 'aborted' | 'interrupted'>

/** A picture that came with a message. `data` is base64. */
export interface Attachment {
  readonly mimeType: string
  readonly fileName?: string
  readonly data: string
}

/** What a caller asked for; everything needed to run it after a crash. */
export interface RunRequest {
  readonly message: string
  readonly attachments?: readonly Attachment[]
  readonly thinking?: string
  readonly extraSystemPrompt?: string
  /** Milliseconds a run may take; 0 = no limit; absent = the configured default. */
  readonly timeoutMs?: number
  readonly deliver?: boolean
  readonly lane?: string
  readonly spawnedBy?: string
  readonly label?: string
  readonly provenance?: {
    readonly kind: string
    readonly sourceSessionKey?: string
    readonly sourceChannel?: string
    readonly sourceTool?: string
  }
}

/** One run as the ledger keeps it. Times are Unix milliseconds. */
export interface RunRecord {
  /** The idempotency key of the request that started it. */
  readonly runId: string
  /** Which method accepted it; the other one refuses the same idempotency key. */
  readonly method: 'agent' | 'chat.send'
  /** Canonical key; null for a run that is bound to no session. */
  readonly sessionKey: string | null
  readonly agentId: string
  readonly request: RunRequest
  readonly state: RunState
  readonly acceptedAt: number
  readonly startedAt?: number
  readonly endedAt?: number
  /** What went wrong, for people; with `error` and `interrupted`. */
  readonly error?: string
  readonly outcome?: RunOutcome
}

/** What a finished run has to show. */
export interface RunOutcome {
  readonly text: string
  readonly sessionId: string
  readonly provider?: string
  readonly model?: string
  readonly usage?: TokenUsage
  readonly stopReason?: string
}

const ENDS: ReadonlySet<RunState> = new Set(['ok', 'error', 'aborted', 'interrupted'])

/** Whether a run has reached its end. */
export function hasEnded(state: RunState): state is RunEnd {
  return ENDS.has(state)
}
