import type { RunCost } from '../model/cost.js'

/** Tokens by price. */
export interface UsageTokens {
  /** What was read for the first time; tokens from and for the cache are not among them. */
  readonly input: number
  readonly output: number
  readonly cacheRead: number
  readonly cacheWrite: number
  /** As the provider counts. */
  readonly total: number
}

/** What was said around one call of a model, counted. */
export interface MessageCounts {
  readonly user: number
  readonly assistant: number
  readonly toolCalls: number
  readonly toolResults: number
  /** Answers that failed, and results that tell of a failure. */
  readonly errors: number
}

/** One call of a model, as the ledger keeps it: who asked whom, what it took, and no word of what was said. */
export interface UsageRecord {
  /** When it ended (Unix ms). */
  readonly at: number
  readonly agentId: string
  /** Canonical; null for a run that is bound to no session. */
  readonly sessionKey: string | null
  readonly sessionId: string
  readonly runId: string
  readonly channel?: string
  readonly provider: string
  readonly model: string
  /** False: it failed or was stopped, and nobody knows what that took. */
  readonly isAnswered: boolean
  /** Null: nobody said. */
  readonly tokens: UsageTokens | null
  /** In dollars; null: the price or the tokens are not known. */
  readonly cost: RunCost | null
  readonly messages: MessageCounts
  /** How often the answer asked for each tool, by name. */
  readonly tools: Readonly<Record<string, number>>
  /** From the newest message it answers to its end; null: it answers none. */
  readonly latencyMs: number | null
}
