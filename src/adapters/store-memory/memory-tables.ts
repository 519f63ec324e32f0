import type { ArchiveReason, StoreChange, TranscriptArchive } from '../../application/ports/session-store.js'
import { StoreFailure } from '../../application/ports/session-store.js'
import type { RunRecord } from '../../domain/run/run.js'
import { isUnfinished } from '../../domain/run/run-steps.js'
import { type SessionEntry, withChanges } from '../../domain/session/session-entry.js'
import type { TranscriptEntry } from '../../domain/session/transcript.js'
import type { UsageRecord } from '../../domain/usage/usage-record.js'
import { frozenCopy } from './frozen-copy.js'
import { MemoryMail } from './memory-mail.js'
import { steppedRuns } from './stepped-runs.js'
import type { Undo } from './undo.js'

interface KeptArchive {
  readonly about: TranscriptArchive
  /** Null: nobody knows which session it belonged to. */
  readonly sessionKey: string | null
  readonly entries: readonly TranscriptEntry[]
}

/** What a memory store holds, and how each step of a commit changes it. Entries and records are frozen and replaced whole. */
export class MemoryTables {
  readonly sessions = new Map<string, SessionEntry>()
  /** These lists grow in place; readers get a copy of the list, not of its entries. */
  readonly transcripts = new Map<string, TranscriptEntry[]>()
  readonly archives = new Map<string, KeptArchive>()
  /** In the order of acceptance. */
  readonly runs = new Map<string, RunRecord>()
  /** In the order in which they were written. */
  usage: UsageRecord[] = []
  readonly mail = new MemoryMail()
  /** Folded label -> key of the session that has it. */
  readonly #labels = new Map<string, string>()

  /** All steps or none: a step that is refused takes back the ones before it. */
  apply(changes: readonly StoreChange[]): void {
    const undo: Undo[] = []
    try {
      for (const change of changes) this.#step(change, undo)
    } catch (refusal) {
      for (const takeBack of undo.reverse()) takeBack()
      throw refusal
    }
  }

  #step(change: StoreChange, undo: Undo[]): void {
    switch (change.kind) {
      case 'session.put':
        this.#putSession(frozenCopy(change.entry), undo)
        break
      case 'session.update': {
        const before = this.sessions.get(change.key) ?? change.otherwise
        this.#putSession(frozenCopy({ ...withChanges(before, change.changes), key: change.key }), undo)
        break
      }
      case 'session.delete':
        this.#deleteSession(change.key, undo)
        break
      case 'transcript.append':
        this.#append(change.sessionId, frozenCopy(change.entries), undo)
        break
      case 'transcript.archive':
        this.#archive(change, undo)
        break
      case 'transcript.summarise':
        this.#summarise(change, undo)
        break
      case 'transcript.forget':
        this.#forgetTranscript(change.sessionId, undo)
        break
      case 'run.accept': {
        const { runId } = change.run
        if (this.runs.has(runId)) throw new StoreFailure('run-exists', `run "${runId}" was accepted before`)
        write(this.runs, runId, frozenCopy(change.run), undo)
        break
      }
      case 'run.start':
      case 'run.requeue':
      case 'run.merge':
      case 'run.withdraw':
      case 'run.said':
      case 'run.finish':
        for (const run of steppedRuns(frozenCopy(change), this.runs)) write(this.runs, run.runId, frozenRun(run), undo)
        break
      case 'run.forget':
        this.#forgetRuns(change.before, undo)
        break
      case 'usage.add':
        this.usage.push(frozenCopy(change.record))
        undo.push(() => void this.usage.pop())
        break
      case 'usage.forget':
        this.#forgetUsage(change.before, change.limit, undo)
        break
      default:
        this.mail.apply(frozenCopy(change), undo)
        break
    }
  }

  #putSession(entry: SessionEntry, undo: Undo[]): void {
    const label = entry.label?.toLowerCase()
    const holder = label === undefined ? undefined : this.#labels.get(label)
    if (holder !== undefined && holder !== entry.key) {
      throw new StoreFailure('label-taken', `label already in use: ${entry.label}`)
    }
    this.#releaseLabel(entry.key, undo)
    if (label !== undefined) write(this.#labels, label, entry.key, undo)
    write(this.sessions, entry.key, entry, undo)
  }

  #deleteSession(key: string, undo: Undo[]): void {
    this.#releaseLabel(key, undo)
    erase(this.sessions, key, undo)
  }

  #releaseLabel(key: string, undo: Undo[]): void {
    const label = this.sessions.get(key)?.label?.toLowerCase()
    if (label !== undefined) erase(this.#labels, label, undo)
  }

  #append(sessionId: string, entries: readonly TranscriptEntry[], undo: Undo[]): void {
    const live = this.transcripts.get(sessionId) ?? []
    const before = live.length
    for (const entry of entries) live.push(entry)
    undo.push(() => {
      live.length = before
    })
    if (before === 0) write(this.transcripts, sessionId, live, undo)
  }

  #archive(change: Extract<StoreChange, { kind: 'transcript.archive' }>, undo: Undo[]): void {
    const live = this.transcripts.get(change.sessionId) ?? []
    this.#putAside(change, change.reason, Math.max(0, live.length - change.keepLast), [], undo)
  }

  #summarise(change: Extract<StoreChange, { kind: 'transcript.summarise' }>, undo: Undo[]): void {
    const live = this.transcripts.get(change.sessionId) ?? []
    const count = live.findIndex(({ id }) => id === change.through) + 1
    this.#putAside(change, 'compacted', count, [frozenCopy(change.summary)], undo)
  }

  /** Moves the oldest `count` live entries into an archive; `instead` takes their place. */
  #putAside(
    where: {
      readonly sessionId: string
      readonly sessionKey?: string
      readonly archiveId: string
      readonly at: number
    },
    reason: ArchiveReason,
    count: number,
    instead: readonly TranscriptEntry[],
    undo: Undo[],
  ): void {
    if (count === 0) return
    const { sessionId, archiveId: id, at } = where
    if (this.archives.has(id)) throw new StoreFailure('store-unavailable', `archive "${id}" exists already`)
    const live = this.transcripts.get(sessionId) ?? []
    const about = Object.freeze({ id, sessionId, reason, at, entries: count })
    const sessionKey = where.sessionKey ?? this.#keyOf(sessionId)
    write(this.archives, id, { about, sessionKey, entries: Object.freeze(live.slice(0, count)) }, undo)
    write(this.transcripts, sessionId, [...instead, ...live.slice(count)], undo)
  }

  /** The key that points at a transcript now, of several the one touched last. */
  #keyOf(sessionId: string): string | null {
    let found: SessionEntry | null = null
    for (const entry of this.sessions.values()) {
      if (entry.sessionId === sessionId && (found === null || entry.updatedAt > found.updatedAt)) found = entry
    }
    return found === null ? null : found.key
  }

  #forgetUsage(before: number, limit: number, undo: Undo[]): void {
    const old = this.usage.filter(({ at }) => at < before).sort((one, other) => one.at - other.at)
    if (old.length === 0) return
    const gone = new Set(old.slice(0, limit))
    const all = this.usage
    undo.push(() => {
      this.usage = all
    })
    this.usage = all.filter((record) => !gone.has(record))
  }

  /** Rebuilds rather than adds when taken back, since the order of this map is the order in which archives were made. */
  #forgetTranscript(sessionId: string, undo: Undo[]): void {
    erase(this.transcripts, sessionId, undo)
    const all = [...this.archives]
    undo.push(() => {
      this.archives.clear()
      for (const [id, archive] of all) this.archives.set(id, archive)
    })
    for (const [id, { about }] of all) if (about.sessionId === sessionId) this.archives.delete(id)
  }

  /** Rebuilds rather than deletes when taken back, since the order of this map is the order of acceptance. */
  #forgetRuns(before: number, undo: Undo[]): void {
    const all = [...this.runs]
    undo.push(() => {
      this.runs.clear()
      for (const [runId, run] of all) this.runs.set(runId, run)
    })
    for (const [runId, run] of all) {
      if (!isUnfinished(run) && (run.endedAt ?? run.acceptedAt) < before) this.runs.delete(runId)
    }
  }
}

/** What it was asked is frozen already and may be large, so it is not copied for every step. */
function frozenRun(run: RunRecord): RunRecord {
  for (const part of Object.values(run)) Object.freeze(part)
  return Object.freeze(run)
}

function write<Value>(map: Map<string, Value>, key: string, value: Value, undo: Undo[]): void {
  undo.push(restorer(map, key))
  map.set(key, value)
}

function erase<Value>(map: Map<string, Value>, key: string, undo: Undo[]): void {
  undo.push(restorer(map, key))
  map.delete(key)
}

function restorer<Value>(map: Map<string, Value>, key: string): Undo {
  if (!map.has(key)) return () => map.delete(key)
  const before = map.get(key) as Value
  return () => map.set(key, before)
}
