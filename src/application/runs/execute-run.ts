import type { AgentDirectory } from '../../domain/config/agent-directory.js'
import type { AgentProfile } from '../../domain/config/agents.js'
import { messageOf } from '../../domain/failure.js'
import type { ClientTool } from '../../domain/run/answer-settings.js'
import type { LoopRules } from '../../domain/run/loop-detection.js'
import type { RunOutcome, RunRequest } from '../../domain/run/run.js'
import type { SessionChanges, SessionEntry } from '../../domain/session/session-entry.js'
import type { TranscriptEntry } from '../../domain/session/transcript.js'
import type { SystemEvents } from '../heartbeat/system-events.js'
import { type AgentRunner, RunnerFailure } from '../ports/agent-runner.js'
import type { AuditTrail } from '../ports/audit-trail.js'
import type { Clock } from '../ports/clock.js'
import type { Ids } from '../ports/ids.js'
import type { Log } from '../ports/log.js'
import type { SessionStore, StoreChange } from '../ports/session-store.js'
import type { Wire } from '../ports/wire.js'
import { newSession } from '../sessions/new-session.js'
import { NO_TOOLS, type OfferedTools } from '../tools/tool-registry.js'
import { heardMessages } from '../usage/heard-messages.js'
import type { ActiveRun, RunFinal } from './active-run.js'
import { clientCallOf } from './asked-call.js'
import { Conversation } from './conversation.js'
import { type Ending, endingOf, retryOf, tellEnd } from './run-ending.js'
import type { RunFacts, RunHooks } from './run-hooks.js'
import { answerOf, askedEntries, earlierEntries, questionId, tokensAfter } from './run-messages.js'
import type { Showing } from './run-narrator.js'
import { modelFor } from './runner-request.js'
import type { Answer, Scene } from './scene.js'
import { ToolLoop } from './tool-loop.js'

export interface ExecuteRunParts {
  readonly store: SessionStore
  readonly runner: AgentRunner
  readonly agents: AgentDirectory
  readonly systemEvents: SystemEvents
  readonly wire: Pick<Wire, 'check'>
  readonly trail: Pick<AuditTrail, 'record'>
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
  /** Of a run that names none, in milliseconds; 0 = none. */
  readonly defaultTimeoutMs: () => number
  /** When an agent is taken to repeat itself. */
  readonly loopRules: (agentId: string) => LoopRules
  readonly hooks?: RunHooks
}

/**
 * Carries one run from its start to its end. The question is stored with the start, every step with its tools, the
 * answer with the end, each in one commit; clients hear of the end only after it is durable.
 */
export class ExecuteRun {
  readonly #parts: ExecuteRunParts
  readonly #hooks: RunHooks
  readonly #loop: ToolLoop

  constructor(parts: ExecuteRunParts) {
    this.#parts = parts
    this.#hooks = parts.hooks ?? {}
    this.#loop = new ToolLoop({ ...parts, hooks: this.#hooks })
  }

  /** Runs to the end, or to the restart that puts it back in line; never rejects. */
  async execute(run: ActiveRun): Promise<RunFinal | 'requeued'> {
    let scene: Scene
    try {
      scene = await this.#begin(run)
    } catch (thrown) {
      return this.#collapse(run, thrown)
    }
    try {
      const answer = await this.#ask(run, scene)
      await scene.begun
      return run.stopReason === 'restart' ? await this.#requeue(run) : await this.#conclude(run, scene, answer)
    } catch (thrown) {
      return this.#collapse(run, thrown)
    }
  }

  async #requeue(run: ActiveRun): Promise<'requeued'> {
    run.decide()
    await this.#parts.store.commit([{ kind: 'run.requeue', runId: run.record.runId }])
    return 'requeued'
  }

  async #begin(run: ActiveRun): Promise<Scene> {
    const { record } = run
    const { store, agents, clock, systemEvents } = this.#parts
    const agent = agents.find(record.agentId) ?? agents.defaultAgent
    const startedAt = clock.now()
    run.startedAt = startedAt
    const changes: StoreChange[] = [{ kind: 'run.start', runId: record.runId, startedAt }]
    let session = record.sessionKey === null ? null : await this.#sessionOf(record.sessionKey, record.agentId)
    let entries = session === null ? [] : await store.transcript(session.sessionId)
    const isAsked = entries.some((entry) => entry.id === questionId(run))
    if (session !== null && !isAsked) {
      const fresh = this.#hooks.freshen?.(session, record) ?? { session, changes: [] }
      if (fresh.session.sessionId !== session.sessionId) entries = []
      session = fresh.session
      const before = entries.length === 0 ? earlierEntries(run) : []
      const asked = askedEntries(run, startedAt)
      changes.push(...fresh.changes, ...appended(session, [...before, ...asked], startedAt))
      entries = [...entries, ...before, ...(record.request.toolResults === undefined ? [] : asked)]
    }
    const begun = store.commit(changes)
    begun.catch((thrown) => {
      this.#parts.log.error('run could not be recorded', { runId: record.runId, err: thrown })
      run.stop('shutdown')
    })
    run.narrator.started(startedAt, showing(session))
    const hearsNews = record.sessionKey !== null && record.request.toolResults === undefined
    const news = hearsNews ? systemEvents.take(record.sessionKey) : []
    const equipment = this.#equipment({ run: record, agent, session })
    return {
      agent,
      ...equipment,
      clientTools: clientToolsOf(record.request, equipment.tools),
      session,
      sessionId: session?.sessionId ?? record.runId,
      conversation: new Conversation(entries, run, news),
      news,
      startedAt,
      begun,
    }
  }

  /** Who answers, with which tools; or why nobody may. */
  #equipment(facts: RunFacts): Pick<Scene, 'models' | 'tools' | 'refusal'> {
    const { session, agent } = facts
    const { modelsFor, toolsFor } = this.#hooks
    const usual = { primary: modelFor(session, this.#parts.agents, agent.id), fallbacks: [] }
    try {
      const models = modelsFor === undefined ? usual : modelsFor(facts)
      return { models, tools: toolsFor === undefined ? NO_TOOLS : toolsFor(facts, models), refusal: null }
    } catch (thrown) {
      return { models: usual, tools: NO_TOOLS, refusal: thrown }
    }
  }

  async #sessionOf(key: string, agentId: string): Promise<SessionEntry> {
    const { clock, ids } = this.#parts
    return (
      (await this.#parts.store.session(key)) ?? newSession(key, { agentId, sessionId: ids.uuid(), now: clock.now() })
    )
  }

  /** Lets the model answer within the time the run has. */
  async #ask(run: ActiveRun, scene: Scene): Promise<Answer> {
    if (scene.refusal !== null) return { finish: null, failure: scene.refusal }
    const { clock, defaultTimeoutMs } = this.#parts
    const timeoutMs = run.record.request.timeoutMs ?? defaultTimeoutMs()
    const deadline = timeoutMs > 0 ? clock.after(timeoutMs, () => run.stop('timeout')) : undefined
    try {
      if (this.#hooks.ensureWorkspace !== undefined) await this.#furnish(scene.agent, this.#hooks.ensureWorkspace)
      const { session, conversation, models } = scene
      const { compaction, keepMemory } = this.#hooks
      if (session !== null && keepMemory !== undefined) {
        const { agent, tools } = scene
        const { history } = conversation
        await keepMemory({ run: run.record, agent, session, models, tools, history, signal: run.signal })
      }
      if (session !== null && compaction?.needed(conversation.history, models, session) === true) {
        await this.#loop.compact(run, scene)
      }
      return await this.#loop.answer(run, scene)
    } finally {
      deadline?.cancel()
    }
  }

  async #furnish(agent: AgentProfile, ensureWorkspace: NonNullable<RunHooks['ensureWorkspace']>): Promise<void> {
    try {
      await ensureWorkspace(agent)
    } catch (thrown) {
      this.#parts.log.warn('workspace could not be prepared', { agentId: agent.id, err: thrown })
    }
  }

  async #conclude(run: ActiveRun, scene: Scene, answer: Answer): Promise<RunFinal> {
    const endedAt = this.#parts.clock.now()
    run.decide()
    const ending = endingOf(run, answer)
    const text = run.narrator.lastText
    const entryId = answer.keptAs ?? this.#parts.ids.uuid()
    const message = scene.session === null ? null : answerOf(run, scene, answer, ending, endedAt)
    const outcome: RunOutcome = {
      text,
      sessionId: scene.sessionId,
      provider: answer.finish?.provider ?? scene.models.primary.provider,
      model: answer.finish?.model ?? scene.models.primary.model,
      ...(answer.usage === undefined ? {} : { usage: answer.usage }),
      stopReason: answer.finish?.stopReason ?? (ending.state === 'aborted' ? 'aborted' : 'error'),
      ...(answer.calls === undefined ? {} : { clientCalls: answer.calls.map(clientCallOf) }),
      ...(message === null && answer.keptAs === undefined ? {} : { entryId }),
    }
    const error = ending.error === undefined ? {} : { error: ending.error }
    const finished: StoreChange = {
      kind: 'run.finish',
      runId: run.record.runId,
      state: ending.state,
      endedAt,
      outcome,
      ...error,
    }
    await this.#parts.store.commit([
      ...answerChanges(scene, answer, ending, endedAt),
      ...(message === null || scene.session === null ? [] : [appendOf(scene.session, [{ id: entryId, message }])]),
      ...this.#costs(run, scene, answer, ending, endedAt),
      finished,
      ...this.#besides(run, scene, ending, outcome, endedAt),
    ])
    tellEnd(run, ending, scene.startedAt, endedAt, answer.usage)
    return {
      runId: run.record.runId,
      state: ending.state,
      startedAt: scene.startedAt,
      endedAt,
      outcome,
      ...error,
      ...retryOf(answer.failure, ending),
      ...(answer.failure instanceof RunnerFailure ? { failure: answer.failure } : {}),
    }
  }

  #besides(run: ActiveRun, scene: Scene, ending: Ending, outcome: RunOutcome, endedAt: number): readonly StoreChange[] {
    const { agent, session } = scene
    const members = run.members.map(({ record }) => record)
    return this.#hooks.ending?.({ run: run.record, members, agent, session, ...ending, outcome, endedAt }) ?? []
  }

  /** An answer that is in the transcript already was counted with it. */
  #costs(run: ActiveRun, scene: Scene, answer: Answer, ending: Ending, now: number): readonly StoreChange[] {
    const { finish, keptAs, calls = [] } = answer
    const { modelAnswered } = this.#hooks
    const isError = ending.state === 'error'
    if (modelAnswered === undefined || keptAs !== undefined || (finish === null && !isError)) return []
    const { agent, session, models, conversation, startedAt } = scene
    const asked = calls.map(({ name }) => name)
    const heard = heardMessages(conversation, startedAt)
    const facts = { run: run.record, agent, session }
    return modelAnswered({ finish, model: models.primary, asked, isError, heard }, facts, now)
  }

  /** The store refused; the run ends as an error that only memory knows, and recovery will find it after a restart. */
  #collapse(run: ActiveRun, thrown: unknown): RunFinal {
    const endedAt = this.#parts.clock.now()
    const error = `the run could not be stored: ${messageOf(thrown)}`
    this.#parts.log.error('run could not be stored', { runId: run.record.runId, err: thrown })
    run.narrator.failed(run.startedAt, endedAt, error)
    return {
      runId: run.record.runId,
      state: 'error',
      ...(run.startedAt === undefined ? {} : { startedAt: run.startedAt }),
      endedAt,
      error,
    }
  }
}

/** Counters and marks of a session after a run. */
function answerChanges({ session }: Scene, answer: Answer, ending: Ending, now: number): StoreChange[] {
  if (session === null) return []
  const { finish, usage } = answer
  const changes: SessionChanges = {
    updatedAt: now,
    abortedLastRun: ending.state === 'ok' ? null : true,
    ...(finish === null ? {} : { lastProvider: finish.provider, lastModel: finish.model }),
    ...tokensAfter(session, finish, usage),
  }
  return [{ kind: 'session.update', key: session.key, changes, otherwise: session }]
}

function appended(session: SessionEntry, entries: readonly TranscriptEntry[], now: number): StoreChange[] {
  return [
    { kind: 'session.update', key: session.key, changes: { updatedAt: now }, otherwise: session },
    appendOf(session, entries),
  ]
}

function appendOf({ sessionId }: SessionEntry, entries: readonly TranscriptEntry[]): StoreChange {
  return { kind: 'transcript.append', sessionId, entries }
}

/** Tools of the caller that may be asked for; a name that the agent's own offers have means the agent's tool. */
function clientToolsOf(
  { clientTools = [], toolChoice }: RunRequest,
  own: OfferedTools,
): ReadonlyMap<string, ClientTool> {
  if (toolChoice === 'none') return new Map()
  return new Map(clientTools.filter(({ name }) => own.find(name) === undefined).map((tool) => [tool.name, tool]))
}

function showing(session: SessionEntry | null): Showing {
  return { thinking: session?.reasoningLevel === 'stream', toolResults: session?.verboseLevel === 'full' }
}
