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
import { isStopMessage } from '../../domain/run/stop-words.js'
import {
  agentOfKey,
  canonicalKey,
  isMalformedKey,
  type KeySpace,
  parseAgentKey,
} from '../../domain/session/session-key.js'
import type { Call } from '../connection/call.js'
import { type MethodRow, method, patient } from '../method-table.js'
import type { Clock } from '../ports/clock.js'
import type { SessionStore } from '../ports/session-store.js'
import type { RunFinal } from '../runs/active-run.js'
import type { Acceptance, RunDesk } from '../runs/run-desk.js'
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
}

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
  await requireSendAllowed(parts, target)
  const acceptance = await parts.desk.accept(
    {
      runId: params.idempotencyKey,
      method: 'agent',
      ...target,
      request: {
        message,
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
    },
    call.client,
  )
  if (acceptance.kind === 'ended') return agentFinal(acceptance.final)
  call.acknowledge({
    runId: params.idempotencyKey,
    status: 'accepted',
    acceptedAt: acceptance.run.record.acceptedAt,
  })
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
  await requireSendAllowed(parts, target)
  if (isStopMessage(message)) return stopped(parts, target.sessionKey as string, undefined, 'stop')
  const acceptance = await parts.desk.accept(
    {
      runId: params.idempotencyKey,
      method: 'chat.send',
      ...target,
      request: {
        message,
        ...(attachments.length === 0 ? {} : { attachments }),
        ...(params.thinking === undefined ? {} : { thinking: params.thinking }),
        timeoutMs: chatDeadlineMs(params.timeoutMs ?? parts.defaultTimeoutMs()),
      },
    },
    call.client,
  )
  return chatAnswer(params.idempotencyKey, acceptance)
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
