import { readMaskingPattern } from '../log/masking.js'
import type { GatewayConfig } from './config.js'
import type { LocatedProblem } from './explain-issues.js'
import { formatKeyPath, type KeyPath } from './key-path.js'
import type { ConfigProblemCode } from './problem.js'

/** What no single key can tell: rules over several keys of a configuration that is valid key by key. */
export function crossChecks(config: GatewayConfig): { problems: LocatedProblem[]; warnings: LocatedProblem[] } {
  return {
    problems: [...checkBind(config), ...checkAgentIds(config), ...checkPatterns(config)],
    warnings: checkDefaultAgents(config),
  }
}

function checkBind({ gateway }: GatewayConfig): LocatedProblem[] {
  if (gateway.bind !== 'custom' || gateway.customBindHost !== undefined) return []
  return [finding(['gateway', 'bind'], 'conflict', 'custom needs gateway.customBindHost, an IP address')]
}

function checkAgentIds({ agents }: GatewayConfig): LocatedProblem[] {
  const seen = new Set<string>()
  return (agents.list ?? []).flatMap((agent, index) => {
    const id = agent.id.toLowerCase()
    if (!seen.has(id)) {
      seen.add(id)
      return []
    }
    return [finding(['agents', 'list', index, 'id'], 'conflict', `another agent already has the id "${id}"`)]
  })
}

function checkPatterns({ logging }: GatewayConfig): LocatedProblem[] {
  return logging.redactPatterns.flatMap((pattern, index) => {
    if (readMaskingPattern(pattern) !== null) return []
    return [finding(['logging', 'redactPatterns', index], 'bad_value', 'expected a regular expression')]
  })
}

function checkDefaultAgents({ agents }: GatewayConfig): LocatedProblem[] {
  const marked = (agents.list ?? []).flatMap((agent, index) => (agent.default === true ? [index] : []))
  return marked
    .slice(1)
    .map((index) =>
      finding(['agents', 'list', index, 'default'], 'conflict', 'another agent is already the default; the first wins'),
    )
}

function finding(at: KeyPath, code: ConfigProblemCode, message: string): LocatedProblem {
  return { at, problem: { path: formatKeyPath(at), code, message } }
}
