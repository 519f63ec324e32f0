import type { AgentProfile } from '../../domain/config/agents.js'
import type { ClientTool } from '../../domain/run/answer-settings.js'
import type { SessionEntry } from '../../domain/session/session-entry.js'
import type { TokenUsage } from '../../domain/session/transcript.js'
import type { RunnerPart } from '../ports/agent-runner.js'
import type { OfferedTools } from '../tools/tool-registry.js'
import type { AskedCall } from './asked-call.js'
import type { Conversation } from './conversation.js'
import type { RunModels } from './run-hooks.js'

/** How a model ended its answer. */
export type Finish = Extract<RunnerPart, { type: 'finish' }>

/** The conversation a run belongs to, as it was when the run began. */
export interface Scene {
  readonly agent: AgentProfile
  readonly models: RunModels
  readonly tools: OfferedTools
  /** Tools of the caller, by name; none that is one of `tools`. */
  readonly clientTools: ReadonlyMap<string, ClientTool>
  /** Why nobody may answer; null = somebody may. */
  readonly refusal: unknown
  /** Null for a run that is bound to no session. */
  readonly session: SessionEntry | null
  readonly sessionId: string
  /** Grows with every step; a compaction replaces it. */
  conversation: Conversation
  /** What happened since the last turn, for the model only. */
  readonly news: readonly string[]
  readonly startedAt: number
  /** Settles when the beginning is durable. */
  readonly begun: Promise<void>
}

/** What came of a run, or of one call of the model. */
export interface Answer {
  readonly finish: Finish | null
  readonly failure: unknown
  /** Of all calls together. */
  readonly usage?: TokenUsage
  /** Tools of the caller that the model asked for; the run ends with them. */
  readonly calls?: readonly AskedCall[]
  /** The transcript entry that has the answer already. */
  readonly keptAs?: string
}
