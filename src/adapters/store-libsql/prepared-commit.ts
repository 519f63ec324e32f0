import type { StoreChange } from '../../application/ports/session-store.js'
import { type SessionChanges, type SessionEntry, withChanges } from '../../domain/session/session-entry.js'
import type { MailRows } from './mail-rows.js'
import type { ResponseRows } from './response-rows.js'
import type { RunRows } from './run-rows.js'
import type { SessionRows } from './session-rows.js'
import type { TranscriptRows } from './transcript-rows.js'
import { type UsageRows, usageValues } from './usage-rows.js'

/** The tables a commit writes to. */
export interface Rows {
  readonly sessions: SessionRows
  readonly transcripts: TranscriptRows
  readonly runs: RunRows
  readonly responses: ResponseRows
  readonly usage: UsageRows
  readonly mail: MailRows
}

/** Something that waits to be written. */
export interface PendingCommit {
  /** About how many pages it will write. */
  readonly pages: number
  /** Must run within a transaction; throws the port's refusals and whatever the engine throws. */
  apply(rows: Rows): void
}

type Step = (rows: Rows) => void

/** One step touches about this many pages of the file: a table's and an index's. */
const PAGES_PER_STEP = 2
const PAGE_BYTES = 4096

/** A commit that waits for its turn. It holds text instead of the caller's objects, which may change meanwhile. */
export class PreparedCommit implements PendingCommit {
  readonly #steps: Step[] = []
  #textLength = 0

  constructor(changes: readonly StoreChange[]) {
    for (const change of changes) this.#prepare(change)
  }

  get pages(): number {
    return this.#steps.length * PAGES_PER_STEP + Math.ceil(this.#textLength / PAGE_BYTES)
  }

  apply(rows: Rows): void {
    for (const step of this.#steps) step(rows)
  }

  #prepare(change: StoreChange): void {
    switch (change.kind) {
      case 'session.put': {
        const text = this.#text(change.entry)
        this.#steps.push(({ sessions }) => {
          const entry = JSON.parse(text) as SessionEntry
          sessions.put(entry, text, sessions.get(entry.key))
        })
        return
      }
      case 'session.update':
        this.#steps.push(updateOf(change.key, this.#text(change.changes), this.#text(change.otherwise)))
        return
      case 'session.delete': {
        const { key } = change
        this.#steps.push(({ sessions }) => sessions.delete(key))
        return
      }
      case 'transcript.append': {
        const { sessionId } = change
        for (const entry of change.entries) {
          const text = this.#text(entry)
          this.#steps.push(({ transcripts }) => transcripts.append(sessionId, text))
        }
        return
      }
      case 'transcript.archive': {
        const { sessionId, sessionKey, archiveId: id, reason, at, keepLast } = change
        this.#steps.push(({ transcripts }) => transcripts.archive({ id, sessionId, reason, at }, keepLast, sessionKey))
        return
      }
      case 'transcript.summarise': {
        const { sessionId, sessionKey, archiveId: id, at, through } = change
        const summary = this.#text(change.summary)
        const about = { id, sessionId, reason: 'compacted', at } as const
        this.#steps.push(({ transcripts }) => transcripts.summarise(about, through, summary, sessionKey))
        return
      }
      case 'transcript.forget': {
        const { sessionId } = change
        this.#steps.push(({ transcripts }) => transcripts.forget(sessionId))
        return
      }
      case 'run.accept': {
        const { request, ...run } = change.run
        const state = this.#text(run)
        const requested = this.#text(request)
        this.#steps.push(({ runs }) => runs.accept(JSON.parse(state) as typeof run, requested))
        return
      }
      case 'run.requeue': {
        const { runId } = change
        this.#steps.push(({ runs }) => runs.requeue(runId))
        return
      }
      case 'run.merge': {
        const { runIds, into, request } = change
        const ids = [...runIds]
        const requested = request === undefined ? null : this.#text(request)
        this.#steps.push(({ runs }) => runs.merge(ids, into, requested))
        return
      }
      case 'run.withdraw': {
        const { runId, endedAt, error } = change
        this.#steps.push(({ runs }) => runs.withdraw(runId, { endedAt, error }))
        return
      }
      case 'run.said': {
        const { runId } = change
        this.#steps.push(({ runs }) => runs.said(runId))
        return
      }
      case 'run.start': {
        const { runId, startedAt } = change
        this.#steps.push(({ runs }) => runs.start(runId, startedAt))
        return
      }
      case 'run.finish': {
        const { kind: _kind, runId, ...end } = change
        const text = this.#text(end)
        this.#steps.push(({ runs }) => runs.finish(runId, JSON.parse(text) as typeof end))
        return
      }
      case 'run.forget': {
        const { before } = change
        this.#steps.push(({ runs }) => runs.forget(before))
        return
      }
      case 'usage.add': {
        const values = usageValues(change.record)
        this.#steps.push(({ usage }) => usage.add(values))
        return
      }
      case 'usage.forget': {
        const { before, limit } = change
        this.#steps.push(({ usage }) => usage.forget(before, limit))
        return
      }
      case 'inbox.add': {
        const { id, at } = change.entry
        const entry = this.#text(change.entry)
        this.#steps.push(({ mail }) => mail.takeIn(id, at, entry))
        return
      }
      case 'inbox.done': {
        for (const id of change.ids) this.#steps.push(({ mail }) => mail.done(id))
        return
      }
      case 'inbox.forget': {
        const { before } = change
        this.#steps.push(({ mail }) => mail.forgetDone(before))
        return
      }
      case 'outbox.add': {
        const { id } = change.entry
        const entry = this.#text(change.entry)
        this.#steps.push(({ mail }) => mail.toSend(id, entry))
        return
      }
      case 'outbox.progress': {
        const { id, sentTo } = change
        this.#steps.push(({ mail }) => mail.progress(id, sentTo))
        return
      }
      case 'outbox.done': {
        const { id } = change
        this.#steps.push(({ mail }) => mail.sent(id))
        return
      }
      case 'outbox.failed': {
        const { id, at, code, reason } = change
        const failure = this.#text({ failedAt: at, code, reason })
        this.#steps.push(({ mail }) => mail.giveUp(id, at, failure))
        return
      }
      case 'outbox.move': {
        const { channel, accountId, from, to } = change
        this.#steps.push(({ mail }) => mail.move({ channel, accountId }, from, to))
        return
      }
      case 'outbox.forget': {
        const { before } = change
        this.#steps.push(({ mail }) => mail.forgetDead(before))
        return
      }
    }
  }

  #text(value: unknown): string {
    const text = JSON.stringify(value)
    this.#textLength += text.length
    return text
  }
}

/** Reads the entry when its turn comes, so that updates of other fields that were called before are kept. */
function updateOf(key: string, changesJson: string, otherwiseJson: string): Step {
  return ({ sessions }) => {
    const before = sessions.get(key)
    const changes = JSON.parse(changesJson) as SessionChanges
    const entry =
      before === null
        ? { ...withChanges(JSON.parse(otherwiseJson) as SessionEntry, changes), key }
        : withChanges(before, changes)
    sessions.put(entry, JSON.stringify(entry), before)
  }
}
