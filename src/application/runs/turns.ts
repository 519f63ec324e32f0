import { messageOf } from '../../domain/failure.js'
import { delayOf, isHeard, turnLength } from '../../domain/run/queue-decision.js'
import { type LaneCaps, laneOf } from '../../domain/run/queue-lane.js'
import { mergedRequest } from '../../domain/run/queue-merge.js'
import { sharedOutcome } from '../../domain/run/run-steps.js'
import type { Clock } from '../ports/clock.js'
import type { Ids } from '../ports/ids.js'
import type { Log } from '../ports/log.js'
import type { SessionStore } from '../ports/session-store.js'
import { newSession } from '../sessions/new-session.js'
import type { ActiveRun, RunFinal } from './active-run.js'
import type { ExecuteRun } from './execute-run.js'
import type { Steering } from './run-hooks.js'
import { questionId, questionOf } from './run-messages.js'
import { RunQueue } from './run-queue.js'

export interface TurnParts {
  readonly store: SessionStore
  readonly execution: Pick<ExecuteRun, 'execute'>
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
  readonly lanes: LaneCaps
}

/** To be told of what becomes of runs. */
export interface TurnEvents {
  /** The end is durable, or cannot be made so. */
  ended(run: ActiveRun, final: RunFinal): void
  /** It was put back in line for another instance. */
  requeued(run: ActiveRun): void
}

/**
 * Lets runs take turns. What a turn is made of is written before the turn begins, and the question of a run that was
 * withdrawn where its turn would have been, so that a transcript has everything once and in the order of acceptance.
 */
export class Turns {
  readonly #parts: TurnParts
  readonly #events: TurnEvents
  readonly #queue: RunQueue<ActiveRun>
  /** By line. */
  readonly #underWay = new Map<string, ActiveRun>()

  constructor(parts: TurnParts, events: TurnEvents) {
    this.#parts = parts
    this.#events = events
    this.#queue = new RunQueue<ActiveRun>({
      caps: parts.lanes,
      clock: parts.clock,
      laneOf: (run) => (run.isWithdrawn ? null : laneOf(run.record)),
      turnOf: turnLength,
      delayOf: (waiting) => delayOf(waiting, parts.clock.now()),
      start: (turn) => this.#take(turn),
    })
  }

  enqueue(run: ActiveRun): void {
    this.#queue.enqueue(run.line, run)
  }

  isBusy(line: string): boolean {
    return this.#queue.isBusy(line)
  }

  waiting(line: string): readonly ActiveRun[] {
    return this.#queue.waiting(line)
  }

  /** The run of a line that can still be stopped and told something; null = none. */
  underWay(line: string): ActiveRun | null {
    const run = this.#underWay.get(line)
    return run?.isOpen === true ? run : null
  }

  get running(): number {
    return this.#queue.running
  }

  limit(caps: LaneCaps): void {
    this.#queue.limit(caps)
  }

  pause(): void {
    this.#queue.pause()
  }

  /** Ends a waiting run that was stopped; its question is written in its place. False when it does not wait. */
  withdraw(run: ActiveRun): boolean {
    if (!this.#queue.waiting(run.line).includes(run)) return false
    const hasQuestion = run.record.sessionKey !== null && run.record.method !== 'http' && !run.hasBegun
    run.quietUntil = 0
    if (hasQuestion) run.isWithdrawn = true
    else this.#queue.withdraw(run.line, run)
    void this.#end(run, hasQuestion)
    return true
  }

  /** Puts a withdrawn run that an earlier process left back in its place. */
  enqueueWithdrawn(run: ActiveRun): void {
    run.isWithdrawn = true
    this.#queue.enqueue(run.line, run)
  }

  /** Ends a waiting run without a trace in the transcript. */
  drop(run: ActiveRun, error: string): void {
    if (!this.#queue.withdraw(run.line, run)) return
    const endedAt = this.#parts.clock.now()
    const final: RunFinal = { runId: run.record.runId, state: 'error', endedAt, error }
    const { store, log } = this.#parts
    void store
      .commit([{ kind: 'run.finish', ...final }])
      .catch((thrown) => log.error('run could not be stored', { runId: final.runId, err: thrown }))
      .then(() => {
        run.narrator.failed(undefined, endedAt, error)
        this.#finish(run, final)
      })
  }

  async #end(run: ActiveRun, hasQuestion: boolean): Promise<void> {
    const { runId } = run.record
    const { store, clock } = this.#parts
    const endedAt = clock.now()
    const error = 'aborted'
    let final: RunFinal = { runId, state: 'aborted', endedAt, error }
    try {
      await store.commit([
        hasQuestion
          ? { kind: 'run.withdraw', runId, endedAt, error }
          : { kind: 'run.finish', runId, state: 'aborted', endedAt, error },
      ])
      run.narrator.aborted(undefined, endedAt, run.stopReason ?? 'rpc')
    } catch (thrown) {
      final = this.#unstored(run, thrown)
    }
    this.#events.ended(run, final)
    for (const member of run.members) this.#finishMember(member, final)
    if (hasQuestion) this.#queue.look(run.line)
    else run.leave()
  }

  async #take(turn: readonly ActiveRun[]): Promise<void> {
    const run = turn.find(({ isSurplus }) => !isSurplus) ?? turn[0]
    if (run === undefined) return
    if (run.isWithdrawn) await this.#say(run)
    else await this.#answer(run, turn)
  }

  /** Writes the question of a run that was withdrawn. */
  async #say(run: ActiveRun): Promise<void> {
    const { store, clock, ids, log } = this.#parts
    const { runId, sessionKey, agentId } = run.record
    const now = clock.now()
    try {
      if (sessionKey !== null) {
        const session =
          (await store.session(sessionKey)) ?? newSession(sessionKey, { agentId, sessionId: ids.uuid(), now })
        await store.commit([
          { kind: 'session.update', key: sessionKey, changes: { updatedAt: now }, otherwise: session },
          {
            kind: 'transcript.append',
            sessionId: session.sessionId,
            entries: [{ id: questionId(run), message: questionOf(run, now) }],
          },
          { kind: 'run.said', runId },
        ])
      }
    } catch (thrown) {
      log.error('question could not be stored; the next start tries again', { runId, err: thrown })
    }
    run.leave()
  }

  async #answer(run: ActiveRun, turn: readonly ActiveRun[]): Promise<void> {
    run.isUnderWay = true
    this.#underWay.set(run.line, run)
    run.listenTo(() => this.#steer(run))
    const final = await this.#merged(run, turn)
    this.#underWay.delete(run.line)
    if (final === 'requeued') {
      for (const one of [run, ...run.members]) {
        this.#events.requeued(one)
        one.release()
      }
      return
    }
    this.#finish(run, final)
  }

  /** A turn of many is one question: who asked what is in the ledger before anything else happens. */
  async #merged(run: ActiveRun, turn: readonly ActiveRun[]): Promise<RunFinal | 'requeued'> {
    const others = turn.filter((other) => other !== run)
    if (others.length > 0 || run.isSurplus) {
      const request = mergedRequest(turn)
      run.lead(others, request)
      try {
        await this.#parts.store.commit([
          { kind: 'run.merge', runIds: others.map(({ record }) => record.runId), into: run.record.runId, request },
        ])
      } catch (thrown) {
        return this.#unstored(run, thrown)
      }
    }
    return this.#parts.execution.execute(run)
  }

  #steer(run: ActiveRun): Steering | null {
    const heard = this.#queue.draw(run.line, (waiting) => isHeard(run.request, waiting))
    if (heard.length === 0) return null
    run.lead(heard)
    const now = this.#parts.clock.now()
    return {
      entries: heard.map((one) => ({ id: questionId(one), message: questionOf(one, now) })),
      changes: [{ kind: 'run.merge', runIds: heard.map(({ record }) => record.runId), into: run.record.runId }],
    }
  }

  #finishMember(member: ActiveRun, { retry: _retry, ...final }: RunFinal): void {
    const { runId: into, startedAt, endedAt, state, outcome } = final
    const { narrator, record } = member
    if (state === 'ok') narrator.merged(startedAt, endedAt, into)
    else if (state === 'aborted') narrator.aborted(startedAt, endedAt, member.leader.stopReason ?? 'rpc')
    else narrator.failed(startedAt, endedAt, final.error ?? 'the run failed')
    this.#finish(member, {
      ...final,
      runId: record.runId,
      ...(outcome === undefined ? {} : { outcome: sharedOutcome(outcome, into) }),
    })
  }

  #finish(run: ActiveRun, final: RunFinal): void {
    this.#events.ended(run, final)
    run.leave()
    for (const member of run.members) this.#finishMember(member, final)
  }

  /** The store refused; the run ends as an error that only memory knows, and recovery will find it after a restart. */
  #unstored(run: ActiveRun, thrown: unknown): RunFinal {
    const { clock, log } = this.#parts
    const { runId } = run.record
    const error = `the run could not be stored: ${messageOf(thrown)}`
    log.error('run could not be stored', { runId, err: thrown })
    const endedAt = clock.now()
    run.narrator.failed(undefined, endedAt, error)
    return { runId, state: 'error', endedAt, error }
  }
}
