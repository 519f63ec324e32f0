import type { ResponseObject } from './response-object.js'

/** An answer that was kept, and where its conversation stood then. Times are Unix milliseconds. */
export interface StoredResponse {
  readonly id: string
  readonly agentId: string
  /** Canonical key of the session it was given in. */
  readonly sessionKey: string
  readonly sessionId: string
  /** The transcript entry of the answer. */
  readonly entryId: string
  readonly createdAt: number
  readonly expiresAt: number
  /** As it was answered. */
  readonly body: ResponseObject
  /** What it answers, with ids, oldest first; large pictures and files are cut out. */
  readonly input: readonly Readonly<Record<string, unknown>>[]
  /** What `system` and `developer` messages of this conversation said so far; empty = nothing. */
  readonly standing: string
}
