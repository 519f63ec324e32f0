import type { GatewayConfig } from './config.js'
import type { LocatedProblem } from './explain-issues.js'
import { finding } from './finding.js'
import type { KeyPath } from './key-path.js'

type Agent = NonNullable<GatewayConfig['agents']['list']>[number]

/** What must agree among the agents. */
export function agentRules(config: GatewayConfig): LocatedProblem[] {
  const list = config.agents.list ?? []
  return [
    ...duplicates(list, 'id', (agent) => agent.id.toLowerCase(), 'id'),
    ...duplicates(list, 'agentDir', (agent) => agent.agentDir, 'directory'),
    ...activeHoursRules(['agents', 'defaults'], config.agents.defaults.heartbeat.activeHours),
    ...list.flatMap((agent, index) => [
      ...activeHoursRules(['agents', 'list', index], agent.heartbeat?.activeHours),
      ...toolListRules(['agents', 'list', index, 'tools'], agent.tools),
      ...loopRules(['agents', 'list', index, 'tools', 'loopDetection'], {
        ...config.tools.loopDetection,
        ...agent.tools?.loopDetection,
      }),
    ]),
    ...toolListRules(['tools'], config.tools),
    ...toolListRules(['tools', 'subagents', 'tools'], config.tools.subagents.tools),
    ...loopRules(['tools', 'loopDetection'], config.tools.loopDetection),
  ]
}

/** More than one default agent does no harm. */
export function agentWarnings({ agents }: GatewayConfig): LocatedProblem[] {
  const marked = (agents.list ?? []).flatMap((agent, index) => (agent.default === true ? [index] : []))
  return marked
    .slice(1)
    .map((index) =>
      finding(['agents', 'list', index, 'default'], 'conflict', 'another agent is already the default; the first wins'),
    )
}

function duplicates(
  list: readonly Agent[],
  key: string,
  pick: (agent: Agent) => string | undefined,
  name: string,
): LocatedProblem[] {
  const seen = new Set<string>()
  return list.flatMap((agent, index) => {
    const value = pick(agent)
    if (value === undefined) return []
    if (seen.has(value)) {
      return [finding(['agents', 'list', index, key], 'conflict', `another agent already has the ${name} "${value}"`)]
    }
    seen.add(value)
    return []
  })
}

function activeHoursRules(
  owner: KeyPath,
  hours: { readonly start?: string | undefined; readonly end?: string | undefined } | undefined,
): LocatedProblem[] {
  const at = [...owner, 'heartbeat', 'activeHours']
  if (hours?.start === '24:00') return [finding([...at, 'start'], 'conflict', '24:00 is possible only as end')]
  if (hours?.start === undefined || hours.start !== hours.end) return []
  return [finding([...at, 'end'], 'conflict', 'must differ from start')]
}

interface ToolLists {
  readonly allow?: readonly string[] | undefined
  readonly alsoAllow?: readonly string[] | undefined
  readonly byProvider?: Readonly<Record<string, ToolLists>> | undefined
}

function toolListRules(at: KeyPath, tools: ToolLists | undefined): LocatedProblem[] {
  if (tools === undefined) return []
  const isBoth = tools.allow !== undefined && tools.alsoAllow !== undefined
  return [
    ...(isBoth ? [finding([...at, 'alsoAllow'], 'conflict', 'cannot stand beside allow; put the names there')] : []),
    ...Object.entries(tools.byProvider ?? {}).flatMap(([name, lists]) =>
      toolListRules([...at, 'byProvider', name], lists),
    ),
  ]
}

interface LoopThresholds {
  readonly warningThreshold?: number | undefined
  readonly criticalThreshold?: number | undefined
  readonly globalCircuitBreakerThreshold?: number | undefined
}

function loopRules(at: KeyPath, thresholds: LoopThresholds): LocatedProblem[] {
  const { warningThreshold = 10, criticalThreshold = 20, globalCircuitBreakerThreshold = 30 } = thresholds
  if (warningThreshold >= criticalThreshold) {
    return [
      finding([...at, 'criticalThreshold'], 'conflict', `must be more than warningThreshold (${warningThreshold})`),
    ]
  }
  if (criticalThreshold < globalCircuitBreakerThreshold) return []
  const message = `must be more than criticalThreshold (${criticalThreshold})`
  return [finding([...at, 'globalCircuitBreakerThreshold'], 'conflict', message)]
}
