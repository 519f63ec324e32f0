import type { DeadLetter, InboxEntry, UndeliveredEntry } from '../../application/ports/channel-mail.js'
import type {
  SessionQuery,
  SessionStore,
  StoreChange,
  TranscriptArchive,
} from '../../application/ports/session-store.js'
import { StoreFailure } from '../../application/ports/session-store.js'
import type { RunRecord } from '../../domain/run/run.js'
import { isUnfinished } from '../../domain/run/run-steps.js'
import type { SessionEntry } from '../../domain/session/session-entry.js'
import type { TranscriptEntry } from '../../domain/session/transcript.js'
import type {
  GroupedLatency,
  GroupedTool,
  GroupedUsage,
  UsageDimension,
  UsagePoint,
  UsageQuery,
} from '../../domain/usage/usage-query.js'
import { matchingSessions } from './matching-sessions.js'
import { MemoryTables } from './memory-tables.js'
import { latenciesOf, pointsOf, sumsOf, toolsOf } from './usage-groups.js'

/**
 * Sessions that live as long as the object does: closing lets go of them, opening again starts empty.
 * A commit takes effect within the call and resolves right after.
 */
export class MemorySessionStore implements SessionStore {
  readonly location = 'memory'
  #tables: MemoryTables | null = null

  async open(): Promise<void> {
    this.#tables ??= new MemoryTables()
  }

  async close(): Promise<void> {
    this.#tables = null
  }

  async commit(changes: readonly StoreChange[]): Promise<void> {
    this.#opened().apply(changes)
  }

  async session(key: string): Promise<SessionEntry | null> {
    return this.#opened().sessions.get(key) ?? null
  }

  async sessionById(sessionId: string): Promise<SessionEntry | null> {
    let found: SessionEntry | null = null
    for (const entry of this.#opened().sessions.values()) {
      if (entry.sessionId !== sessionId) continue
      if (found === null || entry.updatedAt > found.updatedAt) found = entry
    }
    return found
  }

  async list(query: SessionQuery): Promise<readonly SessionEntry[]> {
    return matchingSessions(this.#opened().sessions.values(), query)
  }

  async count(): Promise<number> {
    return this.#opened().sessions.size
  }

  async transcript(sessionId: string, last?: number): Promise<readonly TranscriptEntry[]> {
    const live = this.#opened().transcripts.get(sessionId) ?? []
    return last === undefined ? live.slice() : live.slice(Math.max(0, live.length - last))
  }

  async transcriptLength(sessionId: string): Promise<number> {
    return this.#opened().transcripts.get(sessionId)?.length ?? 0
  }

  async archives(sessionId: string): Promise<readonly TranscriptArchive[]> {
    const kept = [...this.#opened().archives.values()]
    return kept.map(({ about }) => about).filter((about) => about.sessionId === sessionId)
  }

  async archivesOf(sessionKey: string): Promise<readonly TranscriptArchive[]> {
    const kept = [...this.#opened().archives.values()].filter((archive) => archive.sessionKey === sessionKey)
    return kept.map(({ about }) => about).sort((one, other) => one.at - other.at)
  }

  async archived(archiveId: string, last?: number): Promise<readonly TranscriptEntry[]> {
    const entries = this.#opened().archives.get(archiveId)?.entries ?? []
    return last === undefined ? entries : entries.slice(Math.max(0, entries.length - last))
  }

  async run(runId: string): Promise<RunRecord | null> {
    return this.#opened().runs.get(runId) ?? null
  }

  async unfinishedRuns(): Promise<readonly RunRecord[]> {
    return [...this.#opened().runs.values()].filter(isUnfinished)
  }

  async usage(query: UsageQuery, by: readonly UsageDimension[]): Promise<readonly GroupedUsage[]> {
    return sumsOf(this.#opened().usage, query, by)
  }

  async toolUses(query: UsageQuery, by: readonly UsageDimension[]): Promise<readonly GroupedTool[]> {
    return toolsOf(this.#opened().usage, query, by)
  }

  async latencies(query: UsageQuery, by: readonly UsageDimension[]): Promise<readonly GroupedLatency[]> {
    return latenciesOf(this.#opened().usage, query, by)
  }

  async usagePoints(query: UsageQuery, most: number): Promise<readonly UsagePoint[]> {
    return pointsOf(this.#opened().usage, query, most)
  }

  async knowsInbound(id: string): Promise<boolean> {
    return this.#opened().mail.knows(id)
  }

  async undoneInbox(): Promise<readonly InboxEntry[]> {
    return this.#opened().mail.undone()
  }

  async undelivered(): Promise<readonly UndeliveredEntry[]> {
    return this.#opened().mail.undelivered()
  }

  async deadLetters(limit: number): Promise<readonly DeadLetter[]> {
    return this.#opened().mail.newestDead(limit)
  }

  #opened(): MemoryTables {
    if (this.#tables === null) throw new StoreFailure('store-closed', 'the session store is not open')
    return this.#tables
  }
}
