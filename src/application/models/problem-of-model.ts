import type { AgentDirectory } from '../../domain/config/agent-directory.js'
import { RunnerFailure } from '../ports/agent-runner.js'
import type { RunModels } from './run-models.js'

/**
 * Why an agent cannot answer with a model that somebody names for a run to come; null = it can. A run that nobody may
 * answer would be accepted and then fail where those who asked for it do not see it.
 */
export function problemOfModel(
  model: string | undefined,
  agentId: string,
  { agents, models }: { readonly agents: AgentDirectory; readonly models: Pick<RunModels, 'modelsFor'> },
): string | null {
  if (model === undefined) return null
  const agent = agents.find(agentId) ?? agents.defaultAgent
  try {
    models.modelsFor({ run: { runId: '', agentId, request: { message: '' } }, agent, session: null }, model)
    return null
  } catch (thrown) {
    if (thrown instanceof RunnerFailure) return thrown.message
    throw thrown
  }
}
