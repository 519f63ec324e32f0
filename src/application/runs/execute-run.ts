import type { AgentDirectory } from '../../domain/config/agent-directory.js'
import { messageOf } from '../../domain/failure.js'
import type { RunOutcome } from '../../domain/run/run.js'
import type { SessionChanges, SessionEntry } from '../../domain/session/session-entry.js'
import type { SystemEvents } from '../heartbeat/system-events.js'
import type { AgentRunner } from '../ports/agent-runner.js'
import type { Clock } from '../ports/clock.js'
import type { Ids } from '../ports/ids.js'
import type { Log } from '../ports/log.js'
import type { SessionStore, StoreChange } from '../ports/session-store.js'
import { newSession } from '../sessions/new-session.js'
import type { ActiveRun, RunFinal } from './active-run.js'
import { type Ending, endingOf, retryOf, tellEnd } from './run-ending.js'
import { answerOf, questionId, questionOf, tokensAfter } from './run-messages.js'
import type { Showing } from './run-narrator.js'
import { modelFor, requestFor } from './runner-request.js'
import type { Answer, Finish, Scene } from './scene.js'

/** How long a runner may take to notice that it was stopped, in milliseconds. */
const STOP_GRACE_MS = 500

/**
 * Carries one run from its start to its end. The question is stored with the start, the answer with the end, each in
 * one commit; clients hear of the end only after it is durable.
 */
export class ExecuteRun {
  readonly #store: SessionStore
  readonly #runner: AgentRunner
  readonly #agents: AgentDirectory
  readonly #systemEvents: SystemEvents
  readonly #tools: { readonly clock: Clock; readonly ids: Ids; readonly log: Log }
  readonly #defaultTimeoutMs: () => number

  constructor(
    store: SessionStore,
    runner: AgentRunner,
    agents: AgentDirectory,
    systemEvents: SystemEvents,
    defaultTimeoutMs: () => number,
    tools: { readonly clock: Clock; readonly ids: Ids; readonly log: Log },
  ) {
    this.#store = store
    this.#runner = runner
    this.#agents = agents
    this.#systemEvents = systemEvents
    this.#defaultTimeoutMs = defaultTimeoutMs
    this.#tools = tools
  }

  /** Runs to the end, or to the restart that puts it back in line; never rejects. */
  async execute(run: ActiveRun): Promise<RunFinal | 'requeued'> {
    let scene: Scene
    try {
      scene = await this.#begin(run)
    } catch (thrown) {
      return this.#collapse(run, thrown)
    }
    const answer = await this.#ask(run, scene)
    try {
      await scene.begun
      return run.stopReason === 'restart' ? await this.#requeue(run) : await this.#conclude(run, scene, answer)
    } catch (thrown) {
      return this.#collapse(run, thrown)
    }
  }

  /** Ends a run that never got its turn; the question stays in the history. */
  async abandon(run: ActiveRun): Promise<RunFinal> {
    const { record } = run
    const endedAt = this.#tools.clock.now()
    const changes: StoreChange[] = [
      { kind: 'run.finish', runId: record.runId, state: 'aborted', endedAt, error: 'aborted' },
    ]
    try {
      if (record.sessionKey !== null) {
        const session = await this.#sessionOf(record.sessionKey, record.agentId)
        changes.unshift(...this.#questionChanges(run, session, endedAt))
      }
      await this.#store.commit(changes)
    } catch (thrown) {
      return this.#collapse(run, thrown)
    }
    run.narrator.aborted(undefined, endedAt, run.stopReason ?? 'rpc')
    return { runId: record.runId, state: 'aborted', endedAt, error: 'aborted' }
  }

  async #requeue(run: ActiveRun): Promise<'requeued'> {
    run.decide()
    await this.#store.commit([{ kind: 'run.requeue', runId: run.record.runId }])
    return 'requeued'
  }

  async #begin(run: ActiveRun): Promise<Scene> {
    const { record } = run
    const agent = this.#agents.find(record.agentId) ?? this.#agents.defaultAgent
    const session = record.sessionKey === null ? null : await this.#sessionOf(record.sessionKey, record.agentId)
    const history = session === null ? [] : await this.#store.transcript(session.sessionId)
    const startedAt = this.#tools.clock.now()
    run.startedAt = startedAt
    const changes: StoreChange[] = [{ kind: 'run.start', runId: record.runId, startedAt }]
    const asked = history.findLastIndex((entry) => entry.id === questionId(run))
    if (session !== null && asked === -1) changes.push(...this.#questionChanges(run, session, startedAt))
    const begun = this.#store.commit(changes)
    begun.catch((thrown) => {
      this.#tools.log.error('run could not be recorded', { runId: record.runId, err: thrown })
      run.stop('shutdown')
    })
    run.narrator.started(startedAt, showing(session))
    return {
      agent,
      model: modelFor(session, this.#agents, record.agentId),
      session,
      sessionId: session?.sessionId ?? record.runId,
      history: history.filter((_, index) => index !== asked).map((entry) => entry.message),
      news: record.sessionKey === null ? [] : this.#systemEvents.take(record.sessionKey),
      startedAt,
      begun,
    }
  }

  async #sessionOf(key: string, agentId: string): Promise<SessionEntry> {
    const { clock, ids } = this.#tools
    return (await this.#store.session(key)) ?? newSession(key, { agentId, sessionId: ids.uuid(), now: clock.now() })
  }

  #questionChanges(run: ActiveRun, session: SessionEntry, now: number): StoreChange[] {
    const message = questionOf(run, now)
    return [
      { kind: 'session.update', key: session.key, changes: { updatedAt: now }, otherwise: session },
      {
        kind: 'transcript.append',
        sessionId: session.sessionId,
        entries: [{ id: questionId(run), message }],
      },
    ]
  }

  /** Lets the runner speak until it finishes, fails, or is stopped and had time to notice. */
  async #ask(run: ActiveRun, scene: Scene): Promise<Answer> {
    if (run.signal.aborted) return { finish: null, failure: null }
    const { clock } = this.#tools
    const timeoutMs = run.record.request.timeoutMs ?? this.#defaultTimeoutMs()
    const deadline = timeoutMs > 0 ? clock.after(timeoutMs, () => run.stop('timeout')) : undefined
    let giveUp: (answer: Answer) => void = () => undefined
    const gaveUp = new Promise<Answer>((resolve) => {
      giveUp = resolve
    })
    run.signal.addEventListener('abort', () => {
      clock.after(STOP_GRACE_MS, () => giveUp({ finish: null, failure: null }))
    })
    try {
      return await Promise.race([this.#listen(run, scene), gaveUp])
    } finally {
      deadline?.cancel()
    }
  }

  async #listen(run: ActiveRun, scene: Scene): Promise<Answer> {
    let finish: Finish | null = null
    try {
      for await (const part of this.#runner.answer(requestFor(run, scene), run.signal)) {
        if (run.stopReason !== undefined) break
        if (part.type !== 'finish') {
          run.narrator.part(part)
          continue
        }
        finish = part
        break
      }
    } catch (thrown) {
      return { finish: null, failure: thrown }
    }
    return { finish, failure: finish === null ? new Error('the model stopped without finishing its answer') : null }
  }

  async #conclude(run: ActiveRun, scene: Scene, answer: Answer): Promise<RunFinal> {
    const endedAt = this.#tools.clock.now()
    run.decide()
    const ending = endingOf(run, answer)
    const text = run.narrator.text.shown
    const outcome: RunOutcome = {
      text,
      sessionId: scene.sessionId,
      provider: answer.finish?.provider ?? scene.model.provider,
      model: answer.finish?.model ?? scene.model.model,
      ...(answer.finish?.usage === undefined ? {} : { usage: answer.finish.usage }),
      stopReason: answer.finish?.stopReason ?? (ending.state === 'aborted' ? 'aborted' : 'error'),
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
    await this.#store.commit([...this.#answerChanges(run, scene, answer, ending, endedAt), finished])
    tellEnd(run, ending, scene.startedAt, endedAt, answer.finish?.usage)
    return {
      runId: run.record.runId,
      state: ending.state,
      startedAt: scene.startedAt,
      endedAt,
      outcome,
      ...error,
      ...retryOf(answer.failure, ending),
    }
  }

  #answerChanges(run: ActiveRun, scene: Scene, answer: Answer, ending: Ending, now: number): StoreChange[] {
    const { session } = scene
    if (session === null) return []
    const message = answerOf(run, scene, answer, ending, now)
    const changes: SessionChanges = {
      updatedAt: now,
      abortedLastRun: ending.state === 'ok' ? null : true,
      ...(answer.finish === null ? {} : { lastProvider: answer.finish.provider, lastModel: answer.finish.model }),
      ...tokensAfter(session, answer.finish),
    }
    const update: StoreChange = { kind: 'session.update', key: session.key, changes, otherwise: session }
    if (message === null) return [update]
    const entry = { id: this.#tools.ids.uuid(), message }
    return [update, { kind: 'transcript.append', sessionId: session.sessionId, entries: [entry] }]
  }

  /** The store refused; the run ends as an error that only memory knows, and recovery will find it after a restart. */
  #collapse(run: ActiveRun, thrown: unknown): RunFinal {
    const endedAt = this.#tools.clock.now()
    const error = `the run could not be stored: ${messageOf(thrown)}`
    this.#tools.log.error('run could not be stored', { runId: run.record.runId, err: thrown })
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

function showing(session: SessionEntry | null): Showing {
  return { thinking: session?.reasoningLevel === 'stream', toolResults: session?.verboseLevel === 'full' }
}
