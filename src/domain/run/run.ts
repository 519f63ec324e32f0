import type { ChatPlace } from '../channels/chat.js'
import type { TokenUsage, ToolResultMessage, TranscriptMessage } from '../session/transcript.js'
import type { AnswerSettings, ClientTool, ClientToolCall, ToolChoice } from './answer-settings.js'
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

/** Where an answer goes. */
export interface ReplyAddress {
  readonly channel: string
  readonly accountId: string
  readonly place: ChatPlace
}

/** What a caller asked for; everything needed to run it after a crash. */
export interface RunRequest {
  /** Empty where `toolResults` are what the model goes on from. */
  readonly message: string
  /** What was said before, oldest first; becomes the transcript of a session that has none. */
  readonly earlier?: readonly TranscriptMessage[]
  /** What tools of the caller returned for an earlier answer; asked instead of `message`. */
  readonly toolResults?: readonly ToolResultMessage[]
  /** Tools that the caller carries out; an answer that asks for one ends the run. */
  readonly clientTools?: readonly ClientTool[]
  /** For the first call of the model; absent = `auto`. */
  readonly toolChoice?: ToolChoice
  readonly settings?: AnswerSettings
  readonly attachments?: readonly Attachment[]
  readonly thinking?: string
  /** Model of this run alone, as `provider/model` or an alias; absent = that of its session. */
  readonly model?: string
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
  /** The webhook that asked for it, and what becomes of its answer. */
  readonly hook?: {
    readonly name: string
    readonly wakeMode: 'now' | 'next-heartbeat'
    /** `last`, or a kind of channel. */
    readonly channel: string
    readonly to?: string
  }
  /** Who sent the message, as its channel knows them; absent for clients of the gateway. */
  readonly senderId?: string
  /** The chat that its answer goes to, for messages of channels. */
  readonly reply?: ReplyAddress
  /** The message of that chat which the answer may quote. */
  readonly replyTo?: string
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
  /**
   * Which method accepted it; the other ones refuse the same idempotency key. `http`: somebody waits for the answer on a
   * connection, and without them nobody wants it.
   */
  readonly method: 'agent' | 'chat.send' | 'http'
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
  /** Tools of the caller that the model asked for at the end. */
  readonly clientCalls?: readonly ClientToolCall[]
  /** The transcript entry of the answer. */
  readonly entryId?: string
  /** The run under whose id the answer was told. */
  readonly mergedInto?: string
}

const ENDS: ReadonlySet<RunState> = new Set(['ok', 'error', 'aborted', 'interrupted'])

/** Whether a run has reached its end. */
export function hasEnded(state: RunState): state is RunEnd {
  return ENDS.has(state)
}
