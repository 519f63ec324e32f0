import type { AgentDirectory } from '../../domain/config/agent-directory.js'
import type { AgentParams } from '../../domain/protocol/methods/runs.js'
import { invalidRequest } from '../../domain/protocol/refusal.js'
import {
  agentOfKey,
  canonicalKey,
  isMalformedKey,
  type KeySpace,
  mainSessionKey,
  parseAgentKey,
} from '../../domain/session/session-key.js'
import type { SessionStore } from '../ports/session-store.js'

/** Where a run goes. */
export interface RunTarget {
  /** Null: bound to no session. */
  readonly sessionKey: string | null
  readonly agentId: string
}

/** Finds the session an `agent` request means: its key, else its agent, else its addressee, else its session id. */
export async function targetOf(
  params: AgentParams,
  agents: AgentDirectory,
  space: KeySpace,
  store: SessionStore,
): Promise<RunTarget> {
  if (params.agentId !== undefined) requireAgent(params.agentId, agents, 'agent')
  if (params.sessionKey !== undefined && params.sessionKey.trim() !== '') {
    const target = keyTarget(params.sessionKey, agents, space, 'agent')
    requireSameAgent(params.agentId, params.sessionKey)
    return target
  }
  if (params.agentId !== undefined) {
    const agentId = params.agentId.toLowerCase()
    return { sessionKey: mainSessionKey(agentId, space), agentId }
  }
  if (params.sessionId !== undefined && params.sessionId !== '' && (params.to === undefined || params.to === '')) {
    const entry = await store.sessionById(params.sessionId)
    return entry === null
      ? { sessionKey: null, agentId: agents.defaultAgent.id }
      : { sessionKey: entry.key, agentId: entry.agentId }
  }
  return { sessionKey: mainSessionKey(space.defaultAgentId, space), agentId: space.defaultAgentId }
}

/** The session a key names, for an agent that exists. */
export function keyTarget(key: string, agents: AgentDirectory, space: KeySpace, method: string): RunTarget {
  if (isMalformedKey(key)) throw invalidRequest(`invalid ${method} params: malformed session key "${key}"`)
  const sessionKey = canonicalKey(key, space)
  if (sessionKey === null) throw invalidRequest(`invalid ${method} params: at /sessionKey: must not be blank`)
  const agentId = agentOfKey(sessionKey, space)
  requireAgent(agentId, agents, method)
  return { sessionKey, agentId }
}

function requireAgent(agentId: string, agents: AgentDirectory, method: string): void {
  if (agents.find(agentId) !== undefined) return
  throw invalidRequest(`invalid ${method} params: unknown agent id "${agentId}"`)
}

function requireSameAgent(agentId: string | undefined, key: string): void {
  const keyAgent = parseAgentKey(key)?.agentId
  if (agentId === undefined || keyAgent === undefined || keyAgent === agentId.toLowerCase()) return
  throw invalidRequest(`invalid agent params: agent "${agentId}" does not match session key agent "${keyAgent}"`)
}
