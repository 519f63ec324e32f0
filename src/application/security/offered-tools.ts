import { DEFAULT_AGENT_ID } from '../../domain/config/agents.js'
import type { GatewayConfig } from '../../domain/config/config.js'
import type { ChatPlace } from '../../domain/tools/chat-place.js'
import { TOOL_GROUPS } from '../../domain/tools/groups.js'
import type { KnownTool } from '../../domain/tools/known-tool.js'
import { toolPolicy } from '../../domain/tools/tool-policy.js'

/** Tools that change files or run commands on this machine. */
const DANGEROUS: readonly KnownTool[] = ['group:fs', 'group:runtime'].flatMap((group) =>
  (TOOL_GROUPS[group] ?? []).map((name) => ({ name, toolboxId: 'builtin' })),
)

/**
 * The tools for files and commands that some agent offers to somebody who owns nothing.
 * @param chat where that somebody writes; absent = directly
 */
export function dangerousTools(config: GatewayConfig, chat?: ChatPlace): readonly string[] {
  const listed = (config.agents.list ?? []).map(({ id }) => id)
  const agentIds = listed.length === 0 ? [DEFAULT_AGENT_ID] : listed
  const offered = agentIds.flatMap((agentId) => {
    const about = { config, agentId, isOwner: false, known: DANGEROUS }
    const policy = toolPolicy(chat === undefined ? about : { ...about, chat })
    return DANGEROUS.filter((tool) => policy.isOffered(tool)).map(({ name }) => name)
  })
  return [...new Set(offered)]
}
