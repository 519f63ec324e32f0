import type { AgentProfile } from '../../domain/config/agents.js'
import type { Log } from '../ports/log.js'
import type { WorkspaceFiles } from '../ports/workspace-files.js'
import type { LiveConfig } from '../reload/live-config.js'
import { makeWorkspace } from './make-workspace.js'

export interface WorkspaceBootstrapParts {
  readonly files: Pick<WorkspaceFiles, 'inspect' | 'add'>
  readonly live: Pick<LiveConfig, 'config'>
  readonly log: Log
}

/** Makes sure that agents have a workspace to work in. */
export class WorkspaceBootstrap {
  readonly #parts: WorkspaceBootstrapParts
  readonly #made = new Map<string, Promise<void>>()

  constructor(parts: WorkspaceBootstrapParts) {
    this.#parts = parts
  }

  /**
   * To be called before an agent runs. Makes the workspace, and in a new one its first files, unless
   * `agents.defaults.skipBootstrap` says otherwise; a workspace with any of these files is somebody's own and stays as
   * it is. Looks only once for each workspace. Never rejects: what cannot be made is logged, and tried again.
   */
  ensureWorkspace(agent: Pick<AgentProfile, 'id' | 'name' | 'identity' | 'workspace'>): Promise<void> {
    const { workspace } = agent
    const known = this.#made.get(workspace)
    if (known !== undefined) return known
    const making = this.#make(agent).catch((thrown: unknown) => {
      this.#made.delete(workspace)
      this.#parts.log.warn('cannot prepare a workspace', { agentId: agent.id, workspace, err: thrown })
    })
    this.#made.set(workspace, making)
    return making
  }

  /** The workspace may be gone. */
  forget(workspace: string): void {
    this.#made.delete(workspace)
  }

  async #make(agent: Pick<AgentProfile, 'id' | 'name' | 'identity' | 'workspace'>): Promise<void> {
    const { files, live, log } = this.#parts
    const { workspace } = agent
    const added = await makeWorkspace(files, agent, live.config.agents.defaults.skipBootstrap)
    if (added.length > 0) log.info('made a workspace', { agentId: agent.id, workspace, files: added })
  }
}
