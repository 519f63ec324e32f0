import type { AgentDirectory } from '../../domain/config/agent-directory.js'
import {
  type ToolsExplainParams,
  type ToolsListParams,
  toolsExplainParams,
  toolsListParams,
} from '../../domain/protocol/methods/tools.js'
import { invalidRequest } from '../../domain/protocol/refusal.js'
import { agentOfKey, type KeySpace } from '../../domain/session/session-key.js'
import { canonicalName } from '../../domain/tools/known-tool.js'
import { situationOfSession } from '../../domain/tools/session-situation.js'
import { type ToolPolicy, toolPolicy } from '../../domain/tools/tool-policy.js'
import { type MethodRow, method, unadvertised } from '../method-table.js'
import type { SessionStore } from '../ports/session-store.js'
import type { LiveConfig } from '../reload/live-config.js'
import { requiredKey } from '../sessions/required-key.js'
import { sessionModel } from '../sessions/session-model.js'
import type { RegisteredTool, ToolRegistry } from '../tools/tool-registry.js'

export interface ToolsMethodParts {
  readonly live: Pick<LiveConfig, 'config'>
  readonly registry: Pick<ToolRegistry, 'all'>
  readonly agents: AgentDirectory
  readonly space: KeySpace
  readonly store: Pick<SessionStore, 'session'>
}

/** Which tools agents are offered, and why. Existing clients do not know these methods. */
export function toolsMethods(parts: ToolsMethodParts): readonly MethodRow[] {
  return [
    unadvertised(method('tools.list', toolsListParams, (params) => list(parts, params))),
    unadvertised(method('tools.explain', toolsExplainParams, (params) => explain(parts, params))),
  ]
}

async function list(parts: ToolsMethodParts, params: ToolsListParams): Promise<object> {
  const { policy, all, facts } = await judged(parts, params)
  const tools = all.map(({ tool, toolboxId }) => {
    const { offered, decidedBy, layers } = policy.judge(knownAs({ tool, toolboxId }))
    const decisive = layers.find(({ layer }) => layer === decidedBy)
    return {
      name: tool.name,
      toolbox: toolboxId,
      description: tool.description,
      offered,
      decidedBy,
      ...(decisive === undefined ? {} : { path: decisive.path, rule: decisive.rule }),
    }
  })
  return { ...facts, tools, problems: policy.problems }
}

async function explain(parts: ToolsMethodParts, params: ToolsExplainParams): Promise<object> {
  const { policy, all, facts } = await judged(parts, params)
  const name = canonicalName(params.tool)
  const found = all.find(({ tool }) => tool.name === name)
  const judgement = policy.judge(found === undefined ? { name, toolboxId: 'builtin' } : knownAs(found))
  return {
    ...facts,
    tool: name,
    exists: found !== undefined,
    toolbox: found?.toolboxId ?? null,
    offered: judgement.offered && found !== undefined,
    decidedBy: found === undefined ? null : judgement.decidedBy,
    layers: judgement.layers,
    problems: policy.problems,
  }
}

interface Judged {
  readonly policy: ToolPolicy
  readonly all: readonly RegisteredTool[]
  readonly facts: { readonly agentId: string; readonly sessionKey: string | null; readonly model: string }
}

/** The policy of an agent or session as it would be for a message that comes now. */
async function judged(parts: ToolsMethodParts, params: ToolsListParams): Promise<Judged> {
  const { live, registry, agents, space, store } = parts
  const sessionKey = params.sessionKey === undefined ? null : requiredKey(params.sessionKey, space)
  const agentId = agentOf(parts, params.agentId, sessionKey)
  const session = sessionKey === null ? null : await store.session(sessionKey)
  const model = session === null ? agents.modelOf(agentId) : sessionModel(session, agents)
  const all = registry.all(agentId)
  const sender = params.senderId === undefined ? undefined : { id: params.senderId }
  const place = situationOfSession(sessionKey, session, sender)
  const isOwner = params.isOwner ?? place.chat === undefined
  const policy = toolPolicy({ config: live.config, agentId, model, isOwner, known: all.map(knownAs), ...place })
  return { policy, all, facts: { agentId, sessionKey, model: `${model.provider}/${model.model}` } }
}

function agentOf({ agents, space }: ToolsMethodParts, wanted: string | undefined, key: string | null): string {
  const ofKey = key === null ? undefined : agentOfKey(key, space)
  const agent = agents.find(wanted ?? ofKey ?? agents.defaultAgent.id)
  if (agent === undefined) throw invalidRequest(`unknown agent id "${wanted ?? ofKey}"`)
  if (ofKey !== undefined && key !== 'global' && ofKey !== agent.id) {
    throw invalidRequest(`session "${key}" belongs to agent "${ofKey}", not to "${agent.id}"`)
  }
  return agent.id
}

function knownAs({ tool, toolboxId }: RegisteredTool) {
  const { name, isForOwners } = tool
  return { name, toolboxId, ...(isForOwners === undefined ? {} : { isForOwners }) }
}
