import { agentOfKey, canonicalKey, type KeySpace, normalizeAgentId } from '../session/session-key.js'
import { OpenAiRefusal } from './openai-refusal.js'

/** Models that name an agent: `mayros:<id>` and its other spellings. */
const NAMED_AGENT = /^(?:mayros|openclaw)[:/](.+)$|^agent:([^:]+)$/i
const DEFAULT_AGENT = /^(?:mayros|openclaw)$/i

/** The agent that a model is another name for: its id; `default`; null for the name of anything else. */
export function agentNamedBy(model: string): { readonly id: string } | 'default' | null {
  const text = model.trim()
  if (DEFAULT_AGENT.test(text)) return 'default'
  const match = NAMED_AGENT.exec(text)
  const id = match?.[1] ?? match?.[2]
  return id === undefined ? null : { id: normalizeAgentId(id) }
}

export interface AgentChoice {
  /** `model` of the body. */
  readonly model: string
  /** Agent named by a header; counts more than the model. */
  readonly header: string | undefined
  /** Default agent first. */
  readonly agentIds: readonly string[]
}

/**
 * Which agent a request is for. A model that names no agent is for the default agent, so that clients may keep the name
 * of any model in their settings.
 * @throws OpenAiRefusal when there is no such agent
 */
export function agentOfModel({ model, header, agentIds }: AgentChoice): string {
  const named = header === undefined || header.trim() === '' ? agentNamedBy(model) : { id: normalizeAgentId(header) }
  if (named === null || named === 'default') return agentIds[0] ?? normalizeAgentId('')
  const { id } = named
  if (agentIds.includes(id)) return id
  throw new OpenAiRefusal('model_not_found', `The model '${model}' does not exist: there is no agent '${id}'.`, 'model')
}

export interface SessionChoice {
  readonly agentId: string
  /** Session named by a header. */
  readonly header: string | undefined
  /** `user` of the body. */
  readonly user: string | null | undefined
  /** What the endpoint's sessions are called after: `openai`, `openresponses`. */
  readonly prefix: string
  readonly scope: KeySpace['scope']
}

/**
 * The session a caller wants to go on with, as canonical key; null when it wants none in particular.
 * @throws OpenAiRefusal for a session of another agent
 */
export function sessionOfCaller({ agentId, header, user, prefix, scope }: SessionChoice): string | null {
  const space: KeySpace = { defaultAgentId: agentId, scope }
  const asked = header === undefined || header.trim() === '' ? null : canonicalKey(header, space)
  if (asked !== null) {
    if (asked !== 'global' && asked !== 'unknown' && agentOfKey(asked, space) === agentId) return asked
    throw new OpenAiRefusal('session_not_allowed', `The session ${asked} does not belong to the agent ${agentId}.`)
  }
  const name = user?.trim() ?? ''
  return name === '' ? null : canonicalKey(`agent:${agentId}:${prefix}-user:${name}`, space)
}
