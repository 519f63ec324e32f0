import { afterRun, type CronResult } from '../../domain/cron/after-run.js'
import type { CronEntry } from '../../domain/cron/cron-entry.js'
import { type NextFit, nextRunOf } from '../../domain/cron/next-run.js'
import { messageOf } from '../../domain/failure.js'
import type { CronJob } from '../../domain/protocol/cron-job.js'
import { isCronRunKey } from '../../domain/session/session-key.js'
import type { Broadcast } from '../connection/broadcast.js'
import type { Clock, Timer } from '../ports/clock.js'
import type { Log } from '../ports/log.js'
import type { SessionStore } from '../ports/session-store.js'
import type { CronBook } from './cron-book.js'
import type { CronHistory } from './cron-history.js'
import type { JobAnswer, JobRuns } from './job-runs.js'
import type { TellResult, Told } from './tell-result.js'

/** Longest sleep, so that a machine that was asleep or set its clock is noticed, in milliseconds. */
const LONGEST_SLEEP_MS = 60_000
/** How far looks for old sessions are apart, in milliseconds. */
const SWEEP_EVERY_MS = 60 * 60_000
const LONGEST_SUMMARY = 2_000

export interface CronSchedulerParts {
  readonly book: CronBook
  readonly history: CronHistory
  readonly runs: JobRuns
  readonly telling: Pick<TellResult, 'tell'>
  readonly nextFit: NextFit
  readonly store: Pick<SessionStore, 'commit'>
  readonly broadcast: Pick<Broadcast, 'publish'>
  /** Whether jobs run when their time comes. */
  readonly isOn: () => boolean
  /** How long sessions of runs are kept, in milliseconds; null = for ever. */
  readonly retentionMs: () => number | null
  readonly clock: Clock
  readonly log: Log
}

/** A run of a job that was begun. */
export interface JobUnderWay {
  readonly runId: string
  /** Rejects when the run could not be recorded. */
  readonly ended: Promise<CronEntry>
}

/**
 * Has jobs run when their time comes. What is missed while the gateway is down runs once when it is back. A job is marked
 * before it runs and its end is recorded after, so that a crash in between is seen: the run itself is in the ledger of runs.
 */
export class CronScheduler {
  readonly #parts: CronSchedulerParts
  readonly #underWay = new Map<string, JobUnderWay>()
  /** Ends that are being recorded. */
  readonly #concluding = new Set<Promise<unknown>>()
  /** When a job may be tried again whose run could not be recorded. Unix milliseconds. */
  readonly #restUntil = new Map<string, number>()
  #timer: Timer | undefined
  #isRunning = false
  #sweptAt = 0

  constructor(parts: CronSchedulerParts) {
    this.#parts = parts
  }

  /** Follows up what the last process has begun, then waits for what is due. */
  start(): void {
    this.#isRunning = true
    for (const job of this.#parts.book.jobs) {
      const { runningAtMs } = job.state
      if (runningAtMs !== undefined) this.#watch(job, this.#carryOut(job, runningAtMs), runningAtMs)
    }
    this.#wakeUp()
  }

  /** Begins nothing more. */
  stop(): void {
    this.#isRunning = false
    this.#timer?.cancel()
  }

  /** Waits for the ends that are being recorded. */
  async close(): Promise<void> {
    this.stop()
    await Promise.allSettled(this.#concluding)
    await this.#parts.history.close()
  }

  /** To be told when jobs or settings have changed. */
  adjust(): void {
    if (!this.#isRunning) return
    this.#timer?.cancel()
    const { clock, isOn } = this.#parts
    const now = clock.now()
    const times = isOn() ? this.#waiting().map((job) => this.#timeOf(job)) : []
    const waitMs = Math.min(Math.max(0, Math.min(...times) - now), LONGEST_SLEEP_MS)
    this.#timer = clock.after(waitMs, () => this.#wakeUp())
  }

  isUnderWay(jobId: string): boolean {
    return this.#underWay.has(jobId)
  }

  /** Begins a run now, unless one is under way. Rejects when it cannot be recorded. */
  async begin(job: CronJob): Promise<JobUnderWay> {
    const { clock, book, runs } = this.#parts
    const runAtMs = clock.now()
    const marked = book.update(job.id, (current) => ({ ...current, state: { ...current.state, runningAtMs: runAtMs } }))
    const run = this.#watch(
      job,
      marked.then((current) => this.#carryOut(current ?? job, runAtMs)),
      runAtMs,
    )
    await marked
    return { runId: runs.runIdOf(job, runAtMs), ended: run.ended }
  }

  #watch(job: CronJob, ended: Promise<CronEntry>, runAtMs: number): JobUnderWay {
    const run = { runId: this.#parts.runs.runIdOf(job, runAtMs), ended }
    this.#underWay.set(job.id, run)
    const settle = (): void => {
      this.#underWay.delete(job.id)
      this.adjust()
    }
    ended.then(settle, (thrown: unknown) => {
      const { log, clock } = this.#parts
      log.error('a run of a job could not be recorded', { jobId: job.id, error: messageOf(thrown) })
      this.#restUntil.set(job.id, clock.now() + LONGEST_SLEEP_MS)
      settle()
    })
    return run
  }

  #timeOf({ id, state }: CronJob): number {
    return Math.max(state.nextRunAtMs ?? Number.POSITIVE_INFINITY, this.#restUntil.get(id) ?? 0)
  }

  #waiting(): readonly CronJob[] {
    return this.#parts.book.jobs.filter(
      ({ id, enabled, state }) => enabled && state.nextRunAtMs !== undefined && !this.#underWay.has(id),
    )
  }

  #wakeUp(): void {
    const { clock, isOn } = this.#parts
    const now = clock.now()
    const due = isOn() ? this.#waiting().filter((job) => this.#timeOf(job) <= now) : []
    // What goes wrong is told by whoever watches the run.
    for (const job of due) this.begin(job).catch(() => undefined)
    if (now - this.#sweptAt >= SWEEP_EVERY_MS) this.#sweep(now)
    this.adjust()
  }

  async #carryOut(job: CronJob, runAtMs: number): Promise<CronEntry> {
    const { runs, broadcast, log } = this.#parts
    broadcast.publish('cron', { jobId: job.id, action: 'started', runAtMs })
    log.info('a job runs', { jobId: job.id, name: job.name })
    let answer: JobAnswer
    try {
      answer = await runs.answer(job, runAtMs)
    } catch (thrown) {
      // Refused because the gateway stops: it stays marked, and the next start takes it up again.
      if (!this.#isRunning) return new Promise(() => undefined)
      answer = { status: 'error', error: messageOf(thrown), text: '' }
    }
    const concluded = this.#conclude(job, runAtMs, answer)
    this.#concluding.add(concluded)
    try {
      return await concluded
    } finally {
      this.#concluding.delete(concluded)
    }
  }

  async #conclude(job: CronJob, runAtMs: number, answer: JobAnswer): Promise<CronEntry> {
    const { runs, telling, clock, broadcast, history, log } = this.#parts
    const before = entryOf(job, runAtMs, clock.now(), answer)
    const told = await telling.tell({
      job,
      runId: runs.runIdOf(job, runAtMs),
      sessionKey: runs.sessionOf(job),
      answer,
      event: before,
    })
    const result = resultOf(before, told, job, clock.now())
    const next = await this.#record(job.id, result)
    const entry: CronEntry = {
      ...before,
      ts: result.endedAtMs,
      status: result.status,
      durationMs: Math.max(0, result.endedAtMs - runAtMs),
      ...(result.error === undefined ? {} : { error: result.error }),
      delivered: told.status === 'delivered',
      deliveryStatus: told.status,
      ...(told.error === undefined ? {} : { deliveryError: told.error }),
      ...(next === undefined ? {} : { nextRunAtMs: next }),
    }
    const gone = history.add(entry)
    if (this.#parts.retentionMs() !== null) this.#forgetSessions(gone)
    broadcast.publish('cron', entry)
    const facts = { jobId: job.id, name: job.name, status: entry.status, durationMs: entry.durationMs }
    if (entry.status === 'error') log.warn('a job failed', { ...facts, error: entry.error })
    else log.info('a job has run', facts)
    return entry
  }

  /** Writes the end into the job; resolves with its next run. */
  async #record(jobId: string, result: CronResult): Promise<number | undefined> {
    const { book, nextFit } = this.#parts
    const current = book.find(jobId)
    if (current === undefined) return undefined
    const ran = { ...current, state: { lastRunAtMs: result.startedAtMs } }
    const nextAtMs = await nextRunOf(ran, result.endedAtMs, nextFit)
    const changed = await book.update(jobId, (job) => {
      const after = afterRun(job, result, nextAtMs)
      // Somebody gave it another schedule meanwhile.
      if (after === null || job.updatedAtMs === current.updatedAtMs || job.state.nextRunAtMs === undefined) return after
      return { ...after, enabled: job.enabled, state: { ...after.state, nextRunAtMs: job.state.nextRunAtMs } }
    })
    return changed?.state.nextRunAtMs
  }

  #sweep(now: number): void {
    this.#sweptAt = now
    const retentionMs = this.#parts.retentionMs()
    if (retentionMs !== null) this.#forgetSessions(this.#parts.history.withoutSessions(now - retentionMs))
  }

  #forgetSessions(entries: readonly CronEntry[]): void {
    const { store, log } = this.#parts
    const changes = entries.flatMap(({ sessionKey, sessionId }) =>
      sessionKey === undefined || !isCronRunKey(sessionKey)
        ? []
        : [
            { kind: 'session.delete' as const, key: sessionKey },
            ...(sessionId === undefined ? [] : [{ kind: 'transcript.forget' as const, sessionId }]),
          ],
    )
    if (changes.length === 0) return
    store.commit(changes).catch((thrown: unknown) => {
      log.warn('sessions of jobs could not be removed', { error: messageOf(thrown) })
    })
  }
}

function entryOf({ id }: CronJob, runAtMs: number, now: number, answer: JobAnswer): CronEntry {
  const { status, error, text, ...about } = answer
  return {
    ts: now,
    jobId: id,
    action: 'finished',
    status,
    ...(error === undefined ? {} : { error }),
    ...(text === '' ? {} : { summary: text.length <= LONGEST_SUMMARY ? text : `${text.slice(0, LONGEST_SUMMARY)}...` }),
    ...about,
    runAtMs,
    durationMs: Math.max(0, now - runAtMs),
  }
}

/** A job whose result did not arrive has failed, unless arriving was not that important. */
function resultOf(entry: CronEntry, told: Told, job: CronJob, endedAtMs: number): CronResult {
  const isNeeded = job.delivery?.bestEffort !== true && told.isNobodyThere !== true
  const isLost = entry.status === 'ok' && told.status === 'not-delivered' && isNeeded
  const delivery = {
    deliveryStatus: told.status,
    ...(told.error === undefined ? {} : { deliveryError: told.error }),
  }
  const common = { startedAtMs: entry.runAtMs, endedAtMs, ...delivery }
  if (isLost) return { ...common, status: 'error', error: `the result was not delivered: ${told.error ?? 'unknown'}` }
  return { ...common, status: entry.status, ...(entry.error === undefined ? {} : { error: entry.error }) }
}
