/*
 * Durable memory: the session index, the transcripts, the ledgers of runs and usage, and the mail of the channels.
 * Called by every use case that reads or changes a conversation.
 * Promises: a commit is all or nothing, and when it resolves it survives the death of the process and of the machine;
 * commits take effect in the order they were called, with what they were handed at the call; reads see every commit
 * that resolved before the read was called; what a read returns is the caller's own or frozen, never a way into the
 * store; listing sessions never reads transcripts.
 * May refuse: a label that is taken (`label-taken`), a full or broken disk (`store-unavailable`), use outside of
 * open..close (`store-closed`); a refused commit has changed nothing. Must never lose part of a commit.
 */
import { Failure } from '../../domain/failure.js'
import type { RunEnd, RunOutcome, RunRecord, RunRequest } from '../../domain/run/run.js'
import type { SessionChanges, SessionEntry } from '../../domain/session/session-entry.js'
import type { TranscriptEntry } from '../../domain/session/transcript.js'
import type { UsageRecord } from '../../domain/usage/usage-record.js'
import type { ChannelMail, MailChange } from './channel-mail.js'
import type { UsageLedger } from './usage-ledger.js'

/** Which sessions `list` shows. Filters narrow together; all text compares without regard to case. */
export interface SessionQuery {
  readonly agentId?: string
  readonly label?: string
  readonly spawnedBy?: string
  /** Substring of displayName, label, subject, sessionId or key. */
  readonly search?: string
  /** Only sessions touched at or after this time (Unix ms). */
  readonly updatedSince?: number
  /** `global` and `unknown` are hidden unless asked for. */
  readonly includeGlobal?: boolean
  readonly includeUnknown?: boolean
  /** The newest this many; absent = all. */
  readonly limit?: number
}

/** Why lines left the live transcript. */
export type ArchiveReason = 'reset' | 'deleted' | 'compacted'

/** A stretch of transcript that was put aside, whole and readable. */
export interface TranscriptArchive {
  readonly id: string
  readonly sessionId: string
  readonly reason: ArchiveReason
  readonly at: number
  readonly entries: number
}

/** One step of a commit. Steps apply in order. */
export type StoreChange =
  /** Writes the whole entry, replacing what the key had. */
  | { readonly kind: 'session.put'; readonly entry: SessionEntry }
  /** Applies `changes` to the stored entry, or to `otherwise` when the key is new. Concurrent updates of other fields both survive. */
  | {
      readonly kind: 'session.update'
      readonly key: string
      readonly changes: SessionChanges
      readonly otherwise: SessionEntry
    }
  /** Takes the entry out of the index; its transcript stays until it is archived. Unknown key = nothing to do. */
  | { readonly kind: 'session.delete'; readonly key: string }
  /** Appends at the end, in order. */
  | { readonly kind: 'transcript.append'; readonly sessionId: string; readonly entries: readonly TranscriptEntry[] }
  /**
   * Moves all but the newest `keepLast` entries into an archive. Nothing to move = no archive. The archive belongs to
   * `sessionKey`; absent = to the key that points at the transcript now, if one does.
   */
  | {
      readonly kind: 'transcript.archive'
      readonly sessionId: string
      readonly sessionKey?: string
      readonly archiveId: string
      readonly reason: ArchiveReason
      readonly at: number
      readonly keepLast: number
    }
  /**
   * Moves the oldest live entries, up to and with the entry `through`, into an archive (`compacted`) and puts `summary`
   * in their place, in front of those that stay. No such live entry = nothing to do. `sessionKey` as above.
   */
  | {
      readonly kind: 'transcript.summarise'
      readonly sessionId: string
      readonly sessionKey?: string
      readonly archiveId: string
      readonly at: number
      readonly through: string
      readonly summary: TranscriptEntry
    }
  /** Removes a transcript, its archives included; nothing of it can be read any more. Unknown id = nothing to do. */
  | { readonly kind: 'transcript.forget'; readonly sessionId: string }
  | { readonly kind: 'run.accept'; readonly run: RunRecord }
  /** Only an accepted run starts; one that is unknown, merged, running or ended stays as it is. */
  | { readonly kind: 'run.start'; readonly runId: string; readonly startedAt: number }
  /** Puts a run that is under way back in line: accepted, begun, not started. */
  | { readonly kind: 'run.requeue'; readonly runId: string }
  /**
   * Makes accepted runs part of `into`: they never start, and end as it ends. `request` is what `into` is asked from now
   * on; absent = what it was. An `into` that is unknown, has ended or is part of another = nothing to do; runs that do
   * not wait for a turn of their own stay as they are.
   */
  | {
      readonly kind: 'run.merge'
      readonly runIds: readonly string[]
      readonly into: string
      readonly request?: RunRequest
    }
  /**
   * Ends an accepted run as aborted whose question is still to be written; until `run.said` it is among the unfinished.
   * Runs that became part of it end with it.
   * A run that does not wait for a turn of its own stays as it is.
   */
  | { readonly kind: 'run.withdraw'; readonly runId: string; readonly endedAt: number; readonly error: string }
  /** The question of a withdrawn run has been written, or never will be. */
  | { readonly kind: 'run.said'; readonly runId: string }
  /** Runs that became part of it end with it. The first end stands: a run that is unknown or has ended stays as it is. */
  | {
      readonly kind: 'run.finish'
      readonly runId: string
      readonly state: RunEnd
      readonly endedAt: number
      readonly error?: string
      readonly outcome?: RunOutcome
    }
  /** Forgets ended runs that ended before `before`. */
  | { readonly kind: 'run.forget'; readonly before: number }
  /** Writes one call of a model into the ledger of usage. */
  | { readonly kind: 'usage.add'; readonly record: UsageRecord }
  /** Forgets the oldest calls that ended before `before`, at most `limit` of them. */
  | { readonly kind: 'usage.forget'; readonly before: number; readonly limit: number }
  | MailChange

export interface SessionStore extends UsageLedger, ChannelMail {
  /** Where this store keeps its data, for people: a path, or `memory`. */
  readonly location: string
  /**
   * Creates or migrates, and repairs what a crash left behind. Rejects with `store-unavailable` or `store-newer`.
   * An open store stays open; a closed one may be opened again.
   */
  open(): Promise<void>
  /** Finishes what was committed and lets go of everything. Safe to call twice. */
  close(): Promise<void>

  /** Atomic, durable on return, in call order. */
  commit(changes: readonly StoreChange[]): Promise<void>

  session(key: string): Promise<SessionEntry | null>
  /** Of several keys that point at one transcript, the one touched last. */
  sessionById(sessionId: string): Promise<SessionEntry | null>
  /** Newest first (`updatedAt`, then key). Keys of single cron runs (`...:cron:<job>:run:<id>`) are always hidden. */
  list(query: SessionQuery): Promise<readonly SessionEntry[]>
  /** How many sessions there are, hidden ones included. */
  count(): Promise<number>

  /** Oldest first: the whole live transcript, or its newest `last` entries. Unknown id = empty. */
  transcript(sessionId: string, last?: number): Promise<readonly TranscriptEntry[]>
  /** How many live entries a transcript has. */
  transcriptLength(sessionId: string): Promise<number>
  /** Oldest first. */
  archives(sessionId: string): Promise<readonly TranscriptArchive[]>
  /** What was put aside of all transcripts that a key has had, oldest first (`at`, then the order of commits). */
  archivesOf(sessionKey: string): Promise<readonly TranscriptArchive[]>
  /** Entries of one archive, oldest first: all, or the newest `last`. */
  archived(archiveId: string, last?: number): Promise<readonly TranscriptEntry[]>

  run(runId: string): Promise<RunRecord | null>
  /** Runs that have not ended, and withdrawn ones whose question is to be written, in the order they were accepted. */
  unfinishedRuns(): Promise<readonly RunRecord[]>
}

/** Why a store refuses, code by code. */
export const STORE_FAILURES = {
  'store-unavailable': 'the disk is full or broken, or the file is locked, damaged or not ours',
  'store-closed': 'the store was used before it was opened or after it was closed',
  'store-newer': 'the file was written by a later version of the program',
  'label-taken': 'another session has this label',
  'run-exists': 'a run with this id was accepted before',
} as const

export type StoreFailureCode = keyof typeof STORE_FAILURES

export class StoreFailure extends Failure {
  override readonly code: StoreFailureCode

  constructor(code: StoreFailureCode, message: string, cause?: unknown) {
    super(code, message, { retryable: code === 'store-unavailable', cause })
    this.code = code
  }
}
