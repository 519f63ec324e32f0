import type { RunRequest } from '../../domain/run/run.js'
import type { Ids } from '../ports/ids.js'
import type { ActiveRun, RunFinal } from '../runs/active-run.js'
import type { RunDesk } from '../runs/run-desk.js'
import type { AnswerListener } from '../runs/run-narrator.js'
import type { AgentCall, AgentCallEnd, AgentCallListener, AgentCalls, AgentCallUnderWay } from './agent-call.js'

/** Makes each call a run of its own, which waits for its turn in its session as all runs do. */
export class RunAgentCalls implements AgentCalls {
  readonly #desk: Pick<RunDesk, 'accept' | 'abort'>
  readonly #ids: Pick<Ids, 'uuid'>

  constructor(desk: Pick<RunDesk, 'accept' | 'abort'>, ids: Pick<Ids, 'uuid'>) {
    this.#desk = desk
    this.#ids = ids
  }

  async start(call: AgentCall, listener: AgentCallListener): Promise<AgentCallUnderWay> {
    const { agentId, sessionKey } = call
    const runId = this.#ids.uuid()
    const said = new Said(listener)
    const order = { runId, method: 'http' as const, sessionKey, agentId, request: requestOf(call) }
    const acceptance = await this.#desk.accept(order, null, said)
    // The id is new, so nothing else can have happened.
    if (acceptance.kind === 'ended') throw new Error(`run ${runId} has ended before it began`)
    const { run } = acceptance
    return {
      runId,
      ended: run.ended.then((final) => endOf(run, final, said.whole)),
      abort: () => void this.#desk.abort(sessionKey, runId, 'rpc'),
    }
  }
}

/** Passes on what is said, and remembers it. */
class Said implements AnswerListener {
  readonly #listener: AgentCallListener
  readonly #paragraphs: string[] = ['']

  constructor(listener: AgentCallListener) {
    this.#listener = listener
  }

  /** Everything, paragraphs apart. */
  get whole(): string {
    return this.#paragraphs.filter((paragraph) => paragraph !== '').join('\n\n')
  }

  text(delta: string): void {
    this.#paragraphs[this.#paragraphs.length - 1] += delta
    this.#listener.text(delta)
  }

  thinking(delta: string): void {
    this.#listener.thinking?.(delta)
  }

  stepped(): void {
    this.#paragraphs.push('')
    this.#listener.stepped?.()
  }
}

function requestOf({ turn, earlier, tools, toolChoice, settings, instructions, thinking }: AgentCall): RunRequest {
  return {
    message: turn.kind === 'message' ? turn.text : '',
    ...(turn.kind === 'message' && turn.attachments.length > 0 ? { attachments: turn.attachments } : {}),
    ...(turn.kind === 'tool-results' ? { toolResults: turn.results } : {}),
    ...(earlier.length === 0 ? {} : { earlier }),
    ...(tools.length === 0 ? {} : { clientTools: tools }),
    ...(toolChoice === 'auto' ? {} : { toolChoice }),
    ...(Object.keys(settings).length === 0 ? {} : { settings }),
    ...(instructions === undefined ? {} : { extraSystemPrompt: instructions }),
    ...(thinking === undefined ? {} : { thinking }),
    deliver: false,
    isOwner: true,
    provenance: { kind: 'http' },
  }
}

function endOf(run: ActiveRun, final: RunFinal, text: string): AgentCallEnd {
  const { state, outcome, failure, error = 'the run failed' } = final
  if (state === 'ok' && outcome !== undefined) {
    const { clientCalls: calls = [], usage = null, provider = '', model = '', sessionId, entryId = null } = outcome
    const stopReason = calls.length > 0 ? 'toolUse' : outcome.stopReason === 'length' ? 'length' : 'stop'
    return { status: 'completed', text, calls, stopReason, usage, provider, model, sessionId, entryId }
  }
  if (run.stopReason === 'timeout') return { status: 'failed', code: 'timeout', message: 'the run took too long' }
  if (state === 'aborted') return { status: 'aborted' }
  if (state === 'interrupted') return { status: 'failed', code: 'overloaded', message: error }
  if (failure === undefined)
    return { status: 'failed', code: outcome === undefined ? 'store' : 'internal', message: error }
  const { code, message, retryAfterMs } = failure
  return { status: 'failed', code, message, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) }
}
