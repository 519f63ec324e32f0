import { DEFAULT_AGENT_ID } from '../../domain/config/agents.js'
import type { ConfigEdit } from '../ports/config-source.js'
import { AgentFailure } from './agent-failure.js'
import type { AgentSettings } from './agent-settings.js'
import { writtenAgent, writtenAgents, writtenBindings } from './written-agents.js'

const LIST = ['agents', 'list'] as const

/**
 * The edits that add an agent. Where nobody listed any, `main` is listed too: a list with one other agent would end it.
 * @param resolved what the files say, as in `ConfigReading.resolved`
 * @throws AgentFailure
 */
export function additionEdits(resolved: unknown, id: string, settings: AgentSettings): readonly ConfigEdit[] {
  if (id === DEFAULT_AGENT_ID) throw new AgentFailure('agent-reserved', `"${id}" is reserved`)
  const agents = writtenAgents(resolved)
  if (agents.some((agent) => agent.id === id)) {
    throw new AgentFailure('agent-exists', `agent "${id}" already exists`)
  }
  const entry = newEntry(id, settings)
  if (agents.length === 0) return [{ path: LIST, value: [{ id: DEFAULT_AGENT_ID }, entry] }]
  return [{ path: [...LIST, agents.length], value: entry }]
}

/**
 * The edits that change an agent.
 * @throws AgentFailure
 */
export function changeEdits(resolved: unknown, agentId: string, settings: AgentSettings): readonly ConfigEdit[] {
  requirePlainPath(settings.workspace)
  const agent = writtenAgent(resolved, agentId)
  if (agent === null) return [{ path: LIST, value: [newEntry(DEFAULT_AGENT_ID, settings)] }]
  const at = [...LIST, agent.index]
  const { name, workspace, model, identity = {} } = settings
  return [
    ...setting([...at, 'name'], name),
    ...setting([...at, 'workspace'], workspace),
    ...modelEdits(at, model, agent.hasModelMap),
    ...Object.entries(identity).flatMap(([key, value]) => setting([...at, 'identity', key], value)),
  ]
}

/**
 * The edits that remove an agent and the bindings that give it messages.
 * @throws AgentFailure
 */
export function removalEdits(
  resolved: unknown,
  agentId: string,
): { readonly edits: readonly ConfigEdit[]; readonly removedBindings: number } {
  const agent = writtenAgent(resolved, agentId)
  if (agent === null || agent.id === DEFAULT_AGENT_ID) {
    throw new AgentFailure('agent-needed', `"${DEFAULT_AGENT_ID}" cannot be deleted`)
  }
  if (agent.isDefault && writtenAgents(resolved).length > 1) {
    throw new AgentFailure(
      'agent-needed',
      `agent "${agent.id}" is the default agent; make another one the default first`,
    )
  }
  const bindings = writtenBindings(resolved, agent.id)
  const fromTheEnd = [...bindings].reverse().map((index) => ({ path: ['bindings', index], value: undefined }))
  return {
    edits: [...fromTheEnd, { path: [...LIST, agent.index], value: undefined }],
    removedBindings: bindings.length,
  }
}

function newEntry(id: string, { name, workspace, model, identity = {} }: AgentSettings): object {
  requirePlainPath(workspace)
  const shown = Object.entries(identity).filter(([, value]) => value !== undefined && value !== '')
  return {
    id,
    ...(name === undefined || name === id ? {} : { name }),
    ...(workspace === undefined ? {} : { workspace }),
    ...(model === undefined || model === null ? {} : { model }),
    ...(shown.length === 0 ? {} : { identity: Object.fromEntries(shown) }),
  }
}

function modelEdits(
  at: ConfigEdit['path'],
  model: string | null | undefined,
  hasModelMap: boolean,
): readonly ConfigEdit[] {
  if (model === null) return [{ path: [...at, 'model'], value: undefined }]
  return setting(hasModelMap ? [...at, 'model', 'primary'] : [...at, 'model'], model)
}

function setting(path: ConfigEdit['path'], value: string | undefined): readonly ConfigEdit[] {
  return value === undefined ? [] : [{ path, value: value === '' ? undefined : value }]
}

/** Such a path would be written, and fail wherever it is used. */
function requirePlainPath(workspace: string | undefined): void {
  if (workspace?.includes('\0') !== true) return
  throw new AgentFailure('agent-bad-value', 'the path of the workspace contains a NUL character')
}
