import type { AgentDirectory, ModelChoice } from '../../domain/config/agent-directory.js'
import type { SessionEntry } from '../../domain/session/session-entry.js'

/** What answers the next message of a session: its own choice, else its agent's. */
export function sessionModel(entry: SessionEntry, agents: AgentDirectory): ModelChoice {
  const { providerOverride: provider, modelOverride: model } = entry
  return provider !== undefined && model !== undefined ? { provider, model } : agents.modelOf(entry.agentId)
}
