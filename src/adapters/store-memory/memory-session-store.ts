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
import { matchingSessions } from './matching-sessions.js'
import { MemoryTables } from './memory-tables.js'

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

  async archived(archiveId: string): Promise<readonly TranscriptEntry[]> {
    return this.#opened().archives.get(archiveId)?.entries ?? []
  }

  async run(runId: string): Promise<RunRecord | null> {
    return this.#opened().runs.get(runId) ?? null
  }

  async unfinishedRuns(): Promise<readonly RunRecord[]> {
    return [...this.#opened().runs.values()].filter(isUnfinished)
  }

  #opened(): MemoryTables {
    if (this.#tables === null) throw new StoreFailure('store-closed', 'the session store is not open')
    return this.#tables
  }
}
