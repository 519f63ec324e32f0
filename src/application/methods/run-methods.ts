import { covers } from '../../domain/access/scopes.js'
import type { AgentDirectory } from '../../domain/config/agent-directory.js'
import {
  type AgentIdentityParams,
  type AgentParams,
  type AgentWaitParams,
  agentIdentityParams,
  agentParams,
  agentWaitParams,
  type ChatAbortParams,
  type ChatSendParams,
  chatAbortParams,
  chatSendParams,
} from '../../domain/protocol/methods/runs.js'
import { invalidRequest, unavailable } from '../../domain/protocol/refusal.js'
import { readAttachments } from '../../domain/run/attachments.js'
import { cleanMessage } from '../../domain/run/message-text.js'
import type { RunRequest } from '../../domain/run/run.js'
import { isStopMessage } from '../../domain/run/stop-words.js'
import {
  agentOfKey,
  canonicalKey,
  isMalformedKey,
  type KeySpace,
  parseAgentKey,
} from '../../domain/session/session-key.js'
import { isSendCommand } from '../commands/chat-commands.js'
import type { CarriedCommand, CommandDesk } from '../commands/command-desk.js'
import type { CommandSender } from '../commands/command-order.js'
import type { Call } from '../connection/call.js'
import type { Client } from '../connection/client.js'
import { type MethodRow, method, patient } from '../method-table.js'
import type { Clock } from '../ports/clock.js'
import type { SessionStore } from '../ports/session-store.js'
import type { RunFinal } from '../runs/active-run.js'
import type { Acceptance, RunDesk, RunOrder } from '../runs/run-desk.js'
import type { ChatStopReason } from '../runs/run-narrator.js'
import { agentFinal } from './agent-final.js'
import { keyTarget, type RunTarget, targetOf } from './run-target.js'

export interface RunMethodParts {
  readonly desk: RunDesk
  readonly agents: AgentDirectory
  readonly keySpace: KeySpace
  readonly store: SessionStore
  readonly clock: Clock
  /** Of a run whose caller names none, in milliseconds; 0 = none. */
  readonly defaultTimeoutMs: () => number
  /** Messages that are commands; absent = every message is for the agent. */
  readonly commands?: CommandDesk
}

/** What a conversation begins with that nobody has said anything in. */
const GREETING = 'A new conversation has begun. Greet the user in one or two sentences and ask what they want to do.'

const WAIT_DEFAULT_MS = 30_000
/** The deadline of a chat: its time-out and a minute, within these bounds. */
const CHAT_GRACE_MS = 60_000
const CHAT_DEADLINE_MS = { min: 120_000, max: 24 * 60 * 60 * 1000 } as const

/** Starting, watching and stopping runs. */
export function runMethods(parts: RunMethodParts): readonly MethodRow[] {
  return [
    patient(method('agent', agentParams, (params, call) => startAgent(parts, params, call))),
    method('agent.identity.get', agentIdentityParams, (params) => identity(parts, params)),
    patient(method('agent.wait', agentWaitParams, (params) => waitFor(parts, params))),
    method('chat.abort', chatAbortParams, (params) => abortChat(parts, params)),
    method('chat.send', chatSendParams, (params, call) => sendChat(parts, params, call)),
  ]
}

async function startAgent(parts: RunMethodParts, params: AgentParams, call: Call): Promise<unknown> {
  const message = cleanMessage(params.message)
  const attachments = readAttachments(params.attachments)
  if (message.trim() === '' && attachments.length === 0) throw invalidRequest('message or attachment required')
  const target = await targetOf(params, parts.agents, parts.keySpace, parts.store)
  if (!isSendCommand(message)) await requireSendAllowed(parts, target)
  const order: RunOrder = {
    runId: params.idempotencyKey,
    method: 'agent',
    ...target,
    request: {
      message,
      ...ownership(call.client),
      ...(attachments.length === 0 ? {} : { attachments }),
      ...(params.thinking === undefined ? {} : { thinking: params.thinking }),
      ...(params.extraSystemPrompt === undefined ? {} : { extraSystemPrompt: params.extraSystemPrompt }),
      ...(params.timeout === undefined ? {} : { timeoutMs: params.timeout * 1000 }),
      ...(params.deliver === undefined ? {} : { deliver: params.deliver }),
      ...(params.lane === undefined ? {} : { lane: params.lane }),
      ...(params.spawnedBy === undefined ? {} : { spawnedBy: params.spawnedBy }),
      ...(params.label === undefined ? {} : { label: params.label }),
      ...provenanceOf(params),
    },
  }
  const command = commandOf(parts, order, call.client, GREETING)
  if (command !== null && (await command.isNew)) {
    call.acknowledge({ runId: order.runId, status: 'accepted', acceptedAt: parts.clock.now() })
    const end = await command.end
    return agentFinal(end.kind === 'ended' ? end.final : await end.run.ended)
  }
  const acceptance = await (command?.end ?? parts.desk.accept(order, call.client))
  if (acceptance.kind === 'ended') return agentFinal(acceptance.final)
  const { acceptedAt } = acceptance.run.record
  call.acknowledge({ runId: order.runId, status: 'accepted', acceptedAt })
  return agentFinal(await acceptance.run.ended)
}

function provenanceOf(params: AgentParams): object {
  if (params.inputProvenance === undefined) return {}
  const facts = Object.entries(params.inputProvenance).filter(([, value]) => value !== undefined)
  return { provenance: Object.fromEntries(facts) }
}

async function sendChat(parts: RunMethodParts, params: ChatSendParams, call: Call): Promise<unknown> {
  const message = cleanMessage(params.message)
  const attachments = readAttachments(params.attachments)
  if (message.trim() === '' && attachments.length === 0) throw invalidRequest('message or attachment required')
  const target = keyTarget(params.sessionKey, parts.agents, parts.keySpace, 'chat.send')
  if (!isSendCommand(message)) await requireSendAllowed(parts, target)
  if (isStopMessage(message)) return stopped(parts, target.sessionKey as string, undefined, 'stop')
  const order: RunOrder = {
    runId: params.idempotencyKey,
    method: 'chat.send',
    ...target,
    request: {
      message,
      ...ownership(call.client),
      ...(attachments.length === 0 ? {} : { attachments }),
      ...(params.thinking === undefined ? {} : { thinking: params.thinking }),
      timeoutMs: chatDeadlineMs(params.timeoutMs ?? parts.defaultTimeoutMs()),
    },
  }
  if (parts.commands?.underWay(order) !== undefined) return { runId: order.runId, status: 'in_flight' }
  const command = commandOf(parts, order, call.client)
  if (command !== null && (await command.isNew)) return chatCommand(parts, order, command)
  return chatAnswer(order.runId, await (command?.end ?? parts.desk.accept(order, call.client)))
}

/** A quick command is done when its sender hears of it; a slow one is told to have started. */
async function chatCommand(parts: RunMethodParts, order: RunOrder, command: CarriedCommand): Promise<object> {
  const started = { runId: order.runId, status: 'started' }
  if (command.isSlow) {
    command.end.catch((thrown: unknown) => parts.commands?.fail(order, thrown))
    return started
  }
  const end = await command.end
  return end.kind === 'ended' ? started : chatAnswer(order.runId, end)
}

/** The command an order is; null = it is a message for the agent. */
function commandOf(
  { commands }: RunMethodParts,
  order: RunOrder,
  client: Client,
  greeting?: string,
): CarriedCommand | null {
  if (commands === undefined) return null
  const about = { sender: senderOf(client), ...(greeting === undefined ? {} : { greeting }) }
  return commands.underWay(order) ?? commands.carryOut(order, about, client)
}

/** Clients that may write may command; administrators own the gateway. */
function senderOf({ identity }: Client): CommandSender {
  const { scopes, client, deviceId } = identity
  return {
    isAuthorised: covers(scopes, 'operator.write'),
    isOwner: covers(scopes, 'operator.admin'),
    id: deviceId ?? client.id,
  }
}

function ownership({ identity }: Client): Pick<RunRequest, 'isOwner'> {
  return covers(identity.scopes, 'operator.admin') ? { isOwner: true } : {}
}

/** A session may be closed for messages. */
async function requireSendAllowed({ store }: RunMethodParts, { sessionKey }: RunTarget): Promise<void> {
  const session = sessionKey === null ? null : await store.session(sessionKey)
  if (session?.sendPolicy === 'deny') throw invalidRequest('send blocked by session policy')
}

function chatDeadlineMs(timeoutMs: number): number {
  if (timeoutMs === 0) return 0
  return Math.min(Math.max(timeoutMs + CHAT_GRACE_MS, CHAT_DEADLINE_MS.min), CHAT_DEADLINE_MS.max)
}

function chatAnswer(runId: string, acceptance: Acceptance): object {
  switch (acceptance.kind) {
    case 'accepted':
      return { runId, status: 'started', ...(acceptance.isQueued ? { queued: true } : {}) }
    case 'in-flight':
      return { runId, status: 'in_flight' }
    case 'ended':
      return endedChat(acceptance.final)
  }
}

function endedChat(final: RunFinal): object {
  const { runId, state, error } = final
  if (state === 'ok' || state === 'aborted') return { runId, status: 'ok' }
  const summary = error ?? 'the run failed'
  throw unavailable(summary, { payload: { runId, status: 'error', summary } })
}

function abortChat(parts: RunMethodParts, params: ChatAbortParams): object {
  const key = canonicalKey(params.sessionKey, parts.keySpace)
  if (key === null) throw invalidRequest('invalid chat.abort params: at /sessionKey: must not be blank')
  return stopped(parts, key, params.runId, 'rpc')
}

function stopped(parts: RunMethodParts, key: string, runId: string | undefined, reason: ChatStopReason): object {
  const runIds = parts.desk.abort(key, runId, reason)
  return { ok: true, aborted: runIds.length > 0, runIds }
}

async function waitFor(parts: RunMethodParts, params: AgentWaitParams): Promise<object> {
  const { runId } = params
  const final = await parts.desk.wait(runId, params.timeoutMs ?? WAIT_DEFAULT_MS)
  if (final === null) return { runId, status: 'timeout' }
  const times = { ...(final.startedAt === undefined ? {} : { startedAt: final.startedAt }), endedAt: final.endedAt }
  return final.state === 'ok'
    ? { runId, status: 'ok', ...times }
    : { runId, status: 'error', ...times, error: final.error ?? final.state }
}

function identity(parts: RunMethodParts, params: AgentIdentityParams): object {
  const { agents, keySpace } = parts
  const { agentId, sessionKey } = params
  if (sessionKey !== undefined && isMalformedKey(sessionKey)) {
    throw invalidRequest(`invalid agent.identity.get params: malformed session key "${sessionKey}"`)
  }
  const keyAgent = sessionKey === undefined ? undefined : parseAgentKey(sessionKey)?.agentId
  if (agentId !== undefined && keyAgent !== undefined && agentId.toLowerCase() !== keyAgent) {
    throw invalidRequest(
      `invalid agent.identity.get params: agent "${agentId}" does not match session key agent "${keyAgent}"`,
    )
  }
  const key = sessionKey === undefined ? null : canonicalKey(sessionKey, keySpace)
  const id = agentId?.toLowerCase() ?? (key === null ? agents.defaultAgent.id : agentOfKey(key, keySpace))
  const agent = agents.find(id)
  const emoji = agent?.identity?.emoji
  return {
    agentId: id,
    name: agent?.identity?.name ?? agent?.name ?? 'Assistant',
    avatar: agent?.identity?.avatar ?? emoji ?? 'A',
    ...(emoji === undefined ? {} : { emoji }),
  }
}
