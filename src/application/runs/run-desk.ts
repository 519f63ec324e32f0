import type { GatewayConfig } from '../../domain/config/config.js'
import { limits } from '../../domain/protocol/limits.js'
import { invalidRequest, unavailable } from '../../domain/protocol/refusal.js'
import { type Arrival, arrivalOf, countsAsMessage, isFull, quietUntil } from '../../domain/run/queue-decision.js'
import type { LaneCaps } from '../../domain/run/queue-lane.js'
import { type QueueRules, queueRulesOf } from '../../domain/run/queue-mode.js'
import { hasEnded, type RunRecord, type RunRequest } from '../../domain/run/run.js'
import type { Client } from '../connection/client.js'
import type { Clock } from '../ports/clock.js'
import type { SessionStore, StoreChange } from '../ports/session-store.js'
import { ActiveRun, type RunFinal } from './active-run.js'
import { Outcomes } from './outcomes.js'
import { type AnswerListener, type ChatStopReason, RunNarrator, type Stage } from './run-narrator.js'
import { type TurnParts, Turns } from './turns.js'

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

export interface RunDeskParts extends TurnParts {
  readonly stage: Stage
  /** How messages wait that meet a busy session. */
  readonly queue: () => GatewayConfig['messages']['queue']
}

/** Accepts runs, lets them take turns, and knows how each one stands. */
export class RunDesk {
  readonly #store: SessionStore
  readonly #stage: Stage
  readonly #clock: Clock
  readonly #queue: RunDeskParts['queue']
  readonly #turns: Turns
  readonly #active = new Map<string, ActiveRun>()
  /** Runs that have ended and whose question is still to be written. */
  readonly #unsaid = new Set<ActiveRun>()
  /** Orders whose acceptance is being made durable. */
  readonly #arriving = new Map<string, Promise<Acceptance>>()
  /** How many of them are messages, by session. */
  readonly #arrivingIn = new Map<string, number>()
  readonly #outcomes: Outcomes
  readonly #watchers: ((record: RunRecord, final: RunFinal) => void)[] = []
  #isClosed = false

  constructor(parts: RunDeskParts) {
    this.#store = parts.store
    this.#stage = parts.stage
    this.#clock = parts.clock
    this.#queue = parts.queue
    this.#turns = new Turns(parts, {
      ended: (run, final) => this.#ended(run, final),
      requeued: (run) => this.#active.delete(run.record.runId),
    })
    this.#outcomes = new Outcomes(parts.clock, limits.outcomeTtlMs, limits.dedupeEntries)
  }

  /**
   * Takes an order. When it resolves with `accepted`, the run survives a crash.
   * @param listener hears the answer of an order that is new, from its first word
   * @param besides stands in the commit that accepts an order that is new, or not at all: a message of a channel that
   * needs no more than this run
   */
  async accept(
    order: RunOrder,
    client: Client | null,
    listener?: AnswerListener,
    besides: readonly StoreChange[] = [],
  ): Promise<Acceptance> {
    const known = this.#active.get(order.runId)
    if (known !== undefined) return inFlight(known, order, client)
    const arriving = this.#arriving.get(order.runId)
    if (arriving !== undefined) return repeated(await arriving, order, client)
    if (this.#isClosed) throw unavailable('the gateway is stopping; try again in a moment', { retryable: true })
    const acceptance = this.#admit(order, client, besides, listener)
    this.#arriving.set(order.runId, acceptance)
    try {
      return await acceptance
    } finally {
      this.#arriving.delete(order.runId)
    }
  }

  /**
   * Puts a run back in line that an earlier process had accepted, or the question of one that it could not write.
   * @param members runs that became part of it
   */
  async resume(record: RunRecord, members: readonly RunRecord[]): Promise<void> {
    const run = new ActiveRun(record, this.#narratorFor(record))
    if (record.isUnsaid === true) {
      this.#keepUnsaid(run)
      this.#turns.enqueueWithdrawn(run)
      return
    }
    const rules = await this.#rulesFor(record)
    const others = members.map((member) => new ActiveRun(member, this.#narratorFor(member)))
    for (const other of others) this.#active.set(other.record.runId, other)
    run.lead(others)
    if (!run.isMadeUp && record.request.queueMode !== undefined) this.#makeRoom(run.line, rules)
    this.#enqueue(run)
  }

  /** Tells of every run that ends in this process, when its end is durable. Listeners must not throw. */
  whenEnded(listener: (record: RunRecord, final: RunFinal) => void): void {
    this.#watchers.push(listener)
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

  /**
   * Stops one run, or all runs of a session; returns the ids of those that were stopped by this call. Runs that are
   * answered together are stopped together.
   */
  abort(sessionKey: string, runId: string | undefined, reason: ChatStopReason): readonly string[] {
    const run = runId === undefined ? undefined : this.#active.get(runId)
    if (runId !== undefined && run === undefined) return []
    if (run !== undefined && run.record.sessionKey !== sessionKey) {
      throw invalidRequest('runId does not match sessionKey')
    }
    const runs = run === undefined ? this.runsOf(sessionKey) : [run]
    const leaders = new Set(runs.map(({ leader }) => leader))
    const stopped = new Set([...leaders].filter((leader) => this.#stop(leader, reason)))
    return runs.filter(({ leader }) => stopped.has(leader)).map(idOf)
  }

  /** Stops everything in a session and waits for it; false when something is still active after `timeoutMs`. */
  async stopSession(sessionKey: string, timeoutMs: number): Promise<boolean> {
    const unsaid = [...this.#unsaid].filter(({ record }) => record.sessionKey === sessionKey)
    const runs = this.runsOf(sessionKey)
    for (const run of runs) this.#stop(run.leader, 'rpc')
    return this.#allEnded([...runs, ...unsaid], timeoutMs)
  }

  /**
   * Takes nothing more, gives what runs `graceMs` to end, then stops it. What was accepted and never started stays
   * in the ledger for the next start.
   */
  async close(graceMs: number, stopMs: number, reason: 'shutdown' | 'restart'): Promise<void> {
    this.#isClosed = true
    this.#turns.pause()
    await Promise.allSettled(this.#arriving.values())
    const running = [...this.#active.values()].filter((run) => run.isUnderWay)
    if (await this.#allEnded(running, graceMs)) return
    // Whoever waits in a chat does not see the gateway go: their answer is written after the next start.
    for (const run of running) run.stop(run.request.reply === undefined ? reason : 'restart')
    await this.#allEnded(running, stopMs)
  }

  /** Changes how many runs may be under way at once; none is stopped for it. */
  limit(caps: LaneCaps): void {
    this.#turns.limit(caps)
  }

  /** How many runs are under way and how many wait. */
  get load(): { readonly running: number; readonly waiting: number } {
    const waiting = [...this.#active.values()].filter(({ leader }) => !leader.isUnderWay)
    return { running: this.#turns.running, waiting: waiting.length }
  }

  async #admit(
    order: RunOrder,
    client: Client | null,
    besides: readonly StoreChange[],
    listener?: AnswerListener,
  ): Promise<Acceptance> {
    const [earlier, rules] = await Promise.all([this.#endOf(order), this.#rulesFor(order)])
    if (earlier !== null) return { kind: 'ended', final: earlier }
    const request = order.method === 'chat.send' ? { queueMode: rules.mode, ...order.request } : order.request
    const record: RunRecord = { ...order, request, state: 'accepted', acceptedAt: this.#clock.now() }
    const run = new ActiveRun(record, this.#narratorFor(record))
    await this.#record(run, rules, besides)
    if (listener !== undefined) run.narrator.addListener(listener)
    if (client !== null) this.#showTools(run, client)
    const arrival = this.#arrive(run, rules)
    return { kind: 'accepted', run, isQueued: arrival !== 'start' }
  }

  /** Makes the acceptance durable, where there is room for it. */
  async #record(run: ActiveRun, rules: QueueRules, besides: readonly StoreChange[]): Promise<void> {
    const { line, record } = run
    const arriving = this.#arrivingIn.get(line) ?? 0
    const isMessage = record.request.queueMode !== undefined
    if (isMessage) this.#requireRoom(line, rules, arriving)
    if (isMessage) this.#arrivingIn.set(line, arriving + 1)
    try {
      await this.#store.commit([{ kind: 'run.accept', run: record }, ...besides])
    } finally {
      const left = (this.#arrivingIn.get(line) ?? 1) - 1
      if (isMessage && left > 0) this.#arrivingIn.set(line, left)
      else if (isMessage) this.#arrivingIn.delete(line)
    }
  }

  #requireRoom(line: string, { drop, cap }: QueueRules, arriving: number): void {
    const startsAtOnce = this.#turns.isBusy(line) ? 0 : 1
    if (drop !== 'new' || this.#turns.waiting(line).filter(countsAsMessage).length + arriving < cap + startsAtOnce)
      return
    throw unavailable(`${cap} messages wait in this session already; try again when they are answered`, {
      retryable: true,
    })
  }

  /** Takes the newly accepted into its line, with what this means for those it meets. */
  #arrive(run: ActiveRun, rules: QueueRules): Arrival {
    const { line, request } = run
    const waiting = this.#turns.waiting(line)
    const underWay = this.#turns.underWay(line)
    const situation = { underWay: underWay?.request ?? null, isBusy: this.#turns.isBusy(line), waiting }
    const arrival = arrivalOf(request, situation)
    if (request.queueMode !== undefined) {
      run.quietUntil = quietUntil(arrival, { ...rules, mode: request.queueMode }, waiting, this.#clock.now())
      if (arrival !== 'start') this.#makeRoom(line, rules)
    }
    this.#enqueue(run)
    if (arrival === 'interrupt') underWay?.stop('rpc')
    return arrival
  }

  /** The line is full: the oldest message leaves it, or becomes a line in front of the next turn. */
  #makeRoom(line: string, rules: QueueRules): void {
    const waiting = this.#turns.waiting(line)
    const oldest = waiting.find(countsAsMessage)
    if (oldest === undefined || !isFull(rules, waiting)) return
    if (rules.drop === 'summarize') oldest.isSurplus = true
    else if (rules.drop === 'old') {
      this.#turns.drop(oldest, `dropped: more than ${rules.cap} messages were waiting in this session`)
    }
  }

  async #rulesFor({ sessionKey, request }: Pick<RunOrder, 'sessionKey' | 'request'>): Promise<QueueRules> {
    const session = sessionKey === null ? null : await this.#store.session(sessionKey)
    return queueRulesOf(this.#queue(), session, request.provenance?.sourceChannel)
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
    this.#turns.enqueue(run)
  }

  #stop(run: ActiveRun, reason: ChatStopReason): boolean {
    if (!run.stop(reason)) return false
    if (this.#turns.withdraw(run) && run.isWithdrawn) this.#keepUnsaid(run)
    return true
  }

  #keepUnsaid(run: ActiveRun): void {
    this.#unsaid.add(run)
    void run.left.then(() => this.#unsaid.delete(run))
  }

  #ended(run: ActiveRun, final: RunFinal): void {
    this.#active.delete(run.record.runId)
    this.#outcomes.put(final)
    run.end(final)
    for (const tell of this.#watchers) tell(run.record, final)
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
