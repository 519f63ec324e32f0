import type { GatewayConfig } from '../config/config.js'
import type { AgentApprovals, AllowlistEntry, ApprovalsFile } from './approvals-file.js'
import { parsePattern } from './command-pattern.js'
import { type ExecRules, moreCarefulAsk, stricterSecurity } from './exec-rules.js'
import { SAFE_FILTERS } from './safe-filters.js'

/**
 * What counts for an agent: of the configuration and the approvals file the stricter security and the more careful
 * asking. What one of them does not say, the other decides alone; unanswered questions mean no unless the file says
 * otherwise.
 */
export function effectiveRules(config: GatewayConfig, file: ApprovalsFile, agentId: string): ExecRules {
  const own = config.agents.list?.find(({ id }) => id.toLowerCase() === agentId.toLowerCase())?.tools?.exec
  const exec = config.tools.exec
  const security = own?.security ?? exec.security
  const ask = own?.ask ?? exec.ask
  const kept = approvalsOf(file, agentId)
  return {
    security: kept.security === undefined ? security : stricterSecurity(security, kept.security),
    ask: kept.ask === undefined ? ask : moreCarefulAsk(ask, kept.ask),
    askFallback: kept.askFallback ?? 'deny',
    allowlist: allowlistOf(file, agentId).flatMap(({ id, pattern }) => {
      const parsed = parsePattern(pattern)
      return parsed === null ? [] : [{ id, pattern: parsed }]
    }),
    filters: {
      names: own?.safeBins ?? exec.safeBins ?? SAFE_FILTERS,
      folders: own?.safeBinTrustedDirs ?? exec.safeBinTrustedDirs,
      profiles: own?.safeBinProfiles ?? exec.safeBinProfiles,
    },
  }
}

/** The agent's own words before those for every agent, before the defaults. */
function approvalsOf(file: ApprovalsFile, agentId: string): AgentApprovals {
  return { ...file.defaults, ...agentEntry(file, '*'), ...agentEntry(file, agentId) }
}

/** Entries for every agent, and its own. */
function allowlistOf(file: ApprovalsFile, agentId: string): readonly AllowlistEntry[] {
  return [...(agentEntry(file, '*').allowlist ?? []), ...(agentEntry(file, agentId).allowlist ?? [])]
}

function agentEntry({ agents = {} }: ApprovalsFile, agentId: string): AgentApprovals {
  return Object.hasOwn(agents, agentId) ? (agents[agentId] as AgentApprovals) : {}
}
