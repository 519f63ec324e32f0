import type { AgentDirectory, ModelChoice } from '../../domain/config/agent-directory.js'
import type { SessionEntry } from '../../domain/session/session-entry.js'
import type { RunnerRequest } from '../ports/agent-runner.js'
import type { ActiveRun } from './active-run.js'
import type { RunHooks } from './run-hooks.js'
import type { Scene } from './scene.js'

/** The model a session answers with. */
export function modelFor(session: SessionEntry | null, agents: AgentDirectory, agentId: string): ModelChoice {
  const { providerOverride, modelOverride } = session ?? {}
  return providerOverride !== undefined && modelOverride !== undefined
    ? { provider: providerOverride, model: modelOverride }
    : agents.modelOf(agentId)
}

/** What the runner is asked next. */
export function requestFor(run: ActiveRun, scene: Scene, { prepareHistory }: RunHooks): RunnerRequest {
  const { record } = run
  const { request } = record
  const { conversation, models, session } = scene
  const tools = [...scene.tools.specs, ...scene.clientTools.values()]
  const thinking = request.thinking ?? session?.thinkingLevel
  const { history, message } = conversation
  const choice = request.toolChoice === 'none' ? undefined : request.toolChoice
  return {
    runId: record.runId,
    agentId: scene.agent.id,
    sessionKey: record.sessionKey,
    model: models.primary,
    workspace: scene.agent.workspace,
    history: prepareHistory === undefined ? history : prepareHistory(history, models.primary, session),
    message,
    ...(tools.length === 0 ? {} : { tools }),
    ...(choice === undefined || scene.conversation.hasGrown ? {} : { toolChoice: choice }),
    ...(request.settings === undefined ? {} : { settings: request.settings }),
    ...(request.attachments === undefined || message === null ? {} : { attachments: request.attachments }),
    ...(request.extraSystemPrompt === undefined ? {} : { extraSystemPrompt: request.extraSystemPrompt }),
    ...(thinking === undefined ? {} : { thinking }),
  }
}
