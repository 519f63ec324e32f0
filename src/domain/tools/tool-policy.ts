import { canonicalName, type KnownTool } from './known-tool.js'
import { type ListLayer, type PolicyLayer, policyLayers } from './policy-layers.js'
import type { ToolRule } from './tool-rules.js'
import type { ToolSituation } from './tool-situation.js'

/** Who says something about a tool, in the order in which they are asked. */
export type LayerName = 'owner' | 'settings' | ListLayer

/** What one layer says about one tool. */
export interface LayerVerdict {
  readonly layer: LayerName
  /** Key of the rule that decided here; null when nothing is configured. */
  readonly path: string | null
  /** The rule in words: `deny group:fs`. */
  readonly rule: string
  readonly verdict: 'passes' | 'removes'
}

export interface ToolJudgement {
  readonly tool: string
  readonly offered: boolean
  /** All of them, also those after the one that decided. */
  readonly layers: readonly LayerVerdict[]
  /** The first layer that removes it; null when it is offered. */
  readonly decidedBy: LayerName | null
}

/** An allow list that names nothing there is. It lets nothing through; it is never taken for an empty one. */
export interface ToolPolicyProblem {
  readonly path: string
  readonly message: string
}

/** Policy of one situation, prepared for many tools. */
export interface ToolPolicy {
  judge(tool: KnownTool): ToolJudgement
  isOffered(tool: KnownTool): boolean
  readonly problems: readonly ToolPolicyProblem[]
}

/** Needs an owner as sender, whatever its toolbox says. Tools that log a channel in do too. */
const FOR_OWNERS: ReadonlySet<string> = new Set(['cron', 'gateway'])

/** A tool is offered when every layer lets it through; a layer can only remove. */
export function toolPolicy(situation: ToolSituation): ToolPolicy {
  const known = situation.known.map(asCanonical)
  const layers = policyLayers(situation)
  const hollow = new Set(layers.filter((layer) => isHollow(layer, known)))
  const judge = (given: KnownTool): ToolJudgement => {
    const tool = asCanonical(given)
    const verdicts = [
      ownerVerdict(tool, situation),
      settingsVerdict(tool, situation),
      ...layers.map((layer) => listVerdict(tool, layer, hollow.has(layer))),
    ]
    const decided = verdicts.find(({ verdict }) => verdict === 'removes')
    return { tool: tool.name, offered: decided === undefined, layers: verdicts, decidedBy: decided?.layer ?? null }
  }
  return {
    judge,
    isOffered: (tool) => judge(tool).offered,
    problems: [...hollow].map(({ path, allow }) => hollowProblem(`${path}.allow`, allow ?? [])),
  }
}

/** Whether one tool is offered, and who said so. */
export function judgeTool(tool: KnownTool, situation: ToolSituation): ToolJudgement {
  return toolPolicy(situation).judge(tool)
}

function asCanonical(tool: KnownTool): KnownTool {
  const name = canonicalName(tool.name)
  return name === tool.name ? tool : { ...tool, name }
}

function isHollow({ isWritten, allow }: PolicyLayer, known: readonly KnownTool[]): boolean {
  return isWritten && allow !== null && !known.some((tool) => allowing(allow, tool) !== undefined)
}

function hollowProblem(path: string, allow: readonly ToolRule[]): ToolPolicyProblem {
  const names = allow.map(({ entry }) => entry).join(', ')
  return { path, message: `names no tool there is (${names}), so that no tool is offered` }
}

function ownerVerdict({ name, isForOwners }: KnownTool, { isOwner }: ToolSituation): LayerVerdict {
  const needsOwner = isForOwners === true || FOR_OWNERS.has(name) || name.endsWith('_login')
  if (!needsOwner) return { layer: 'owner', path: null, rule: 'for every sender', verdict: 'passes' }
  const path = 'commands.ownerAllowFrom'
  return { layer: 'owner', path, rule: 'only for an owner', verdict: isOwner ? 'passes' : 'removes' }
}

/** Some tools have a switch of their own. An agent's settings stand over the global ones. */
function settingsVerdict({ name }: KnownTool, { config, agentId, model }: ToolSituation): LayerVerdict {
  const index = (config.agents.list ?? []).findIndex(({ id }) => id.toLowerCase() === agentId.toLowerCase())
  const own = index === -1 ? undefined : config.agents.list?.[index]?.tools?.exec
  const at = (key: string, isOwn: boolean) => (isOwn ? `agents.list[${index}].tools.exec.${key}` : `tools.exec.${key}`)
  if (name === 'exec') {
    const security = own?.security ?? config.tools.exec.security
    const path = at('security', own?.security !== undefined)
    return { layer: 'settings', path, rule: security, verdict: security === 'deny' ? 'removes' : 'passes' }
  }
  if (name !== 'apply_patch') return { layer: 'settings', path: null, rule: 'no switch', verdict: 'passes' }
  const enabled = own?.applyPatch?.enabled ?? config.tools.exec.applyPatch.enabled
  const path = at('applyPatch.enabled', own?.applyPatch?.enabled !== undefined)
  if (!enabled) return { layer: 'settings', path, rule: 'false', verdict: 'removes' }
  const models = own?.applyPatch?.allowModels ?? config.tools.exec.applyPatch.allowModels
  if (models.length === 0) return { layer: 'settings', path, rule: 'true', verdict: 'passes' }
  const names = model === undefined ? [] : [model.model, `${model.provider}/${model.model}`]
  const isListed = models.some((one) => names.some((other) => other.toLowerCase() === one.trim().toLowerCase()))
  return {
    layer: 'settings',
    path: at('applyPatch.allowModels', own?.applyPatch?.allowModels !== undefined),
    rule: `only for ${models.join(', ')}`,
    verdict: isListed ? 'passes' : 'removes',
  }
}

/** Within a layer deny beats allow. */
function listVerdict(tool: KnownTool, layer: PolicyLayer, isHollow: boolean): LayerVerdict {
  const denied = layer.deny.find((rule) => rule.matches(tool))
  if (denied !== undefined) return spoken(layer, denied.path, `deny ${denied.entry}`, 'removes')
  if (layer.allow === null) {
    return spoken(layer, layer.path, layer.path === null ? 'nothing configured' : 'no allow list', 'passes')
  }
  const allowed = allowing(layer.allow, tool)
  if (allowed !== undefined) return spoken(layer, allowed.path, `allow ${allowed.entry}`, 'passes')
  const path = layer.isWritten ? `${layer.path}.allow` : layer.path
  return spoken(layer, path, isHollow ? 'allows no tool there is' : 'not allowed', 'removes')
}

function spoken({ layer }: PolicyLayer, path: string | null, rule: string, verdict: LayerVerdict['verdict']) {
  return { layer, path, rule, verdict }
}

/** The entry that allows a tool. Whoever may run commands may patch files. */
function allowing(allow: readonly ToolRule[], tool: KnownTool): ToolRule | undefined {
  const direct = allow.find((rule) => rule.matches(tool))
  if (direct !== undefined || tool.name !== 'apply_patch') return direct
  return allow.find((rule) => rule.matches({ name: 'exec', toolboxId: 'builtin' }))
}
