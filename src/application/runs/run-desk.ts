import { limits } from '../../domain/protocol/limits.js'
import { invalidRequest, unavailable } from '../../domain/protocol/refusal.js'
import { hasEnded, type RunRecord, type RunRequest } from '../../domain/run/run.js'
import type { Client } from '../connection/client.js'
import type { Clock } from '../ports/clock.js'
import type { SessionStore } from '../ports/session-store.js'
import { ActiveRun, type RunFinal } from './active-run.js'
import type { ExecuteRun } from './execute-run.js'
import { Outcomes } from './outcomes.js'
import { type ChatStopReason, RunNarrator, type Stage } from './run-narrator.js'
import { RunQueue } from './run-queue.js'

/** What somebody asks to be run. */
export interface RunOrder {
  /** The caller's idempotency key. */
  readonly runId: string
  readonly method: RunRecord['method']
  readonly sessionKey: string | null
  readonly agentId: string
  readonly request: RunRequest
}

/** What became of an order. A repeated idempotency key never runs twice. */
export type Acceptance =
  | { readonly kind: 'accepted'; readonly run: ActiveRun; readonly isQueued: boolean }
  | { readonly kind: 'in-flight'; readonly run: ActiveRun }
  | { readonly kind: 'ended'; readonly final: RunFinal }

/** Accepts runs, lets them take turns, and knows how each one stands. */
export class RunDesk {
  readonly #store: SessionStore
  readonly #execution: ExecuteRun
  readonly #stage: Stage
  readonly #clock: Clock
  readonly #queue: RunQueue<ActiveRun>
  readonly #active = new Map<string, ActiveRun>()
  /** Orders whose acceptance is being made durable. */
  readonly #arriving = new Map<string, Promise<Acceptance>>()
  readonly #outcomes: Outcomes
  #isClosed = false

  constructor(store: SessionStore, execution: ExecuteRun, stage: Stage, maxConcurrent: number) {
    this.#store = store
    this.#execution = execution
    this.#stage = stage
    this.#clock = stage.clock
    this.#queue = new RunQueue(maxConcurrent, (run) => this.#take(run))
    this.#outcomes = new Outcomes(stage.clock, limits.outcomeTtlMs, limits.dedupeEntries)
  }

  /** Takes an order. When it resolves with `accepted`, the run survives a crash. */
  async accept(order: RunOrder, client: Client | null): Promise<Acceptance> {
    const known = this.#active.get(order.runId)
    if (known !== undefined) return inFlight(known, order, client)
    const arriving = this.#arriving.get(order.runId)
    if (arriving !== undefined) return repeated(await arriving, order, client)
    if (this.#isClosed) throw unavailable('the gateway is stopping; try again in a moment', { retryable: true })
    const acceptance = this.#admit(order, client)
    this.#arriving.set(order.runId, acceptance)
    try {
      return await acceptance
    } finally {
      this.#arriving.delete(order.runId)
    }
  }

  /** Puts a run back in line that an earlier process had accepted. */
  resume(record: RunRecord): void {
    this.#enqueue(new ActiveRun(record, this.#narratorFor(record)))
  }

  /** Remembers the end of a run that an earlier process had started. */
  remember(final: RunFinal): void {
    this.#outcomes.put(final)
  }

  /** The end of a run, or null when it has not come within `timeoutMs` milliseconds. Unknown runs are waited for. */
  async wait(runId: string, timeoutMs: number): Promise<RunFinal | null> {
    const known = this.#outcomes.get(runId)
    if (known !== null) return known
    const record = this.#active.has(runId) ? null : await this.#store.run(runId)
    const ended = record === null ? null : finalOf(record)
    return ended ?? this.#outcomes.wait(runId, timeoutMs)
  }

  /** Runs of a session that have not ended. */
  runsOf(sessionKey: string): readonly ActiveRun[] {
    return [...this.#active.values()].filter((run) => run.record.sessionKey === sessionKey)
  }

  /** Stops one run, or all runs of a session; returns the ids of those that were stopped by this call. */
  abort(sessionKey: string, runId: string | undefined, reason: ChatStopReason): readonly string[] {
    if (runId === undefined)
      return this.runsOf(sessionKey)
        .filter((run) => this.#stop(run, reason))
        .map(idOf)
    const run = this.#active.get(runId)
    if (run === undefined) return []
    if (run.record.sessionKey !== sessionKey) throw invalidRequest('runId does not match sessionKey')
    return this.#stop(run, reason) ? [runId] : []
  }

  /** Stops everything in a session and waits for it; false when something is still active after `timeoutMs`. */
  async stopSession(sessionKey: string, timeoutMs: number): Promise<boolean> {
    const runs = this.runsOf(sessionKey)
    for (const run of runs) this.#stop(run, 'rpc')
    return this.#allEnded(runs, timeoutMs)
  }

  /**
   * Takes nothing more, gives what runs `graceMs` to end, then stops it. What was accepted and never started stays
   * in the ledger for the next start.
   */
  async close(graceMs: number, stopMs: number, reason: 'shutdown' | 'restart'): Promise<void> {
    this.#isClosed = true
    this.#queue.pause()
    await Promise.allSettled(this.#arriving.values())
    const running = [...this.#active.values()].filter((run) => run.isUnderWay)
    if (await this.#allEnded(running, graceMs)) return
    for (const run of running) run.stop(reason)
    await this.#allEnded(running, stopMs)
  }

  /** Changes how many runs may be under way at once; none is stopped for it. */
  limit(maxConcurrent: number): void {
    this.#queue.limit(maxConcurrent)
  }

  /** How many runs are under way and how many wait. */
  get load(): { readonly running: number; readonly waiting: number } {
    return { running: this.#queue.running, waiting: this.#active.size - this.#queue.running }
  }

  async #admit(order: RunOrder, client: Client | null): Promise<Acceptance> {
    const earlier = await this.#endOf(order)
    if (earlier !== null) return { kind: 'ended', final: earlier }
    const record: RunRecord = { ...order, state: 'accepted', acceptedAt: this.#clock.now() }
    await this.#store.commit([{ kind: 'run.accept', run: record }])
    const run = new ActiveRun(record, this.#narratorFor(record))
    if (client !== null) this.#showTools(run, client)
    const isQueued = this.#queue.isBusy(run.lane)
    this.#enqueue(run)
    return { kind: 'accepted', run, isQueued }
  }

  /** How an order with this key ended before; null when it is new. */
  async #endOf({ runId, method }: RunOrder): Promise<RunFinal | null> {
    const record = await this.#store.run(runId)
    if (record === null) return null
    if (record.method !== method) throw foreignKey(record)
    return this.#outcomes.get(runId) ?? finalOf(record)
  }

  /** Whoever starts a run sees its tools at work, and those of the runs of that session that are still going on. */
  #showTools(run: ActiveRun, client: Client): void {
    if (!client.identity.caps.has('tool-events')) return
    run.narrator.addToolListener(client)
    const { sessionKey } = run.record
    if (sessionKey !== null) for (const other of this.runsOf(sessionKey)) other.narrator.addToolListener(client)
  }

  #narratorFor(record: RunRecord): RunNarrator {
    return new RunNarrator(record.runId, record.sessionKey, this.#stage)
  }

  #enqueue(run: ActiveRun): void {
    this.#active.set(run.record.runId, run)
    this.#queue.enqueue(run.lane, run)
  }

  async #take(run: ActiveRun): Promise<void> {
    run.isUnderWay = true
    const final = await this.#execution.execute(run)
    if (final !== 'requeued') {
      this.#settle(run, final)
      return
    }
    this.#active.delete(run.record.runId)
    run.release()
  }

  #stop(run: ActiveRun, reason: ChatStopReason): boolean {
    if (!run.stop(reason)) return false
    if (this.#queue.withdraw(run.lane, run)) {
      void this.#execution.abandon(run).then((final) => this.#settle(run, final))
    }
    return true
  }

  #settle(run: ActiveRun, final: RunFinal): void {
    this.#active.delete(run.record.runId)
    this.#outcomes.put(final)
    run.settle(final)
  }

  async #allEnded(runs: readonly ActiveRun[], timeoutMs: number): Promise<boolean> {
    if (runs.length === 0) return true
    return new Promise((resolve) => {
      const timer = this.#clock.after(timeoutMs, () => resolve(false))
      void Promise.all(runs.map((run) => run.left)).then(() => {
        timer.cancel()
        resolve(true)
      })
    })
  }
}

function idOf(run: ActiveRun): string {
  return run.record.runId
}

function foreignKey(record: RunRecord): Error {
  return invalidRequest(`idempotencyKey was used before by ${record.method}; use a new one`)
}

function inFlight(run: ActiveRun, order: RunOrder, client: Client | null): Acceptance {
  if (run.record.method !== order.method) throw foreignKey(run.record)
  if (client !== null) run.narrator.addToolListener(client)
  return { kind: 'in-flight', run }
}

function repeated(acceptance: Acceptance, order: RunOrder, client: Client | null): Acceptance {
  return acceptance.kind === 'accepted' ? inFlight(acceptance.run, order, client) : acceptance
}

/** The end of a run as the ledger tells it; null while it has none. */
function finalOf(record: RunRecord): RunFinal | null {
  if (!hasEnded(record.state)) return null
  return {
    runId: record.runId,
    state: record.state,
    endedAt: record.endedAt ?? record.acceptedAt,
    ...(record.startedAt === undefined ? {} : { startedAt: record.startedAt }),
    ...(record.error === undefined ? {} : { error: record.error }),
    ...(record.outcome === undefined ? {} : { outcome: record.outcome }),
  }
}
