/*
 * Answers a message. Called by the run use cases, once for each call of a model that a run takes.
 * Promises: parts arrive in order and end with exactly one `finish`; aborting the signal ends the stream soon, by an
 * AbortError or by ending it, without `finish`; every other end is a RunnerFailure with a sentence a person can act
 * on. Never a hang: silence is the caller's timeout to judge, a refused or broken connection is a failure. Nothing
 * happens before the first `next`; `return` gives up at once, also while a part is awaited.
 * May refuse: an unknown model or missing key, with the failure's code. Must never leak a key into a message.
 */
import { Failure } from '../../domain/failure.js'
import type { AnswerSettings, ToolChoice } from '../../domain/run/answer-settings.js'
import type { Attachment } from '../../domain/run/run.js'
import type { StopReason, TokenUsage, TranscriptMessage } from '../../domain/session/transcript.js'

/** A model as `provider/model`. */
export interface ModelRef {
  readonly provider: string
  readonly model: string
}

/** A tool as the model is told of it. */
export interface ToolSpec {
  readonly name: string
  readonly description: string
  /** JSON Schema of the arguments, an object. */
  readonly parameters: Readonly<Record<string, unknown>>
}

/** One call of a model: a turn to be answered, or to be gone on with after tools were used. */
export interface RunnerRequest {
  readonly runId: string
  readonly agentId: string
  readonly sessionKey: string | null
  readonly model: ModelRef
  /** Directory of the agent, absolute: AGENTS.md, SOUL.md, IDENTITY.md and USER.md there shape the system prompt. */
  readonly workspace: string
  readonly extraSystemPrompt?: string
  /** What was said before, oldest first, without the message to answer. */
  readonly history: readonly TranscriptMessage[]
  /** Null: the history ends with what tools returned and what was said meanwhile, and the model goes on from there. */
  readonly message: string | null
  /** What the model may ask for; calls come as `tool.call` parts, and the answer then finishes with `toolUse`. */
  readonly tools?: readonly ToolSpec[]
  readonly attachments?: readonly Attachment[]
  /** off, minimal, low, medium, high or xhigh; absent = the model's default. */
  readonly thinking?: string
  /** Name of the key to use, as in `ProviderKeys`, never the key; absent or unknown = the provider's first one. */
  readonly credential?: string
  /** Settings of the model such as `temperature`; what a runner does not understand it passes on or leaves out. */
  readonly params?: Readonly<Record<string, unknown>>
  /** Whether a tool must be asked for; absent = `auto`. `none` leaves the tools known and asks for none. */
  readonly toolChoice?: ToolChoice
  /** How to answer this once; wins over `params`. What a provider cannot do is left out. */
  readonly settings?: AnswerSettings
}

/** One piece of an answer. `tool.start`, `tool.update` and `tool.result` tell of tools that the runner runs itself. */
export type RunnerPart =
  | { readonly type: 'text'; readonly delta: string }
  | { readonly type: 'thinking'; readonly delta: string }
  | { readonly type: 'tool.start'; readonly toolCallId: string; readonly name: string; readonly args: unknown }
  | {
      readonly type: 'tool.update'
      readonly toolCallId: string
      readonly name: string
      readonly partialResult: unknown
    }
  | {
      readonly type: 'tool.result'
      readonly toolCallId: string
      readonly name: string
      readonly result: unknown
      readonly isError: boolean
    }
  /**
   * The model asks for a tool; the caller runs it and asks again. `problem`: the arguments could not be read, `args` is
   * then what was sent.
   */
  | {
      readonly type: 'tool.call'
      readonly toolCallId: string
      readonly name: string
      readonly args: unknown
      readonly problem?: string
    }
  | {
      readonly type: 'finish'
      readonly stopReason: StopReason
      readonly usage?: TokenUsage
      readonly provider: string
      readonly model: string
      readonly api?: string
    }

/** A model that can be chosen. */
export interface ModelInfo {
  readonly id: string
  readonly name: string
  readonly provider: string
  readonly contextWindow?: number
  readonly reasoning?: boolean
  readonly input?: readonly string[]
  /** Longest answer in tokens. */
  readonly maxTokens?: number
  /** Dollars for a million tokens. */
  readonly cost?: ModelCost
}

export interface ModelCost {
  readonly input: number
  readonly output: number
  readonly cacheRead: number
  readonly cacheWrite: number
}

export interface AgentRunner {
  answer(request: RunnerRequest, signal: AbortSignal): AsyncIterable<RunnerPart>
  /** What `models.list` shows; no network. */
  models(): readonly ModelInfo[]
}

/** Why a model gives no answer, code by code. */
export const RUNNER_FAILURES = {
  auth: 'the provider does not accept the key, or there is none',
  billing: 'the account has no credit or quota left',
  'unknown-model': 'the provider does not know the model, or nobody knows the provider',
  'rate-limit': 'too many requests or tokens; the provider may say when to come back',
  overloaded: 'the provider is too busy',
  timeout: 'the provider took too long',
  connection: 'the provider could not be reached, or the connection broke in the middle of the answer',
  'context-overflow': 'the conversation does not fit into the context window of the model',
  format: 'the provider does not understand the request',
  provider: 'the provider failed for a reason of its own',
} as const

export type RunnerFailureCode = keyof typeof RUNNER_FAILURES

/** All codes, for parsers and tests. */
export const RUNNER_FAILURE_CODES = Object.keys(RUNNER_FAILURES) as readonly RunnerFailureCode[]

/** Why there is no answer. The message names provider, model and what to do. */
export class RunnerFailure extends Failure {
  override readonly code: RunnerFailureCode

  constructor(code: RunnerFailureCode, message: string, options: { retryAfterMs?: number; cause?: unknown } = {}) {
    super(code, message, {
      retryable: code === 'rate-limit' || code === 'overloaded' || code === 'timeout' || code === 'connection',
      ...options,
    })
    this.code = code
  }
}
