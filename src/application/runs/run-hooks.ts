import type { ModelChoice } from '../../domain/config/agent-directory.js'
import type { AgentProfile } from '../../domain/config/agents.js'
import type { RunEnd, RunOutcome, RunRecord } from '../../domain/run/run.js'
import type { SessionEntry } from '../../domain/session/session-entry.js'
import type { TranscriptEntry, TranscriptMessage } from '../../domain/session/transcript.js'
import type { RunnerPart, RunnerRequest } from '../ports/agent-runner.js'
import type { StoreChange } from '../ports/session-store.js'
import type { OfferedTools } from '../tools/tool-registry.js'
import type { HeardMessages } from '../usage/heard-messages.js'
import type { Finish } from './scene.js'

/** What a run is about, for whoever has a say in it. */
export interface RunFacts {
  readonly run: RunRecord
  readonly agent: AgentProfile
  /** Null for a run that is bound to no session. */
  readonly session: SessionEntry | null
}

/** Who answers, and who answers when that one cannot. */
export interface RunModels {
  readonly primary: ModelChoice
  readonly fallbacks: readonly ModelChoice[]
}

/** One call of a model that has ended. */
export interface AnsweredCall {
  /** Null: it failed or was stopped. */
  readonly finish: Finish | null
  /** Who was asked; who answered stands in `finish`. */
  readonly model: ModelChoice
  /** Names of the tools it asked for, one for each call. */
  readonly asked: readonly string[]
  /** Whether the conversation got an error instead of an answer. */
  readonly isError: boolean
  readonly heard: HeardMessages
}

/** A run whose end is about to be stored. */
export interface EndingRun extends RunFacts {
  /** Runs that became part of it, in the order they were accepted. */
  readonly members: readonly RunRecord[]
  readonly state: RunEnd
  /** What went wrong, for people. */
  readonly error?: string
  readonly outcome: RunOutcome
  /** Unix ms. */
  readonly endedAt: number
}

/** A run about to be answered, and what it may use to keep notes. */
export interface MemoryKeeping extends RunFacts {
  readonly session: SessionEntry
  readonly models: RunModels
  readonly tools: OfferedTools
  /** The conversation before the question. */
  readonly history: readonly TranscriptMessage[]
  readonly signal: AbortSignal
}

/** Words of the user that arrived while the run was under way. */
export interface Steering {
  /** Appended to the transcript in this order, and told to the model with its next call. */
  readonly entries: readonly TranscriptEntry[]
  /** What else the commit that appends them has to say. */
  readonly changes: readonly StoreChange[]
}

/** Makes a long conversation short. */
export interface RunCompaction {
  /** Whether the history has come near to what the model takes. */
  needed(history: readonly TranscriptMessage[], models: RunModels, session: SessionEntry): boolean
  /** Changes the transcript; the entries of the turn that is to be answered stay. Rejects only when the store does. */
  compact(session: SessionEntry, model: ModelChoice, signal: AbortSignal): Promise<{ readonly compacted: boolean }>
}

/** Where other parts of the gateway take part in a run. What is missing is done the plain way. */
export interface RunHooks {
  /** Without: none. */
  readonly toolsFor?: (facts: RunFacts, models: RunModels) => OfferedTools
  /** Throws where no allowed model is left. Without: the session's own model, else the agent's. */
  readonly modelsFor?: (facts: RunFacts) => RunModels
  /** One call of a model, with those to turn to. Without: the runner, and nobody to turn to. */
  readonly ask?: (
    request: RunnerRequest,
    fallbacks: readonly ModelChoice[],
    signal: AbortSignal,
  ) => AsyncIterable<RunnerPart>
  readonly compaction?: RunCompaction
  /** Before a compaction may be needed; never rejects. Without: what is not in the summary is forgotten. */
  readonly keepMemory?: (facts: MemoryKeeping) => Promise<void>
  /** What of a conversation a request carries. Without: everything. */
  readonly prepareHistory?: (
    history: readonly TranscriptMessage[],
    model: ModelChoice,
    session: SessionEntry | null,
  ) => readonly TranscriptMessage[]
  /** The session to use at the beginning of a run, and what the first commit has to say about it. */
  readonly freshen?: (
    session: SessionEntry,
    run: RunRecord,
  ) => { readonly session: SessionEntry; readonly changes: readonly StoreChange[] }
  /** Before the first call of a model. A failure is logged and the run goes on. */
  readonly ensureWorkspace?: (agent: AgentProfile) => Promise<void>
  /** What the commit of an answer has to say about what it cost. */
  readonly modelAnswered?: (call: AnsweredCall, facts: RunFacts, at: number) => readonly StoreChange[]
  /**
   * What else stands in the commit that ends a run: an answer that is to be delivered. Must be quick and not throw; what
   * follows from it may begin when the end is durable (`RunDesk.whenEnded`, with an outcome), never before.
   */
  readonly ending?: (run: EndingRun) => readonly StoreChange[]
}
