import type { RunRecord } from '../../domain/run/run.js'
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
import type { DeadLetter, InboxEntry, UndeliveredEntry } from '../ports/channel-mail.js'
import type { SessionQuery, SessionStore, StoreChange, TranscriptArchive } from '../ports/session-store.js'
import { LastChanges } from './last-changes.js'

/** Names whose last change is remembered, of sessions and of transcripts each. */
const REMEMBERED_NAMES = 10_000

/**
 * The session store of an instance, with numbers that say whether something may have changed since an answer was
 * made. Everybody who commits goes through it. A number read before a read of the store and unchanged afterwards means:
 * that read is still true. Commits of the ledgers alone change no number.
 */
export class RevisionedStore implements SessionStore {
  readonly #store: SessionStore
  readonly #committed: (changes: readonly StoreChange[]) => void
  #revision = 0
  readonly #sessions = new LastChanges(REMEMBERED_NAMES)
  readonly #transcripts = new LastChanges(REMEMBERED_NAMES)

  /** @param committed told of all that was stored; must not throw */
  constructor(store: SessionStore, committed: (changes: readonly StoreChange[]) => void = () => undefined) {
    this.#store = store
    this.#committed = committed
  }

  /** Grows with every change of any session or transcript. */
  get revision(): number {
    return this.#revision
  }

  /** Grows with every change of the index entry of a canonical key. */
  sessionRevision(key: string): number {
    return this.#sessions.of(key)
  }

  /** Grows with every change of a transcript. */
  transcriptRevision(sessionId: string): number {
    return this.#transcripts.of(sessionId)
  }

  /** Something that answers are made of has changed outside of the store: nothing made before is current. */
  surroundingsChanged(): void {
    this.#revision += 1
    this.#sessions.allChanged(this.#revision)
    this.#transcripts.allChanged(this.#revision)
  }

  get location(): string {
    return this.#store.location
  }

  async open(): Promise<void> {
    await this.#store.open()
    this.surroundingsChanged()
  }

  close(): Promise<void> {
    return this.#store.close()
  }

  async commit(changes: readonly StoreChange[]): Promise<void> {
    try {
      await this.#store.commit(changes)
      this.#committed(changes)
    } finally {
      this.#note(changes)
    }
  }

  session(key: string): Promise<SessionEntry | null> {
    return this.#store.session(key)
  }

  sessionById(sessionId: string): Promise<SessionEntry | null> {
    return this.#store.sessionById(sessionId)
  }

  list(query: SessionQuery): Promise<readonly SessionEntry[]> {
    return this.#store.list(query)
  }

  count(): Promise<number> {
    return this.#store.count()
  }

  transcript(sessionId: string, last?: number): Promise<readonly TranscriptEntry[]> {
    return this.#store.transcript(sessionId, last)
  }

  transcriptLength(sessionId: string): Promise<number> {
    return this.#store.transcriptLength(sessionId)
  }

  archives(sessionId: string): Promise<readonly TranscriptArchive[]> {
    return this.#store.archives(sessionId)
  }

  archivesOf(sessionKey: string): Promise<readonly TranscriptArchive[]> {
    return this.#store.archivesOf(sessionKey)
  }

  archived(archiveId: string, last?: number): Promise<readonly TranscriptEntry[]> {
    return this.#store.archived(archiveId, last)
  }

  run(runId: string): Promise<RunRecord | null> {
    return this.#store.run(runId)
  }

  unfinishedRuns(): Promise<readonly RunRecord[]> {
    return this.#store.unfinishedRuns()
  }

  usage(query: UsageQuery, by: readonly UsageDimension[]): Promise<readonly GroupedUsage[]> {
    return this.#store.usage(query, by)
  }

  toolUses(query: UsageQuery, by: readonly UsageDimension[]): Promise<readonly GroupedTool[]> {
    return this.#store.toolUses(query, by)
  }

  latencies(query: UsageQuery, by: readonly UsageDimension[]): Promise<readonly GroupedLatency[]> {
    return this.#store.latencies(query, by)
  }

  usagePoints(query: UsageQuery, most: number): Promise<readonly UsagePoint[]> {
    return this.#store.usagePoints(query, most)
  }

  knowsInbound(id: string): Promise<boolean> {
    return this.#store.knowsInbound(id)
  }

  undoneInbox(): Promise<readonly InboxEntry[]> {
    return this.#store.undoneInbox()
  }

  undelivered(): Promise<readonly UndeliveredEntry[]> {
    return this.#store.undelivered()
  }

  deadLetters(limit: number): Promise<readonly DeadLetter[]> {
    return this.#store.deadLetters(limit)
  }

  #note(changes: readonly StoreChange[]): void {
    for (const change of changes) {
      switch (change.kind) {
        case 'session.put':
          this.#sessions.changed(change.entry.key, ++this.#revision)
          break
        case 'session.update':
        case 'session.delete':
          this.#sessions.changed(change.key, ++this.#revision)
          break
        case 'transcript.append':
        case 'transcript.archive':
        case 'transcript.summarise':
        case 'transcript.forget':
          this.#transcripts.changed(change.sessionId, ++this.#revision)
          break
        default:
          // The ledgers and the mail are no part of a session's answer.
          break
      }
    }
  }
}
