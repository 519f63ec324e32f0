import { DEFAULT_AGENT_ID } from '../../domain/config/agents.js'
import { AgentFailure } from './agent-failure.js'

/** An entry of `agents.list` as the files have it, which may be more or less than is valid. */
export interface WrittenAgent {
  /** In lower case. */
  readonly id: string
  /** Place in the list. */
  readonly index: number
  readonly isDefault: boolean
  /** The entry names a model as a map of a primary one and fallbacks. */
  readonly hasModelMap: boolean
}

/**
 * The agents that the files list, in their order; empty where nobody listed any, which means `main`.
 * @param resolved what the files say, as in `ConfigReading.resolved`
 */
export function writtenAgents(resolved: unknown): readonly WrittenAgent[] {
  const entries = list(member(member(resolved, 'agents'), 'list'))
  const chosen = entries.findIndex((entry) => member(entry, 'default') === true)
  return entries.flatMap((entry, index) => {
    const id = member(entry, 'id')
    if (typeof id !== 'string') return []
    const hasModelMap = isObject(member(entry, 'model'))
    return [{ id: id.toLowerCase(), index, isDefault: index === Math.max(0, chosen), hasModelMap }]
  })
}

/**
 * The entry of an agent; null for `main` where nobody listed any agent.
 * @throws AgentFailure `agent-unknown`
 */
export function writtenAgent(resolved: unknown, agentId: string): WrittenAgent | null {
  const id = agentId.toLowerCase()
  const agents = writtenAgents(resolved)
  const found = agents.find((agent) => agent.id === id)
  if (found !== undefined) return found
  if (agents.length === 0 && id === DEFAULT_AGENT_ID) return null
  throw new AgentFailure('agent-unknown', `agent "${agentId}" not found`)
}

/** Places of the bindings that give messages to an agent. */
export function writtenBindings(resolved: unknown, agentId: string): readonly number[] {
  return list(member(resolved, 'bindings')).flatMap((binding, index) => {
    const owner = member(binding, 'agentId')
    return typeof owner === 'string' && owner.toLowerCase() === agentId.toLowerCase() ? [index] : []
  })
}

function member(value: unknown, key: string): unknown {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
