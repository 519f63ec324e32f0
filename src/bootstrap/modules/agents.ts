import { join } from 'node:path'
import { AgentDirectory } from '../../domain/config/agent-directory.js'
import { agentsOf } from '../../domain/config/agents.js'
import type { Module } from '../bindings.js'
import { tokens } from '../tokens.js'

/** Who answers, and how sessions are named. */
export const agents: Module = (bindings) => {
  bindings.factory(
    tokens.agents,
    (live, system, fallbackModel) =>
      new AgentDirectory(agentsOf(live.config, join(system.stateDir, 'workspace')), fallbackModel),
    [tokens.live, tokens.system, tokens.fallbackModel],
  )
  bindings.factory(
    tokens.keySpace,
    (directory, live) => ({
      get defaultAgentId() {
        return directory.defaultAgent.id
      },
      get scope() {
        return live.config.session.scope
      },
    }),
    [tokens.agents, tokens.live],
  )
}
