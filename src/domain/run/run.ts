import type { TokenUsage } from '../session/transcript.js'
import type { QueueMode } from './queue-mode.js'

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
  /** What it does when its session is busy; absent = it waits for a turn of its own, and nothing joins it. */
  readonly queueMode?: QueueMode
  readonly spawnedBy?: string
  readonly label?: string
  /** Whether whoever sent the message owns this gateway; absent = no. Tools that are for owners ask for it. */
  readonly isOwner?: boolean
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
  /** The run it became part of: it does not start, and ends as that one ends. */
  readonly mergedInto?: string
  /** The runs that became part of this one. */
  readonly merged?: readonly string[]
  /** It was under way before, and was put back in line; its question is in the transcript. */
  readonly hasBegun?: true
  /** It ended before its turn came, and its question is still to be written to the transcript, in its place. */
  readonly isUnsaid?: true
}

/** What a finished run has to show. */
export interface RunOutcome {
  readonly text: string
  readonly sessionId: string
  readonly provider?: string
  readonly model?: string
  readonly usage?: TokenUsage
  readonly stopReason?: string
  /** The run under whose id the answer was told. */
  readonly mergedInto?: string
}

const ENDS: ReadonlySet<RunState> = new Set(['ok', 'error', 'aborted', 'interrupted'])

/** Whether a run has reached its end. */
export function hasEnded(state: RunState): state is RunEnd {
  return ENDS.has(state)
}
