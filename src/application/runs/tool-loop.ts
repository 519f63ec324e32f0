import type { LoopRules } from '../../domain/run/loop-detection.js'
import type { TranscriptEntry, TranscriptMessage } from '../../domain/session/transcript.js'
import { usageSum } from '../../domain/session/usage-sum.js'
import { type AgentRunner, RunnerFailure } from '../ports/agent-runner.js'
import type { AuditTrail } from '../ports/audit-trail.js'
import type { Clock } from '../ports/clock.js'
import type { Ids } from '../ports/ids.js'
import type { Log } from '../ports/log.js'
import type { SessionStore, StoreChange } from '../ports/session-store.js'
import type { Wire } from '../ports/wire.js'
import { UseTools } from '../tools/use-tools.js'
import { heardMessages } from '../usage/heard-messages.js'
import type { ActiveRun } from './active-run.js'
import { type AskedCall, CallIds } from './asked-call.js'
import { Conversation } from './conversation.js'
import type { RunHooks } from './run-hooks.js'
import { stepOf } from './run-messages.js'
import { requestFor } from './runner-request.js'
import type { Answer, Finish, Scene } from './scene.js'

/** How long a runner may take to notice that it was stopped, in milliseconds. */
const STOP_GRACE_MS = 500
/** Calls of the model in one run. */
export const MAX_MODEL_CALLS = 100

export interface ToolLoopParts {
  readonly store: Pick<SessionStore, 'commit' | 'transcript'>
  readonly runner: AgentRunner
  readonly wire: Pick<Wire, 'check'>
  readonly trail: Pick<AuditTrail, 'record'>
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
  /** When an agent is taken to repeat itself. */
  readonly loopRules: (agentId: string) => LoopRules
  readonly hooks: RunHooks
}

/** One answer of the model, and the tools it asks for. */
interface Said extends Answer {
  readonly calls: readonly AskedCall[]
}

/** The answer of a stopped run. */
const NOTHING: Said = { finish: null, failure: null, calls: [] }

/**
 * Lets the model speak and use tools in turns until it has finished, fails, or is stopped and had time to notice.
 * What it said and asked for is durable before any tool begins, and what tools returned before it is asked again. An
 * answer that asks for a tool of the caller is the last one.
 * Rejects only when the store does.
 */
export class ToolLoop {
  readonly #parts: ToolLoopParts

  constructor(parts: ToolLoopParts) {
    this.#parts = parts
  }

  async answer(run: ActiveRun, scene: Scene): Promise<Answer> {
    if (run.signal.aborted) return NOTHING
    const gaveUp = this.#givingUp(run)
    const ids = new CallIds()
    let tools: UseTools | undefined
    let usage: Answer['usage']
    let isCompacted = false
    for (let calls = 1; ; calls++) {
      const said = await Promise.race([this.#listen(run, scene, ids), gaveUp])
      usage = usageSum(usage, said.finish?.usage)
      if (!isCompacted && isOverflow(said.failure) && run.stopReason === undefined) {
        isCompacted = true
        if (await this.compact(run, scene)) continue
      }
      if (said.finish === null || said.calls.length === 0) return summed(said, usage)
      const [own, others] = sorted(said.calls, scene)
      if (own.length === 0) return { ...summed(said, usage), calls: others }
      const keptAs = await this.#keep(run, scene, said.finish, said.calls)
      tools ??= this.#toolsOf(run, scene)
      const ending = await this.#use(run, scene, tools, own, calls >= MAX_MODEL_CALLS)
      const isHandedOver = others.length > 0 && ending === null && run.stopReason === undefined
      if (isHandedOver) return { ...summed(said, usage), calls: others, keptAs }
      if (ending !== null) return summed({ finish: null, failure: new Error(ending) }, usage)
      if (run.stopReason !== undefined) return summed(NOTHING, usage)
    }
  }

  /** Makes the conversation short and reads it again; false when that was not possible. */
  async compact(run: ActiveRun, scene: Scene): Promise<boolean> {
    const { store, hooks } = this.#parts
    const { session } = scene
    if (hooks.compaction === undefined || session === null) return false
    await scene.begun
    run.narrator.compacting('start')
    const { compacted } = await hooks.compaction.compact(session, scene.models.primary, run.signal)
    if (compacted) {
      const entries = await store.transcript(session.sessionId)
      scene.conversation = new Conversation(entries, run, scene.news)
    }
    run.narrator.compacting('end')
    return compacted
  }

  /** Resolves when a run that was stopped has had its time. */
  #givingUp(run: ActiveRun): Promise<Said> {
    return new Promise((resolve) => {
      run.signal.addEventListener('abort', () => {
        this.#parts.clock.after(STOP_GRACE_MS, () => resolve(NOTHING))
      })
    })
  }

  async #listen(run: ActiveRun, scene: Scene, ids: CallIds): Promise<Said> {
    const { runner, hooks } = this.#parts
    const calls: AskedCall[] = []
    let finish: Finish | null = null
    try {
      const request = requestFor(run, scene, hooks)
      const parts =
        hooks.ask === undefined
          ? runner.answer(request, run.signal)
          : hooks.ask(request, scene.models.fallbacks, run.signal)
      for await (const part of parts) {
        if (run.stopReason !== undefined) break
        if (part.type === 'tool.call') calls.push(ids.asked(part))
        else if (part.type !== 'finish') run.narrator.part(part)
        else {
          finish = part
          break
        }
      }
    } catch (thrown) {
      return { finish: null, failure: thrown, calls }
    }
    return {
      finish,
      failure: finish === null ? new Error('the model stopped without finishing its answer') : null,
      calls,
    }
  }

  /** Makes durable what the model said and asked for; returns the id of the entry. */
  async #keep(run: ActiveRun, scene: Scene, finish: Finish, calls: readonly AskedCall[]): Promise<string> {
    const { clock, hooks } = this.#parts
    const now = clock.now()
    const message = stepOf(run, finish, calls, now)
    const heard = heardMessages(scene.conversation, scene.startedAt)
    const asked = calls.map(({ name }) => name)
    const answered = { finish, model: scene.models.primary, asked, isError: false, heard }
    run.narrator.stepped()
    scene.conversation.grow([message])
    const { agent, session } = scene
    const facts = { run: run.record, agent, session }
    const costs = hooks.modelAnswered === undefined ? [] : hooks.modelAnswered(answered, facts, now)
    const entry = this.#entry(message)
    await scene.begun
    await this.#append(scene, [entry], costs)
    return entry.id
  }

  /** Lets the tools work, and makes durable what came of it. Returns why the run must end. */
  async #use(
    run: ActiveRun,
    scene: Scene,
    tools: UseTools,
    calls: readonly AskedCall[],
    isLast: boolean,
  ): Promise<string | null> {
    const limit = `the run was ended after ${MAX_MODEL_CALLS} calls of the model`
    const { results, ending } = isLast
      ? { results: tools.refuse(calls, `Not carried out: ${limit}.`), ending: limit }
      : await tools.use(calls)
    const goesOn = ending === null && run.stopReason === undefined
    const steering = goesOn ? run.takeSteering() : null
    const heard = steering?.entries ?? []
    scene.conversation.grow([...results, ...heard.map(({ message }) => message)])
    const entries = [...results.map((result) => this.#entry(result)), ...heard]
    await this.#append(scene, entries, steering?.changes ?? [])
    return ending
  }

  async #append(scene: Scene, entries: readonly TranscriptEntry[], more: readonly StoreChange[]): Promise<void> {
    const { session } = scene
    if (session === null) {
      if (more.length > 0) await this.#parts.store.commit(more)
      return
    }
    const { key, sessionId } = session
    const changes = { updatedAt: this.#parts.clock.now() }
    await this.#parts.store.commit([
      { kind: 'session.update', key, changes, otherwise: session },
      { kind: 'transcript.append', sessionId, entries },
      ...more,
    ])
  }

  #entry(message: TranscriptMessage): TranscriptEntry {
    return { id: this.#parts.ids.uuid(), message }
  }

  #toolsOf(run: ActiveRun, scene: Scene): UseTools {
    const { runId, sessionKey, agentId, request } = run.record
    const { isOwner = false, senderId, provenance } = request
    const channel = provenance?.sourceChannel
    return new UseTools(
      {
        offered: scene.tools,
        about: {
          runId,
          agentId,
          sessionKey,
          workspace: scene.agent.workspace,
          isOwner,
          ...(channel === undefined ? {} : { channel }),
          ...(senderId === undefined ? {} : { senderId }),
        },
        rules: this.#parts.loopRules(agentId),
        signal: run.signal,
        tell: (part) => run.narrator.part(part),
      },
      this.#parts,
    )
  }
}

/** Calls of the agent's tools, and calls that the caller carries out. */
function sorted(calls: readonly AskedCall[], { clientTools }: Scene): [own: AskedCall[], others: AskedCall[]] {
  return [calls.filter(({ name }) => !clientTools.has(name)), calls.filter(({ name }) => clientTools.has(name))]
}

function isOverflow(failure: unknown): boolean {
  return failure instanceof RunnerFailure && failure.code === 'context-overflow'
}

function summed({ finish, failure }: Answer, usage: Answer['usage']): Answer {
  return { finish, failure, ...(usage === undefined ? {} : { usage }) }
}
