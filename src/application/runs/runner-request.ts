import type { AgentDirectory, ModelChoice } from '../../domain/config/agent-directory.js'
import type { SessionEntry } from '../../domain/session/session-entry.js'
import type { RunnerRequest } from '../ports/agent-runner.js'
import type { ActiveRun } from './active-run.js'
import type { Scene } from './scene.js'

/** The model a session answers with. */
export function modelFor(session: SessionEntry | null, agents: AgentDirectory, agentId: string): ModelChoice {
  const { providerOverride, modelOverride } = session ?? {}
  return providerOverride !== undefined && modelOverride !== undefined
    ? { provider: providerOverride, model: modelOverride }
    : agents.modelOf(agentId)
}

/** What the runner is asked. */
export function requestFor(run: ActiveRun, scene: Scene): RunnerRequest {
  const { record } = run
  const { request } = record
  const thinking = request.thinking ?? scene.session?.thinkingLevel
  return {
    runId: record.runId,
    agentId: scene.agent.id,
    sessionKey: record.sessionKey,
    model: scene.model,
    workspace: scene.agent.workspace,
    history: scene.history,
    message: withNews(scene.news, request.message),
    ...(request.attachments === undefined ? {} : { attachments: request.attachments }),
    ...(request.extraSystemPrompt === undefined ? {} : { extraSystemPrompt: request.extraSystemPrompt }),
    ...(thinking === undefined ? {} : { thinking }),
  }
}

function withNews(news: readonly string[], message: string): string {
  return news.length === 0 ? message : `${news.map((line) => `System: ${line}`).join('\n')}\n\n${message}`
}
