import type { ModelChoice } from '../config/agent-directory.js'
import { chatToolLists, type ToolLists } from './chat-tools.js'
import { canonicalName } from './known-tool.js'
import { TOOL_PROFILES, type ToolProfile } from './profiles.js'
import { ruleOf, rulesOf, type ToolRule } from './tool-rules.js'
import type { ToolSituation } from './tool-situation.js'

/** Layers that look at lists, in the order in which they are asked. */
export type ListLayer =
  | 'profile'
  | 'provider-profile'
  | 'global'
  | 'global-provider'
  | 'agent'
  | 'agent-provider'
  | 'chat'
  | 'subagent'
  | 'http'

/** One layer with what it is made of. It can only remove. */
export interface PolicyLayer {
  readonly layer: ListLayer
  /** Key it comes from; null when nothing is configured there. */
  readonly path: string | null
  /** Null = everything. */
  readonly allow: readonly ToolRule[] | null
  readonly deny: readonly ToolRule[]
  /** An allow list that somebody wrote has to name something that exists; a profile does not. */
  readonly isWritten: boolean
}

interface PolicyLists extends ToolLists {
  readonly profile?: ToolProfile | undefined
}

interface Located {
  readonly path: string
  readonly lists: PolicyLists
}

/** Spawned sessions never get these. */
export const NOT_FOR_SUBAGENTS = [
  'gateway',
  'agents_list',
  'session_status',
  'cron',
  'memory_search',
  'memory_get',
  'sessions_send',
]
/** At the deepest level they do not get these either. */
export const NOT_AT_THE_BOTTOM = ['sessions_list', 'sessions_history', 'sessions_spawn']
/** What `POST /tools/invoke` refuses unless `gateway.tools.allow` names it. */
export const NOT_OVER_HTTP = ['sessions_spawn', 'sessions_send', 'gateway', 'whatsapp_login']

/** All layers of a situation, in order. */
export function policyLayers(situation: ToolSituation): readonly PolicyLayer[] {
  const { config, agentId, model } = situation
  const index = (config.agents.list ?? []).findIndex(({ id }) => id.toLowerCase() === agentId.toLowerCase())
  const listed = index === -1 ? undefined : config.agents.list?.[index]?.tools
  const global: Located = { path: 'tools', lists: config.tools }
  const agent: Located | undefined =
    listed === undefined ? undefined : { path: `agents.list[${index}].tools`, lists: listed }
  const globalProvider = providerLists('tools.byProvider', config.tools.byProvider, model)
  const agentProvider = providerLists(`agents.list[${index}].tools.byProvider`, listed?.byProvider, model)
  return [
    profileLayer('profile', agent, global),
    profileLayer('provider-profile', agentProvider, globalProvider),
    // An allow list and alsoAllow never stand side by side; without one, alsoAllow only widens the profile.
    listLayer('global', global),
    listLayer('global-provider', globalProvider),
    listLayer('agent', agent),
    listLayer('agent-provider', agentProvider),
    chatLayer(situation),
    subagentLayer(situation),
    httpLayer(situation),
  ]
}

/** The agent's own profile and additions stand instead of those above. */
function profileLayer(layer: ListLayer, own: Located | undefined, above: Located | undefined): PolicyLayer {
  const from = own?.lists.profile === undefined ? above : own
  const profile = from?.lists.profile
  const names = profile === undefined ? null : TOOL_PROFILES[profile]
  if (from === undefined || names === null) return { ...nothing(layer), path: profilePath(from) }
  const path = `${from.path}.profile`
  const more = own?.lists.alsoAllow === undefined ? above : own
  const added = more === undefined ? [] : rulesOf(more.lists.alsoAllow, `${more.path}.alsoAllow`)
  return { ...nothing(layer), path, allow: [...names.map((entry) => ruleOf(entry, path)), ...added] }
}

function profilePath(from: Located | undefined): string | null {
  return from?.lists.profile === undefined ? null : `${from.path}.profile`
}

function listLayer(layer: ListLayer, at: Located | undefined): PolicyLayer {
  if (at === undefined) return nothing(layer)
  const allow = rulesOf(at.lists.allow, `${at.path}.allow`)
  return {
    layer,
    path: at.path,
    allow: allow.length === 0 ? null : allow,
    deny: rulesOf(at.lists.deny, `${at.path}.deny`),
    isWritten: true,
  }
}

/** The key of the model counts alone where it exists, else that of its provider. */
function providerLists(
  path: string,
  byProvider: Readonly<Record<string, PolicyLists>> | undefined,
  model: ModelChoice | undefined,
): Located | undefined {
  if (model === undefined || byProvider === undefined) return undefined
  for (const wanted of [`${model.provider}/${model.model}`, model.provider]) {
    const key = Object.keys(byProvider).find((one) => one.toLowerCase() === wanted.toLowerCase())
    const lists = key === undefined ? undefined : byProvider[key]
    if (lists !== undefined) return { path: `${path}.${key}`, lists }
  }
  return undefined
}

function chatLayer({ config, chat }: ToolSituation): PolicyLayer {
  const found = chat === undefined ? null : chatToolLists(config, chat)
  if (found === null) return nothing('chat')
  const layer = listLayer('chat', found)
  if (layer.allow === null) return layer
  return { ...layer, allow: [...layer.allow, ...rulesOf(found.lists.alsoAllow, `${found.path}.alsoAllow`)] }
}

function subagentLayer({ config, spawnDepth }: ToolSituation): PolicyLayer {
  if (spawnDepth === undefined) return nothing('subagent')
  const path = 'tools.subagents.tools'
  const lists = config.tools.subagents.tools
  const layer = listLayer('subagent', { path, lists })
  const isDeepest = spawnDepth >= config.agents.defaults.subagents.maxSpawnDepth
  const withheld = isDeepest ? [...NOT_FOR_SUBAGENTS, ...NOT_AT_THE_BOTTOM] : NOT_FOR_SUBAGENTS
  const givenBack = new Set([...(lists.allow ?? []), ...(lists.alsoAllow ?? [])].map(canonicalName))
  const builtIn = withheld.filter((name) => !givenBack.has(name)).map((name) => ruleOf(name, 'built in'))
  return { ...layer, deny: [...layer.deny, ...builtIn] }
}

function httpLayer({ config, isHttp }: ToolSituation): PolicyLayer {
  if (isHttp !== true) return nothing('http')
  const { allow, deny } = config.gateway.tools
  const givenBack = rulesOf(allow, 'gateway.tools.allow')
  const builtIn = NOT_OVER_HTTP.filter(
    (name) => !givenBack.some((rule) => rule.matches({ name, toolboxId: 'builtin' })),
  ).map((name) => ruleOf(name, 'built in'))
  return {
    ...nothing('http'),
    path: 'gateway.tools',
    deny: [...rulesOf(deny, 'gateway.tools.deny'), ...builtIn],
  }
}

function nothing(layer: ListLayer): PolicyLayer {
  return { layer, path: null, allow: null, deny: [], isWritten: false }
}
