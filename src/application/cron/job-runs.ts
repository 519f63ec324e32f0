import type { AgentDirectory } from '../../domain/config/agent-directory.js'
import type { CronJob, CronPayload, CronStatus } from '../../domain/protocol/cron-job.js'
import type { RunRequest } from '../../domain/run/run.js'
import { canonicalKey, type KeySpace } from '../../domain/session/session-key.js'
import type { TokenUsage } from '../../domain/session/transcript.js'
import type { Heartbeats } from '../heartbeat/heartbeats.js'
import type { SystemEvents } from '../heartbeat/system-events.js'
import type { SessionStore } from '../ports/session-store.js'
import type { RunFinal } from '../runs/active-run.js'
import type { RunDesk } from '../runs/run-desk.js'

/** Of a job that names none, in milliseconds. */
const TIMEOUT_MS = 10 * 60_000

/** What a run of a job came to, before anybody was told. */
export interface JobAnswer {
  readonly status: CronStatus
  readonly error?: string
  /** What the agent said; empty = nothing. */
  readonly text: string
  readonly sessionId?: string
  readonly sessionKey?: string
  readonly model?: string
  readonly provider?: string
  readonly usage?: TokenUsage
}

export interface JobRunsParts {
  readonly desk: Pick<RunDesk, 'accept'>
  readonly heartbeats: Pick<Heartbeats, 'beat' | 'sessionOf'>
  readonly systemEvents: Pick<SystemEvents, 'queue'>
  readonly store: Pick<SessionStore, 'run'>
  readonly agents: Pick<AgentDirectory, 'find' | 'defaultAgent'>
  readonly space: KeySpace
}

/**
 * Has jobs run. A run is known by its job and the moment it began, so asking for it once more, after a restart as well, is
 * asking how it ends.
 */
export class JobRuns {
  readonly #parts: JobRunsParts

  constructor(parts: JobRunsParts) {
    this.#parts = parts
  }

  runIdOf({ id }: Pick<CronJob, 'id'>, runAtMs: number): string {
    return `cron-${id}-${runAtMs}`
  }

  agentOf({ agentId }: Pick<CronJob, 'agentId'>): string {
    return agentId ?? this.#parts.agents.defaultAgent.id
  }

  /** The session whose people a job is for: that of the job, else the main session of its agent. */
  sessionOf(job: Pick<CronJob, 'agentId' | 'sessionKey'>): string {
    const { space, heartbeats } = this.#parts
    const agentId = this.agentOf(job)
    const key =
      job.sessionKey === undefined ? null : canonicalKey(job.sessionKey, { ...space, defaultAgentId: agentId })
    return key ?? heartbeats.sessionOf(agentId)
  }

  /** Has the main session of an agent look at something, at once or with its next turn. */
  wake(agentId: string, text: string, mode: CronJob['wakeMode']): void {
    const { systemEvents, heartbeats } = this.#parts
    const sessionKey = heartbeats.sessionOf(agentId)
    void systemEvents.queue(sessionKey, text)
    if (mode === 'now') void heartbeats.beat({ agentId, sessionKey })
  }

  /** Resolves with the end; stays open when the run is put back in line for the next instance. */
  async answer(job: CronJob, runAtMs: number): Promise<JobAnswer> {
    const agentId = this.agentOf(job)
    if (this.#parts.agents.find(agentId) === undefined) {
      return { status: 'error', error: `there is no agent ${JSON.stringify(agentId)}`, text: '' }
    }
    const { payload } = job
    return payload.kind === 'agentTurn' ? this.#turn(job, payload, runAtMs) : this.#event(job, payload.text, runAtMs)
  }

  async #turn(job: CronJob, payload: Turn, runAtMs: number): Promise<JobAnswer> {
    const agentId = this.agentOf(job)
    const sessionKey = `agent:${agentId}:cron:${job.id}:run:${runAtMs}`
    const acceptance = await this.#parts.desk.accept(
      {
        runId: this.runIdOf(job, runAtMs),
        method: 'agent',
        sessionKey,
        agentId,
        request: requestOf(job, payload),
      },
      null,
    )
    const final = acceptance.kind === 'ended' ? acceptance.final : await acceptance.run.ended
    return answerOf(final, sessionKey)
  }

  /** The agent hears of it, at once or with its next turn. */
  async #event(job: CronJob, text: string, runAtMs: number): Promise<JobAnswer> {
    const { systemEvents, heartbeats, store } = this.#parts
    const sessionKey = this.sessionOf(job)
    const runId = this.runIdOf(job, runAtMs)
    const isTold = (await store.run(runId)) !== null
    if (!isTold && !(await systemEvents.queue(sessionKey, text))) {
      return { status: 'error', error: 'the event could not be saved', text: '', sessionKey }
    }
    if (job.wakeMode !== 'now') return { status: 'ok', text: '', sessionKey }
    const outcome = await heartbeats.beat({ agentId: this.agentOf(job), sessionKey, runId })
    const problem = outcome.reason === undefined ? {} : { error: outcome.reason }
    const preview = outcome.preview ?? ''
    if (outcome.status === 'skipped') return { status: 'skipped', ...problem, text: '', sessionKey }
    return { status: outcome.status === 'failed' ? 'error' : 'ok', ...problem, text: preview, sessionKey }
  }
}

type Turn = Extract<CronPayload, { kind: 'agentTurn' }>

function requestOf(job: CronJob, { message, model, thinking, timeoutSeconds }: Turn): RunRequest {
  return {
    message,
    extraSystemPrompt: aboutJob(job),
    lane: 'cron',
    deliver: false,
    isOwner: true,
    timeoutMs: timeoutSeconds === undefined ? TIMEOUT_MS : timeoutSeconds * 1000,
    provenance: { kind: 'internal_system', sourceTool: 'cron' },
    ...(model === undefined ? {} : { model }),
    ...(thinking === undefined ? {} : { thinking }),
  }
}

/** Nobody is there to ask, and only the last message is seen by anybody. */
function aboutJob({ id, name }: CronJob): string {
  const who = `This turn was begun by the scheduler, for the job ${JSON.stringify(name)} (${id}).`
  return `${who} Nobody reads along or answers questions; what you say last is the result. Answer HEARTBEAT_OK alone when there is nothing to tell.`
}

function answerOf({ state, error, outcome }: RunFinal, sessionKey: string): JobAnswer {
  const { text = '', sessionId, model, provider, usage } = outcome ?? {}
  const problem = error ?? (state === 'aborted' ? 'it was stopped' : state)
  return {
    ...(state === 'ok' ? { status: 'ok' as const } : { status: 'error' as const, error: problem }),
    text,
    sessionKey,
    ...(sessionId === undefined || sessionId === '' ? {} : { sessionId }),
    ...(model === undefined ? {} : { model }),
    ...(provider === undefined ? {} : { provider }),
    ...(usage === undefined ? {} : { usage }),
  }
}
