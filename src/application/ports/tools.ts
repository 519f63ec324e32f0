/*
 * Things an agent can do. Called by the agent loop: once per run for what is on offer, once per call of a tool.
 * Promises: arguments are checked before `run`; `run` ends soon after its signal aborts, and leaves nothing behind that
 * still works (no process, no timer); an ordinary failure is an outcome with `isError`, told to the model.
 * A throw is a fault of the tool: it is logged, and the model hears that the tool failed.
 * Must never put a secret into an outcome.
 */
import type { ContentBlock } from '../../domain/session/transcript.js'
import type { SchemaThunk } from './wire.js'

/** Who calls, from where, on whose behalf. */
export interface ToolCallContext {
  readonly runId: string
  readonly toolCallId: string
  readonly agentId: string
  /** Null for a run that is bound to no session. */
  readonly sessionKey: string | null
  /** Absolute directory of the agent. */
  readonly workspace: string
  /** Whether whoever sent the message owns this gateway. */
  readonly isOwner: boolean
  /** Channel the message came from; absent for clients of the gateway. */
  readonly channel?: string
  /** Who sent the message, as that channel knows them. */
  readonly senderId?: string
  readonly signal: AbortSignal
  /** Tells watching clients how far it is. */
  update(partial: unknown): void
}

/** What came of a call. */
export interface ToolOutcome {
  /** For the model: text and pictures. */
  readonly content: readonly ContentBlock[]
  /** For programs that watch; never sent to the model. */
  readonly details?: unknown
  readonly isError?: boolean
  /** With `isError`: it was not allowed, rather than tried in vain. */
  readonly isDenied?: boolean
}

export interface Tool<P = unknown> {
  /** `[a-z][a-z0-9_]{0,63}`; models know it by this name. */
  readonly name: string
  /** What the model reads to decide whether to use it. */
  readonly description: string
  readonly params: SchemaThunk<P>
  /** Only when whoever sent the message owns this gateway. */
  readonly isForOwners?: boolean
  /** Milliseconds before the call is aborted; absent = the loop's own limit; 0 = none. */
  readonly timeoutMs?: number
  run(params: P, context: ToolCallContext): Promise<ToolOutcome>
}

/** A source of tools. Further sources (servers, plugins) are further adapters of this port. */
export interface Toolbox {
  /** `builtin`, or the id of what brought it: shown by `mayros tools explain`, and a name for policies. */
  readonly id: string
  /** What it offers to a run of this agent, in a stable order; cheap. */
  tools(agentId: string): readonly Tool[]
  /** Ends what its tools left running in the background. */
  close(): Promise<void>
}
