import {
  callKey,
  isPollCall,
  judgeCall,
  type LoopRules,
  type LoopVerdict,
  resultKey,
} from '../../domain/run/loop-detection.js'
import { limitedOutput } from '../../domain/run/tool-output.js'
import type { ToolResultMessage } from '../../domain/session/transcript.js'
import type { RunnerPart } from '../ports/agent-runner.js'
import type { AuditTrail } from '../ports/audit-trail.js'
import type { Clock } from '../ports/clock.js'
import type { Log } from '../ports/log.js'
import type { ToolCallContext, ToolOutcome } from '../ports/tools.js'
import type { Wire } from '../ports/wire.js'
import type { AskedCall } from '../runs/asked-call.js'
import { callTool, failed } from './call-tool.js'
import type { OfferedTools } from './tool-registry.js'

/** Whose calls these are, and who watches. */
export interface ToolUser {
  readonly offered: OfferedTools
  readonly about: Omit<ToolCallContext, 'signal' | 'update' | 'toolCallId'>
  readonly rules: LoopRules
  readonly signal: AbortSignal
  /** Told of every call: start, updates, result. */
  readonly tell: (part: RunnerPart) => void
}

/** What using tools takes. */
export interface ToolNeeds {
  readonly clock: Clock
  readonly log: Log
  readonly wire: Pick<Wire, 'check'>
  /** Every call is recorded: by which agent, in which run, and whether it worked; never with what. */
  readonly trail: Pick<AuditTrail, 'record'>
}

interface Past {
  readonly key: string
  readonly isPoll: boolean
  result: string | undefined
}

/** What came of the calls of one answer. */
export interface ToolUse {
  /** One for every call, in the order of the calls. */
  readonly results: readonly ToolResultMessage[]
  /** Why the run must end; null = it goes on. */
  readonly ending: string | null
}

/** The tools at work in one run, and the memory of what was asked of them. */
export class UseTools {
  readonly #user: ToolUser
  readonly #tools: ToolNeeds
  readonly #past: Past[] = []
  readonly #counts = new Map<string, number>()

  constructor(user: ToolUser, tools: ToolNeeds) {
    this.#user = user
    this.#tools = tools
  }

  /** Carries out the calls of one answer side by side. Whatever goes wrong is a result for the model. Never rejects. */
  async use(calls: readonly AskedCall[]): Promise<ToolUse> {
    const judged = calls.map((call) => ({ call, ...this.#judge(call) }))
    const ending = judged.find(({ verdict }) => verdict.kind === 'end')?.verdict
    if (ending?.kind === 'end')
      return { results: this.refuse(calls, `Not carried out: ${ending.note}.`), ending: ending.note }
    const results = await Promise.all(
      judged.map(async ({ call, past, verdict }) => {
        this.#started(call)
        const outcome = verdict.kind === 'refuse' ? failed(verdict.note) : await this.#outcome(call)
        past.result = resultKey(outcome.content)
        return this.#result(call, verdict.kind === 'warn' ? noted(outcome, verdict.note) : outcome)
      }),
    )
    return { results, ending: null }
  }

  /** Answers all calls with one sentence. */
  refuse(calls: readonly AskedCall[], sentence: string): readonly ToolResultMessage[] {
    return calls.map((call) => {
      this.#started(call)
      return this.#result(call, failed(sentence))
    })
  }

  #judge({ name, args }: AskedCall): { readonly past: Past; readonly verdict: LoopVerdict } {
    const { rules } = this.#user
    const past: Past = { key: callKey(name, args), isPoll: isPollCall(name, args), result: undefined }
    const identical = this.#counts.get(past.key) ?? 0
    const verdict = judgeCall(this.#past, past, identical, rules)
    this.#counts.set(past.key, identical + 1)
    this.#past.push(past)
    if (this.#past.length > rules.historySize) this.#past.shift()
    return { past, verdict }
  }

  async #outcome(call: AskedCall): Promise<ToolOutcome> {
    const { offered, about, signal, tell } = this.#user
    const { id: toolCallId, name, args, problem } = call
    const tool = offered.find(name)
    if (tool === undefined) return failed(missing(name, offered))
    if (tool.isForOwners === true && !about.isOwner) return failed(`${name} is only for the owner of this gateway.`)
    if (problem !== undefined)
      return failed(`The arguments of ${name} could not be read: ${problem}. Call it again with a JSON object.`)
    const checked = this.#tools.wire.check<unknown>(tool.params, args)
    if (!checked.ok) return failed(`The arguments of ${name} do not fit: ${checked.problems}.`)
    const updated = (partialResult: unknown): void => tell({ type: 'tool.update', toolCallId, name, partialResult })
    return callTool({ tool, params: checked.value, about: { ...about, toolCallId }, signal, updated }, this.#tools)
  }

  #started({ id: toolCallId, name, args }: AskedCall): void {
    this.#user.tell({ type: 'tool.start', toolCallId, name, args })
  }

  #result({ id: toolCallId, name }: AskedCall, outcome: ToolOutcome): ToolResultMessage {
    const content = limitedOutput(outcome.content)
    const isError = outcome.isError === true
    const details = outcome.details === undefined ? {} : { details: outcome.details }
    this.#user.tell({ type: 'tool.result', toolCallId, name, result: { content, ...details }, isError })
    this.#record(name, isError)
    return { role: 'toolResult', toolCallId, toolName: name, content, isError, timestamp: this.#tools.clock.now() }
  }

  #record(name: string, isError: boolean): void {
    const { agentId, runId, sessionKey } = this.#user.about
    this.#tools.trail.record('tool', {
      actor: `agent:${agentId}`,
      subject: name.slice(0, LONGEST_NAME),
      reason: isError ? 'error' : 'ok',
      details: { runId, ...(sessionKey === null ? {} : { sessionKey }) },
    })
  }
}

/** Models invent names; the record keeps the beginning. */
const LONGEST_NAME = 64

function noted(outcome: ToolOutcome, note: string): ToolOutcome {
  return { ...outcome, content: [{ type: 'text', text: note }, ...outcome.content] }
}

const MOST_NAMES = 50

function missing(name: string, offered: OfferedTools): string {
  const shown = name.length <= 64 ? name : `${name.slice(0, 64)}...`
  if (offered.isKnown(name)) return `The tool ${shown} is not available here.`
  if (offered.specs.length === 0) return `There is no tool named ${shown}, and no other tool either.`
  const names = offered.specs.slice(0, MOST_NAMES).map((spec) => spec.name)
  return `There is no tool named ${shown}. There are: ${names.join(', ')}.`
}
