import type { AgentDirectory } from '../../domain/config/agent-directory.js'
import { situationOfSession } from '../../domain/tools/session-situation.js'
import { toolPolicy } from '../../domain/tools/tool-policy.js'
import type { SessionStore } from '../ports/session-store.js'
import type { LiveConfig } from '../reload/live-config.js'
import { sessionModel } from '../sessions/session-model.js'
import type { RegisteredTool, ToolRegistry } from './tool-registry.js'

export interface OwnToolsParts {
  readonly live: Pick<LiveConfig, 'config'>
  readonly registry: Pick<ToolRegistry, 'all'>
  readonly agents: AgentDirectory
  readonly store: Pick<SessionStore, 'session'>
}

/** Tells which tools an agent has itself, before a program that brings tools along is taken at its word. */
export class OwnTools {
  readonly #parts: OwnToolsParts

  constructor(parts: OwnToolsParts) {
    this.#parts = parts
  }

  /** Names of the tools that a program's run in this session would be offered now. @param sessionKey canonical */
  async names(agentId: string, sessionKey: string): Promise<ReadonlySet<string>> {
    const { live, registry, agents, store } = this.#parts
    const session = await store.session(sessionKey)
    const known = registry.all(agentId).map(knownAs)
    const policy = toolPolicy({
      config: live.config,
      agentId,
      model: session === null ? agents.modelOf(agentId) : sessionModel(session, agents),
      isOwner: true,
      known,
      ...situationOfSession(sessionKey, session),
    })
    return new Set(known.filter((tool) => policy.isOffered(tool)).map(({ name }) => name))
  }
}

function knownAs({ tool, toolboxId }: RegisteredTool) {
  return { name: tool.name, toolboxId, isForOwners: tool.isForOwners === true }
}
