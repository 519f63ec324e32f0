import type { AnswerSettings, ClientToolCall, ToolChoice } from '../../domain/run/answer-settings.js'
import type { Attachment } from '../../domain/run/run.js'
import type { TokenUsage, ToolResultMessage, TranscriptMessage } from '../../domain/session/transcript.js'
import type { RunnerFailureCode, ToolSpec } from '../ports/agent-runner.js'

export type { AnswerFormat, AnswerSettings, ClientToolCall, ToolChoice } from '../../domain/run/answer-settings.js'

/** What is to be answered: words, or what tools of the caller returned for an earlier answer. */
export type CallTurn =
  | { readonly kind: 'message'; readonly text: string; readonly attachments: readonly Attachment[] }
  | { readonly kind: 'tool-results'; readonly results: readonly ToolResultMessage[] }

/** One turn that a program asks of an agent. */
export interface AgentCall {
  readonly agentId: string
  /** Canonical key. */
  readonly sessionKey: string
  /** What was said before, oldest first; becomes the session's transcript where the session is new, else it is left out. */
  readonly earlier: readonly TranscriptMessage[]
  readonly turn: CallTurn
  /** Put behind the agent's own system prompt. */
  readonly instructions?: string
  /** Tools that the caller carries out itself. An answer that asks for one ends there. */
  readonly tools: readonly ToolSpec[]
  readonly toolChoice: ToolChoice
  readonly settings: AnswerSettings
  /** off, minimal, low, medium, high or xhigh. */
  readonly thinking?: string
}

/** Hears an answer as it comes. Nothing is told after the end. */
export interface AgentCallListener {
  /** A piece of the answer's text, never empty. */
  text(delta: string): void
  /** A piece of what the model thinks. */
  thinking?(delta: string): void
  /** The answer goes on after the agent has used tools of its own: what comes now is a new paragraph. */
  stepped?(): void
}

/** How a call ended. */
export type AgentCallEnd =
  | {
      readonly status: 'completed'
      /** All that was said in this call; paragraphs between steps. */
      readonly text: string
      /** Empty unless `stopReason` is `toolUse`. */
      readonly calls: readonly ClientToolCall[]
      readonly stopReason: 'stop' | 'length' | 'toolUse'
      /** Null when the provider told none. */
      readonly usage: TokenUsage | null
      readonly provider: string
      readonly model: string
      readonly sessionId: string
      /** The transcript entry of the answer. */
      readonly entryId: string | null
    }
  | {
      readonly status: 'failed'
      /** `store`: it could not be recorded. `timeout` also where the run as a whole took too long. */
      readonly code: RunnerFailureCode | 'store' | 'internal'
      /** For people; no secret. */
      readonly message: string
      readonly retryAfterMs?: number
    }
  | { readonly status: 'aborted' }

export interface AgentCallUnderWay {
  readonly runId: string
  /** Never rejects; resolves when the end is durable. */
  readonly ended: Promise<AgentCallEnd>
  /** Nobody waits for the answer any more. */
  abort(): void
}

/** Asks agents on behalf of programs. */
export interface AgentCalls {
  /**
   * Resolves when the call is accepted, and rejects with a Refusal where it cannot be: the gateway is stopping
   * (retryable), the queue of the session is full, the session is not there for this caller.
   */
  start(call: AgentCall, listener: AgentCallListener): Promise<AgentCallUnderWay>
}
