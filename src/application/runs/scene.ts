import type { ModelChoice } from '../../domain/config/agent-directory.js'
import type { AgentProfile } from '../../domain/config/agents.js'
import type { SessionEntry } from '../../domain/session/session-entry.js'
import type { TranscriptMessage } from '../../domain/session/transcript.js'
import type { RunnerPart } from '../ports/agent-runner.js'

/** How a model ended its answer. */
export type Finish = Extract<RunnerPart, { type: 'finish' }>

/** The conversation a run belongs to, as it was when the run began. */
export interface Scene {
  readonly agent: AgentProfile
  readonly model: ModelChoice
  /** Null for a run that is bound to no session. */
  readonly session: SessionEntry | null
  readonly sessionId: string
  readonly history: readonly TranscriptMessage[]
  /** What happened since the last turn, for the model only. */
  readonly news: readonly string[]
  readonly startedAt: number
  /** Settles when the beginning is durable. */
  readonly begun: Promise<void>
}

/** What came of asking the runner. */
export interface Answer {
  readonly finish: Finish | null
  readonly failure: unknown
}
