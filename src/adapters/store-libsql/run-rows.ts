import { StoreFailure } from '../../application/ports/session-store.js'
import type { RunRecord, RunRequest } from '../../domain/run/run.js'
import {
  finished,
  finishedWith,
  isUnfinished,
  mergedWith,
  type RunEnding,
  type RunStanding,
  requeued,
  said,
  started,
  withdrawn,
  withMerged,
} from '../../domain/run/run-steps.js'
import type { Connection, Prepared } from './connection.js'
import { isDuplicate } from './native-failure.js'
import { RecentTexts } from './recent-texts.js'

/** The ledger of runs. */
export class RunRows {
  readonly #insert: Prepared
  readonly #insertRequest: Prepared
  readonly #rewriteRequest: Prepared
  readonly #state: Prepared
  readonly #write: Prepared
  readonly #whole: Prepared
  readonly #unfinished: Prepared
  readonly #forgetRequests: Prepared
  readonly #forget: Prepared
  /** States of runs that are not finished. */
  readonly #recent = new RecentTexts()

  constructor(connection: Connection) {
    this.#insert = connection.prepare('INSERT INTO runs (run_id, ended_at, record) VALUES (?1, ?2, ?3)')
    this.#insertRequest = connection.prepare(
      'INSERT INTO run_requests (position, request) SELECT position, ?2 FROM runs WHERE run_id = ?1',
    )
    this.#rewriteRequest = connection.prepare(
      'UPDATE run_requests SET request = ?2 WHERE position = (SELECT position FROM runs WHERE run_id = ?1)',
    )
    this.#state = connection.prepare('SELECT record FROM runs WHERE run_id = ?1')
    this.#write = connection.prepare('UPDATE runs SET ended_at = ?2, record = ?3 WHERE run_id = ?1')
    this.#whole = connection.prepare(
      'SELECT record, request FROM runs JOIN run_requests USING (position) WHERE run_id = ?1',
    )
    this.#unfinished = connection.prepare(
      'SELECT record, request FROM runs JOIN run_requests USING (position) WHERE ended_at IS NULL ORDER BY position',
    )
    this.#forgetRequests = connection.prepare(
      'DELETE FROM run_requests WHERE position IN (SELECT position FROM runs WHERE ended_at < ?1)',
    )
    this.#forget = connection.prepare('DELETE FROM runs WHERE ended_at < ?1')
  }

  /** Throws `run-exists`. */
  accept(run: RunStanding, requestJson: string): void {
    const endedAt = isUnfinished(run) ? null : (run.endedAt ?? run.acceptedAt)
    const state = JSON.stringify(run)
    try {
      this.#insert.run(run.runId, endedAt, state)
    } catch (thrown) {
      if (isDuplicate(thrown)) throw new StoreFailure('run-exists', `run "${run.runId}" was accepted before`, thrown)
      throw thrown
    }
    this.#insertRequest.run(run.runId, requestJson)
    if (endedAt === null) this.#recent.put(run.runId, state)
  }

  start(runId: string, startedAt: number): void {
    this.#step(runId, (run) => started(run, startedAt))
  }

  requeue(runId: string): void {
    this.#step(runId, requeued)
  }

  /** `requestJson` is what `into` is asked from now on; null = what it was. */
  merge(runIds: readonly string[], into: string, requestJson: string | null): void {
    const leader = this.#stateOf(into)
    if (leader === null || withMerged(leader, []) === null) return
    const merged = runIds.filter((runId) => this.#step(runId, (run) => mergedWith(run, into)))
    this.#step(into, (run) => withMerged(run, merged))
    if (requestJson !== null) this.#rewriteRequest.run(into, requestJson)
  }

  withdraw(runId: string, end: { readonly endedAt: number; readonly error: string }): void {
    if (this.#step(runId, (run) => withdrawn(run, end))) this.#finishMembers(runId, { ...end, state: 'aborted' })
  }

  said(runId: string): void {
    this.#step(runId, said)
  }

  finish(runId: string, end: RunEnding): void {
    if (this.#step(runId, (run) => finished(run, end))) this.#finishMembers(runId, end)
  }

  forget(before: number): void {
    this.#forgetRequests.run(before)
    this.#forget.run(before)
  }

  /** To be told when a transaction was undone. */
  undone(): void {
    this.#recent.clear()
  }

  get(runId: string): RunRecord | null {
    const row = this.#whole.first(runId)
    return row === undefined ? null : wholeRun(row)
  }

  unfinished(): RunRecord[] {
    return this.#unfinished.all().map(wholeRun)
  }

  #finishMembers(leader: string, end: RunEnding): void {
    for (const runId of this.#stateOf(leader)?.merged ?? []) this.#step(runId, (run) => finishedWith(run, leader, end))
  }

  /** Returns whether there was anything to change. */
  #step(runId: string, change: (run: RunStanding) => RunStanding | null): boolean {
    const before = this.#stateOf(runId)
    const after = before === null ? null : change(before)
    if (after === null) return false
    const text = JSON.stringify(after)
    if (isUnfinished(after)) {
      this.#write.run(runId, null, text)
      this.#recent.put(runId, text)
    } else {
      this.#recent.delete(runId)
      this.#write.run(runId, after.endedAt ?? after.acceptedAt, text)
    }
    return true
  }

  #stateOf(runId: string): RunStanding | null {
    const text = this.#recent.get(runId) ?? (this.#state.first(runId)?.[0] as string | undefined)
    return text === undefined ? null : (JSON.parse(text) as RunStanding)
  }
}

function wholeRun(row: readonly unknown[]): RunRecord {
  const state = JSON.parse(row[0] as string) as RunStanding
  return { ...state, request: JSON.parse(row[1] as string) as RunRequest }
}
