import { StoreFailure } from '../../application/ports/session-store.js'
import { hasEnded, type RunRecord, type RunRequest } from '../../domain/run/run.js'
import type { Connection, Prepared } from './connection.js'
import { isDuplicate } from './native-failure.js'

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
    try {
      this.#insert.run(run.runId, endedAt, JSON.stringify(run))
    } catch (thrown) {
      if (isDuplicate(thrown)) throw new StoreFailure('run-exists', `run "${run.runId}" was accepted before`, thrown)
      throw thrown
    }
    this.#insertRequest.run(run.runId, requestJson)
  }

  start(runId: string, startedAt: number): void {
    const run = this.#stateOf(runId)
    if (run?.state !== 'accepted') return
    this.#write.run(runId, null, JSON.stringify({ ...run, state: 'running', startedAt } satisfies RunState))
  }

  /** `end` is what a finished run has beyond a running one. */
  finish(runId: string, end: Pick<RunRecord, 'state' | 'error' | 'outcome'> & { readonly endedAt: number }): void {
    const run = this.#stateOf(runId)
    if (run === null || hasEnded(run.state)) return
    this.#write.run(runId, end.endedAt, JSON.stringify({ ...run, ...end } satisfies RunState))
  }

  forget(before: number): void {
    this.#forgetRequests.run(before)
    this.#forget.run(before)
  }

  get(runId: string): RunRecord | null {
    const row = this.#whole.first(runId)
    return row === undefined ? null : wholeRun(row)
  }

  unfinished(): RunRecord[] {
    return this.#unfinished.all().map(wholeRun)
  }

  #stateOf(runId: string): RunState | null {
    const row = this.#state.first(runId)
    return row === undefined ? null : (JSON.parse(row[0] as string) as RunState)
  }
}

function wholeRun(row: readonly unknown[]): RunRecord {
  const state = JSON.parse(row[0] as string) as RunState
  return { ...state, request: JSON.parse(row[1] as string) as RunRequest }
}
