import type { AgentDirectory } from '../../domain/config/agent-directory.js'
import type { CronEntry } from '../../domain/cron/cron-entry.js'
import { problemOfJob, problemOfSchedule } from '../../domain/cron/job-problem.js'
import { nextRunOf } from '../../domain/cron/next-run.js'
import { patchedJob } from '../../domain/cron/patched-job.js'
import { messageOf } from '../../domain/failure.js'
import {
  type CronJob,
  type CronPatch,
  type CronSchedule,
  cronJobSchema,
  type NewCronJob,
} from '../../domain/protocol/cron-job.js'
import { invalidRequest, unavailable } from '../../domain/protocol/refusal.js'
import { canonicalKey, type KeySpace } from '../../domain/session/session-key.js'
import type { Broadcast } from '../connection/broadcast.js'
import { problemOfModel } from '../models/problem-of-model.js'
import type { RunModels } from '../models/run-models.js'
import type { Calendar } from '../ports/calendar.js'
import type { Clock } from '../ports/clock.js'
import type { Ids } from '../ports/ids.js'
import type { Log } from '../ports/log.js'
import type { Wire } from '../ports/wire.js'
import type { CronBook } from './cron-book.js'
import type { CronHistory } from './cron-history.js'
import type { CronScheduler, JobUnderWay } from './cron-scheduler.js'
import type { JobRuns } from './job-runs.js'

/** Jobs there may be at most. */
const MOST_JOBS = 1_000

export interface CronDeskParts {
  readonly book: CronBook
  readonly history: CronHistory
  readonly scheduler: CronScheduler
  readonly jobs: Pick<JobRuns, 'wake'>
  readonly calendar: Calendar
  readonly agents: AgentDirectory
  readonly models: Pick<RunModels, 'modelsFor'>
  readonly space: KeySpace
  readonly wire: Pick<Wire, 'check'>
  readonly broadcast: Pick<Broadcast, 'publish'>
  /** Why no job runs when its time comes; null = they do. */
  readonly offReason: () => string | null
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
}

type Planned = Pick<CronJob, 'id' | 'schedule' | 'createdAtMs' | 'state'>

/** What became of asking for a run. */
export type RunAsked =
  | { readonly ran: false; readonly reason: 'not-due' | 'already-running' }
  | ({ readonly ran: true } & JobUnderWay)

/** What people and programs do with jobs. Throws Refusal for what cannot be done. */
export class CronDesk {
  readonly #parts: CronDeskParts

  constructor(parts: CronDeskParts) {
    this.#parts = parts
  }

  async open(): Promise<void> {
    await Promise.all([this.#parts.book.open(), this.#parts.history.open()])
  }

  /** From now on jobs run when their time comes. */
  async start(): Promise<void> {
    const { book, scheduler, log } = this.#parts
    for (const job of book.jobs) {
      if (!job.enabled || job.state.nextRunAtMs !== undefined || job.state.runningAtMs !== undefined) continue
      try {
        const state = await this.#stateOf(job)
        await book.update(job.id, (current) => ({ ...current, state: { ...current.state, ...state } }))
      } catch (thrown) {
        log.error('the next run of a job is unknown', { jobId: job.id, error: messageOf(thrown) })
      }
    }
    scheduler.start()
  }

  /** Begins nothing more. */
  stop(): void {
    this.#parts.scheduler.stop()
  }

  close(): Promise<void> {
    return this.#parts.scheduler.close()
  }

  /** Takes over changed settings. */
  adjust(): void {
    this.#parts.scheduler.adjust()
  }

  /** By their next runs, those without one last. */
  list(includesDisabled: boolean): readonly CronJob[] {
    const timeOf = ({ state }: CronJob): number => state.nextRunAtMs ?? Number.MAX_SAFE_INTEGER
    return this.#parts.book.jobs
      .filter(({ enabled }) => includesDisabled || enabled)
      .sort((one, other) => timeOf(one) - timeOf(other) || one.name.localeCompare(other.name, 'en'))
  }

  status(): object {
    const { book, offReason } = this.#parts
    const reason = offReason()
    const times = book.jobs.flatMap(({ enabled, state }) => (enabled ? (state.nextRunAtMs ?? []) : []))
    return {
      enabled: reason === null,
      ...(reason === null ? {} : { reason }),
      storePath: book.location,
      jobs: book.jobs.length,
      nextWakeAtMs: reason !== null || times.length === 0 ? null : Math.min(...times),
    }
  }

  async add(fields: NewCronJob): Promise<CronJob> {
    const { book, clock, ids } = this.#parts
    if (book.jobs.length >= MOST_JOBS) throw unavailable(`there are ${MOST_JOBS} jobs already; remove one first`)
    const now = clock.now()
    const job: CronJob = { id: ids.uuid(), ...fields, createdAtMs: now, updatedAtMs: now, state: {} }
    await this.#check(job, 'cron.add', true)
    const kept = { ...job, ...this.#canonical(job), state: await this.#stateOf(job) }
    await book.put(kept)
    this.#changed(kept.id, 'added', kept)
    return kept
  }

  async update(id: string, patch: CronPatch): Promise<CronJob> {
    const { book, wire, clock } = this.#parts
    const before = this.#known(id)
    const written = wire.check(cronJobSchema, patchedJob(before, patch))
    if (!written.ok) throw invalidRequest(`invalid cron.update params: ${written.problems}`)
    const job = { ...written.value, updatedAtMs: clock.now() }
    await this.#check(job, 'cron.update', patch.schedule !== undefined)
    const isNewTime = patch.schedule !== undefined || patch.enabled !== undefined || patch.state !== undefined
    const planned = isNewTime ? await this.#stateOf(job, patch.state?.nextRunAtMs) : null
    const changed = await book.update(id, (current) => ({
      ...job,
      ...this.#canonical(job),
      state: { ...(planned === null ? current.state : stateBeside(job.state, planned)), ...runningIn(current) },
    }))
    if (changed === null) throw unknownJob(id)
    this.#changed(id, 'updated', changed)
    return changed
  }

  /** False when there is no such job. What is under way goes on. */
  async remove(id: string): Promise<boolean> {
    const isRemoved = await this.#parts.book.remove(id)
    if (isRemoved) this.#changed(id, 'removed')
    return isRemoved
  }

  /** @param mode `due`: only when its time has come */
  async run(id: string, mode: 'due' | 'force'): Promise<RunAsked> {
    const { scheduler, clock } = this.#parts
    const job = this.#known(id)
    if (scheduler.isUnderWay(id)) return { ran: false, reason: 'already-running' }
    const { enabled, state } = job
    const isDue = enabled && state.nextRunAtMs !== undefined && state.nextRunAtMs <= clock.now()
    if (mode === 'due' && !isDue) return { ran: false, reason: 'not-due' }
    return { ran: true, ...(await scheduler.begin(job)) }
  }

  /** Has an agent look at something, at once or with its next turn. */
  wake(agentId: string, text: string, mode: CronJob['wakeMode']): void {
    this.#parts.jobs.wake(agentId, text, mode)
  }

  /** The newest runs, oldest first; of all jobs without an id. */
  runs(id: string | undefined, limit: number): readonly CronEntry[] {
    return this.#parts.history.of(id, limit)
  }

  /** The next times of a schedule that somebody thinks of, at most `count` of them, in Unix milliseconds. */
  async preview(schedule: CronSchedule, count: number): Promise<readonly number[]> {
    const now = this.#parts.clock.now()
    const problem = problemOfSchedule(schedule, now) ?? (await this.#problemOf(schedule))
    if (problem !== null) throw invalidRequest(`invalid cron.preview params: ${problem}`)
    return this.#nextTimes({ id: '', schedule, createdAtMs: now, state: {} }, count)
  }

  async #nextTimes(job: Planned, count: number): Promise<readonly number[]> {
    const times: number[] = []
    let after = this.#parts.clock.now()
    while (times.length < count && (times.length === 0 || job.schedule.kind !== 'at')) {
      const next = await nextRunOf(job, after, (expr, tz, afterMs) => this.#parts.calendar.next(expr, tz, afterMs))
      if (next === null) break
      times.push(next)
      after = next
    }
    return times
  }

  #known(id: string): CronJob {
    const job = this.#parts.book.find(id)
    if (job === undefined) throw unknownJob(id)
    return job
  }

  async #check(job: CronJob, method: string, isNewSchedule: boolean): Promise<void> {
    const { agents, clock } = this.#parts
    const refuse = (problem: string) => invalidRequest(`invalid ${method} params: ${problem}`)
    // A one-shot job that has run may still get another name.
    const asOf = isNewSchedule ? clock.now() : job.createdAtMs
    const problem = problemOfJob(job, asOf) ?? (await this.#problemOf(job.schedule))
    if (problem !== null) throw refuse(problem)
    if (job.agentId !== undefined && agents.find(job.agentId) === undefined) {
      throw refuse(`at /agentId: there is no agent ${JSON.stringify(job.agentId)}`)
    }
    if (job.sessionKey !== undefined && canonicalKey(job.sessionKey, this.#parts.space) === null) {
      throw refuse('at /sessionKey: must not be blank')
    }
    const model = job.payload.kind === 'agentTurn' ? job.payload.model : undefined
    const unfit = problemOfModel(model, job.agentId ?? agents.defaultAgent.id, this.#parts)
    if (unfit !== null) throw refuse(`at /payload/model: ${unfit}`)
  }

  async #problemOf(schedule: CronSchedule): Promise<string | null> {
    if (schedule.kind !== 'cron') return null
    const problem = await this.#parts.calendar.problemOf(schedule.expr, schedule.tz)
    return problem === null ? null : `at /schedule: ${problem}`
  }

  #canonical({ agentId, sessionKey }: CronJob): Partial<CronJob> {
    const { agents, space } = this.#parts
    const agent = agentId === undefined ? undefined : agents.find(agentId)
    const own = { ...space, defaultAgentId: agent?.id ?? space.defaultAgentId }
    const key = sessionKey === undefined ? null : canonicalKey(sessionKey, own)
    return {
      ...(agent === undefined ? {} : { agentId: agent.id }),
      ...(key === null ? {} : { sessionKey: key }),
    }
  }

  /** When a job runs next, as its state says it. */
  async #stateOf(job: CronJob, wanted?: number): Promise<{ readonly nextRunAtMs?: number }> {
    if (!job.enabled) return {}
    const next = wanted ?? (await this.#nextTimes(job, 1))[0]
    return next === undefined ? {} : { nextRunAtMs: next }
  }

  #changed(jobId: string, action: 'added' | 'updated' | 'removed', job?: CronJob): void {
    const next = job?.state.nextRunAtMs
    this.#parts.broadcast.publish('cron', { jobId, action, ...(next === undefined ? {} : { nextRunAtMs: next }) })
    this.#parts.scheduler.adjust()
  }
}

function stateBeside({ nextRunAtMs: _, ...past }: CronJob['state'], planned: object): CronJob['state'] {
  return { ...past, ...planned }
}

/** Only the scheduler says what is under way. */
function runningIn({ state }: CronJob): Pick<CronJob['state'], 'runningAtMs'> {
  return state.runningAtMs === undefined ? {} : { runningAtMs: state.runningAtMs }
}

function unknownJob(id: string): Error {
  return unavailable(`unknown cron job id: ${id}`)
}
