import type { AgentDirectory } from '../../domain/config/agent-directory.js'
import type { AgentProfile } from '../../domain/config/agents.js'
import {
  agentOfKey,
  canonicalKey,
  isMalformedKey,
  type KeySpace,
  MAIN_KEY,
  mainSessionKey,
} from '../../domain/session/session-key.js'
import type { ContentBlock } from '../../domain/session/transcript.js'
import type { ChatPlace } from '../../domain/tools/chat-place.js'
import { canonicalName } from '../../domain/tools/known-tool.js'
import { situationOfSession } from '../../domain/tools/session-situation.js'
import { toolPolicy } from '../../domain/tools/tool-policy.js'
import type { AuditTrail } from '../ports/audit-trail.js'
import type { Clock } from '../ports/clock.js'
import type { Ids } from '../ports/ids.js'
import type { Log } from '../ports/log.js'
import type { SessionStore } from '../ports/session-store.js'
import type { Tool, ToolCallContext, ToolOutcome } from '../ports/tools.js'
import type { Wire } from '../ports/wire.js'
import type { LiveConfig } from '../reload/live-config.js'
import { sessionModel } from '../sessions/session-model.js'
import { callTool } from './call-tool.js'
import type { RegisteredTool, ToolRegistry } from './tool-registry.js'

export interface InvokeToolParts {
  readonly live: Pick<LiveConfig, 'config'>
  readonly registry: Pick<ToolRegistry, 'all' | 'offer'>
  readonly agents: AgentDirectory
  readonly space: KeySpace
  readonly store: Pick<SessionStore, 'session'>
  readonly ensureWorkspace: (agent: AgentProfile) => Promise<void>
  readonly wire: Pick<Wire, 'check'>
  readonly trail: Pick<AuditTrail, 'record'>
  readonly clock: Clock
  readonly ids: Pick<Ids, 'uuid'>
  readonly log: Log
}

/** One call of a tool that a program asks for. */
export interface ToolInvocation {
  readonly tool: string
  /** Put into the arguments where the tool has one of this name and none was given. */
  readonly action?: string | undefined
  readonly args?: Readonly<Record<string, unknown>> | undefined
  /** Absent or `main`: the main session. */
  readonly sessionKey?: string | undefined
  /** Chat channel on whose behalf it is. */
  readonly channel?: string | undefined
  readonly accountId?: string | undefined
}

export type InvokeAnswer =
  | { readonly kind: 'done'; readonly content: readonly ContentBlock[]; readonly details?: unknown }
  /** There is no such tool, or not here; which of both is not told. */
  | { readonly kind: 'not-available'; readonly tool: string }
  /** The tool did not do it. `details`: what it has to show all the same. */
  | { readonly kind: 'refused'; readonly isDenied: boolean; readonly message: string; readonly details?: unknown }
  /** A fault of the tool, or it took too long. */
  | { readonly kind: 'failed'; readonly message: string }

const LONGEST_NAME = 64

/** Where a call belongs. */
interface Place {
  readonly agent: AgentProfile
  readonly sessionKey: string
}

/** Calls tools for programs that have every right of an operator, within the policy for calls over HTTP. */
export class InvokeTool {
  readonly #parts: InvokeToolParts

  constructor(parts: InvokeToolParts) {
    this.#parts = parts
  }

  /** @param signal nobody waits for the answer any more */
  async invoke(invocation: ToolInvocation, signal: AbortSignal): Promise<InvokeAnswer> {
    const place = this.#placeOf(invocation.sessionKey)
    if ('problem' in place) return { kind: 'refused', isDenied: false, message: place.problem }
    const name = canonicalName(invocation.tool)
    const found = await this.#offered(name, invocation, place)
    if (found === null) return { kind: 'not-available', tool: invocation.tool.slice(0, LONGEST_NAME) }
    const checked = this.#parts.wire.check<unknown>(found.params, argumentsOf(invocation, found.parameters))
    if (!checked.ok) return { kind: 'refused', isDenied: false, message: checked.problems }
    return this.#call(found.tool, checked.value, { ...place, channel: invocation.channel }, signal)
  }

  #placeOf(wanted: string | undefined): Place | { readonly problem: string } {
    const { agents, space } = this.#parts
    const text = wanted?.trim() ?? ''
    if (isMalformedKey(text)) return { problem: 'sessionKey is malformed' }
    const isMain = text === '' || text.toLowerCase() === MAIN_KEY
    const key = isMain ? mainSessionKey(space.defaultAgentId, space) : (canonicalKey(text, space) ?? '')
    const agent = agents.find(agentOfKey(key, space))
    return agent === undefined
      ? { problem: 'sessionKey names an agent that does not exist' }
      : { agent, sessionKey: key }
  }

  /** The tool, when policy offers it; looked for before its arguments are looked at. */
  async #offered(
    name: string,
    { channel, accountId }: ToolInvocation,
    { agent, sessionKey }: Place,
  ): Promise<{
    readonly tool: Tool
    readonly params: Tool['params']
    readonly parameters: Readonly<Record<string, unknown>>
  } | null> {
    const { live, registry, agents, store } = this.#parts
    const session = await store.session(sessionKey)
    const { chat, spawnDepth } = situationOfSession(sessionKey, session)
    const policy = toolPolicy({
      config: live.config,
      agentId: agent.id,
      model: session === null ? agents.modelOf(agent.id) : sessionModel(session, agents),
      isOwner: true,
      isHttp: true,
      known: registry.all(agent.id).map(knownAs),
      ...(spawnDepth === undefined ? {} : { spawnDepth }),
      ...(chat === undefined ? {} : { chat: refined(chat, channel, accountId) }),
    })
    const offered = registry.offer(
      agent.id,
      (tool, toolboxId) => tool.name === name && policy.isOffered(knownAs({ tool, toolboxId })),
    )
    const tool = offered.find(name)
    const [spec] = offered.specs
    if (tool === undefined || spec === undefined) return null
    return { tool, params: tool.params, parameters: spec.parameters as Readonly<Record<string, unknown>> }
  }

  async #call(
    tool: Tool,
    params: unknown,
    { agent, sessionKey, channel }: Place & { readonly channel: string | undefined },
    signal: AbortSignal,
  ): Promise<InvokeAnswer> {
    const { ids, clock, log, ensureWorkspace } = this.#parts
    await ensureWorkspace(agent)
    const runId = `http-${ids.uuid()}`
    const about: Omit<ToolCallContext, 'signal' | 'update'> = {
      runId,
      toolCallId: ids.uuid(),
      agentId: agent.id,
      sessionKey,
      workspace: agent.workspace,
      isOwner: true,
      ...(channel === undefined ? {} : { channel }),
    }
    const watched = watchedTool(tool)
    const outcome = await callTool(
      { tool: watched.tool, params, about, signal, updated: () => undefined },
      { clock, log },
    )
    const answer = answerOf(tool, outcome, watched.fate())
    this.#record(tool.name, answer, { runId, sessionKey })
    return answer
  }

  #record(
    name: string,
    { kind }: InvokeAnswer,
    details: { readonly runId: string; readonly sessionKey: string },
  ): void {
    this.#parts.trail.record('tool', {
      actor: 'operator',
      subject: name.slice(0, LONGEST_NAME),
      reason: kind === 'done' ? 'ok' : 'error',
      details: { ...details, over: 'http' },
    })
  }
}

/** The account of the same channel decides which of its rules hold. */
function refined(chat: ChatPlace, channel: string | undefined, accountId: string | undefined): ChatPlace {
  const isSame = channel === undefined || channel.trim().toLowerCase() === chat.channel
  return isSame && accountId !== undefined ? { ...chat, accountId } : chat
}

function argumentsOf({ action, args }: ToolInvocation, parameters: Readonly<Record<string, unknown>>): object {
  const given = args ?? {}
  return action === undefined || Object.hasOwn(given, 'action') || !hasAction(parameters) ? given : { ...given, action }
}

/** Tools with several shapes have it when one of them does. */
function hasAction(schema: unknown): boolean {
  if (typeof schema !== 'object' || schema === null) return false
  const { properties, anyOf, oneOf } = schema as Readonly<Record<string, unknown>>
  if (typeof properties === 'object' && properties !== null && Object.hasOwn(properties, 'action')) return true
  return [anyOf, oneOf].some((shapes) => Array.isArray(shapes) && shapes.some(hasAction))
}

type Fate = 'ended' | 'threw' | 'cut-short'

/** The same tool, and how its call went: its outcome alone does not tell a refusal from a fault. */
function watchedTool(tool: Tool): { readonly tool: Tool; readonly fate: () => Fate } {
  let fate: Fate = 'ended'
  const run = async (params: unknown, context: ToolCallContext): Promise<ToolOutcome> => {
    context.signal.addEventListener('abort', () => {
      fate = 'cut-short'
    })
    try {
      return await tool.run(params, context)
    } catch (thrown) {
      if (fate === 'ended') fate = 'threw'
      throw thrown
    }
  }
  return { tool: { ...tool, run }, fate: () => fate }
}

function answerOf(tool: Tool, { content, details, isError, isDenied }: ToolOutcome, fate: Fate): InvokeAnswer {
  const facts = details === undefined ? {} : { details }
  if (fate === 'threw') return { kind: 'failed', message: 'tool execution failed' }
  if (fate === 'cut-short') return { kind: 'failed', message: `${tool.name} was ended before it was done` }
  if (isError !== true) return { kind: 'done', content, ...facts }
  const words = content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n')
  return { kind: 'refused', isDenied: isDenied === true, message: words === '' ? 'the tool refused' : words, ...facts }
}

function knownAs({ tool, toolboxId }: RegisteredTool) {
  return { name: tool.name, toolboxId, isForOwners: tool.isForOwners === true }
}
