import type { QueueDrop, QueueMode } from '../run/queue-mode.js'

/** Where the last message of a session came from and where answers go. */
export interface DeliveryContext {
  readonly channel?: string
  readonly to?: string
  readonly accountId?: string
  readonly threadId?: string
}

/** How a conversation was first heard of. */
export interface SessionOrigin {
  readonly label?: string
  readonly provider?: string
  readonly surface?: string
  readonly chatType?: string
  readonly from?: string
  readonly to?: string
  readonly accountId?: string
  readonly threadId?: string
}

/** Settings of one session that a person or program may change; absent = inherit. */
export interface SessionSettings {
  readonly label?: string
  readonly thinkingLevel?: string
  readonly verboseLevel?: string
  readonly reasoningLevel?: string
  readonly elevatedLevel?: string
  readonly responseUsage?: string
  readonly sendPolicy?: string
  readonly groupActivation?: string
  readonly queueMode?: QueueMode
  readonly queueDebounceMs?: number
  readonly queueCap?: number
  readonly queueDrop?: QueueDrop
  readonly execHost?: string
  readonly execSecurity?: string
  readonly execAsk?: string
  readonly execNode?: string
  /** `model` without its provider; both or neither. */
  readonly modelOverride?: string
  readonly providerOverride?: string
  readonly spawnedBy?: string
  readonly spawnDepth?: number
}

/**
 * What the index knows about one session: everything `sessions.list` answers from, never the transcript itself.
 * Times are Unix milliseconds.
 */
export interface SessionEntry extends SessionSettings {
  /** Canonical session key, lower case. */
  readonly key: string
  /** The transcript this key points at now; a reset gives the key a new one. */
  readonly sessionId: string
  readonly agentId: string
  readonly createdAt: number
  /** Last message in either direction; decides order and staleness. */
  readonly updatedAt: number
  readonly displayName?: string
  readonly channel?: string
  readonly subject?: string
  readonly groupChannel?: string
  readonly space?: string
  readonly chatType?: string
  readonly origin?: SessionOrigin
  readonly deliveryContext?: DeliveryContext
  readonly lastChannel?: string
  readonly lastTo?: string
  readonly lastAccountId?: string
  readonly systemSent?: boolean
  readonly abortedLastRun?: boolean
  readonly inputTokens?: number
  readonly outputTokens?: number
  readonly totalTokens?: number
  readonly contextTokens?: number
  /** Model and provider that answered last. */
  readonly lastModel?: string
  readonly lastProvider?: string
}

/** Fields of an entry that an update may set; `null` clears one. */
export type SessionChanges = {
  readonly [Field in Exclude<keyof SessionEntry, 'key'>]?: SessionEntry[Field] | null
}

/** The entry after a change; `null` fields are gone from it. */
export function withChanges(entry: SessionEntry, changes: SessionChanges): SessionEntry {
  const next: Record<string, unknown> = { ...entry }
  for (const [field, value] of Object.entries(changes)) {
    if (value === undefined) continue
    if (value === null) delete next[field]
    else next[field] = value
  }
  return next as unknown as SessionEntry
}
