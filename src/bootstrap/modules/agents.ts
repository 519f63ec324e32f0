import { join } from 'node:path'
import { NodeWorkspaceFiles } from '../../adapters/workspace-files-node/node-workspace-files.js'
import { AgentBook } from '../../application/agents/agent-book.js'
import { WorkspaceBootstrap } from '../../application/agents/workspace-bootstrap.js'
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
  bindings.factory(tokens.workspaceFiles, () => new NodeWorkspaceFiles(), [])
  bindings.factory(
    tokens.workspaceBootstrap,
    (files, live, log) => new WorkspaceBootstrap({ files, live, log: log.child('agent') }),
    [tokens.workspaceFiles, tokens.live, tokens.log],
  )
  bindings.factory(
    tokens.agentBook,
    (source, configView, configReload, files, bootstrap, system, log) =>
      new AgentBook({
        source,
        configView,
        get reload() {
          return configReload()
        },
        files,
        bootstrap,
        system,
        defaultWorkspace: join(system.stateDir, 'workspace'),
        log: log.child('agent'),
      }),
    [
      tokens.configSource,
      tokens.configView,
      tokens.configReload,
      tokens.workspaceFiles,
      tokens.workspaceBootstrap,
      tokens.system,
      tokens.log,
    ],
  )
}
