import { StoreFailure } from '../../application/ports/session-store.js'
import { hasEnded, type RunRecord, type RunRequest } from '../../domain/run/run.js'
import type { Connection, Prepared } from './connection.js'
import { isDuplicate } from './native-failure.js'
import { RecentTexts } from './recent-texts.js'

type RunState = Omit<RunRecord, 'request'>

/** The ledger of runs. */
export class RunRows {
  readonly #insert: Prepared
  readonly #insertRequest: Prepared
  readonly #state: Prepared
  readonly #write: Prepared
  readonly #whole: Prepared
  readonly #unfinished: Prepared
  readonly #forgetRequests: Prepared
  readonly #forget: Prepared
  /** States of runs that have not ended. */
  readonly #recent = new RecentTexts()

  constructor(connection: Connection) {
    this.#insert = connection.prepare('INSERT INTO runs (run_id, ended_at, record) VALUES (?1, ?2, ?3)')
    this.#insertRequest = connection.prepare(
      'INSERT INTO run_requests (position, request) SELECT position, ?2 FROM runs WHERE run_id = ?1',
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
  accept(run: RunState, requestJson: string): void {
    const endedAt = hasEnded(run.state) ? (run.endedAt ?? run.acceptedAt) : null
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
    const run = this.#stateOf(runId)
    if (run?.state !== 'accepted') return
    const state = JSON.stringify({ ...run, state: 'running', startedAt } satisfies RunState)
    this.#write.run(runId, null, state)
    this.#recent.put(runId, state)
  }

  requeue(runId: string): void {
    const run = this.#stateOf(runId)
    if (run?.state !== 'running') return
    const { startedAt: _startedAt, ...rest } = run
    const state = JSON.stringify({ ...rest, state: 'accepted' } satisfies RunState)
    this.#write.run(runId, null, state)
    this.#recent.put(runId, state)
  }

  /** `end` is what a finished run has beyond a running one. */
  finish(runId: string, end: Pick<RunRecord, 'state' | 'error' | 'outcome'> & { readonly endedAt: number }): void {
    const run = this.#stateOf(runId)
    if (run === null || hasEnded(run.state)) return
    this.#recent.delete(runId)
    this.#write.run(runId, end.endedAt, JSON.stringify({ ...run, ...end } satisfies RunState))
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

  #stateOf(runId: string): RunState | null {
    const text = this.#recent.get(runId) ?? (this.#state.first(runId)?.[0] as string | undefined)
    return text === undefined ? null : (JSON.parse(text) as RunState)
  }
}

function wholeRun(row: readonly unknown[]): RunRecord {
  const state = JSON.parse(row[0] as string) as RunState
  return { ...state, request: JSON.parse(row[1] as string) as RunRequest }
}
