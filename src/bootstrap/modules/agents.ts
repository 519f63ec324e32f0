import { join } from 'node:path'
import { AgentDirectory } from '../../domain/config/agent-directory.js'
import { agentsOf } from '../../domain/config/agents.js'
import type { Module } from '../bindings.js'
import { tokens } from '../tokens.js'

/** Who answers, and how sessions are named. */
export const agents: Module = (bindings) => {
  bindings.factory(
    tokens.agents,
    ({ config }, system, fallbackModel) =>
      new AgentDirectory(agentsOf(config, join(system.stateDir, 'workspace')), fallbackModel),
    [tokens.configInUse, tokens.system, tokens.fallbackModel],
  )
  bindings.factory(
    tokens.keySpace,
    (directory, { config }) => ({ defaultAgentId: directory.defaultAgent.id, scope: config.session.scope }),
    [tokens.agents, tokens.configInUse],
  )
}
