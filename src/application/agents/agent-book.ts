import { AgentDirectory } from '../../domain/config/agent-directory.js'
import { type AgentProfile, agentsOf } from '../../domain/config/agents.js'
import { normalizeAgentId } from '../../domain/session/session-key.js'
import type { ConfigView } from '../config-view.js'
import {
  type ConfigEdit,
  ConfigFailure,
  type ConfigReading,
  type ConfigSource,
  type ConfigWriteOrigin,
  type ConfigWritten,
} from '../ports/config-source.js'
import type { Log } from '../ports/log.js'
import type { SystemInfo } from '../ports/system-info.js'
import type { WorkspaceFiles } from '../ports/workspace-files.js'
import type { ConfigReload } from '../reload/config-reload.js'
import { additionEdits, changeEdits, removalEdits } from './agent-edits.js'
import type { AgentSettings } from './agent-settings.js'
import type { WorkspaceBootstrap } from './workspace-bootstrap.js'

export interface AgentBookParts {
  readonly source: Pick<ConfigSource, 'read' | 'edit'>
  readonly configView: Pick<ConfigView, 'expire'>
  /** Null where nobody follows the file: a gateway inside a program. */
  readonly reload: Pick<ConfigReload, 'now'> | null
  readonly files: Pick<WorkspaceFiles, 'putAside'>
  readonly bootstrap: WorkspaceBootstrap
  readonly system: SystemInfo
  /** Directory of the default agent when the file names none. */
  readonly defaultWorkspace: string
  readonly log: Log
}

/** An agent that was changed, and what was written for it. */
export interface ChangedAgent {
  readonly agent: AgentProfile
  readonly written: ConfigWritten
}

type Plan = (resolved: unknown, reading: ConfigReading) => readonly ConfigEdit[]

/** Somebody else may write between our reading and our writing; this often in a row it is no accident. */
const ATTEMPTS = 3

/**
 * Adds, changes and removes agents. What counts is the configuration file: everything is written there, with remarks
 * and layout kept, and the running gateway takes it over as any other change of the file.
 * Every method rejects with an AgentFailure, or with the ConfigFailure of the write.
 */
export class AgentBook {
  readonly #parts: AgentBookParts
  /** Ends with the write before: they wait for each other, so that none is based on what another one changes. */
  #turn: Promise<unknown> = Promise.resolve()

  constructor(parts: AgentBookParts) {
    this.#parts = parts
  }

  /** The id comes from the name. The workspace gets its first files before this returns. */
  async create(name: string, settings: Omit<AgentSettings, 'name'>, origin: ConfigWriteOrigin): Promise<ChangedAgent> {
    const id = normalizeAgentId(name)
    const named = { ...settings, name: name.trim() }
    const written = await this.#write((resolved) => additionEdits(resolved, id, named), origin)
    const agent = this.#find(written, id)
    await this.#parts.bootstrap.ensureWorkspace(agent)
    return { agent, written }
  }

  async update(agentId: string, settings: AgentSettings, origin: ConfigWriteOrigin): Promise<ChangedAgent> {
    const written = await this.#write((resolved) => changeEdits(resolved, agentId, settings), origin)
    return { agent: this.#find(written, agentId), written }
  }

  /**
   * Removes the agent and its bindings; its sessions stay. With `deleteFiles` the workspace is put aside, which is left
   * undone, and logged, where others need something in it.
   */
  async delete(
    agentId: string,
    { deleteFiles }: { readonly deleteFiles: boolean },
    origin: ConfigWriteOrigin,
  ): Promise<{ readonly agentId: string; readonly removedBindings: number; readonly written: ConfigWritten }> {
    let removedBindings = 0
    let before: ConfigReading | undefined
    const written = await this.#write((resolved, reading) => {
      const removal = removalEdits(resolved, agentId)
      before = reading
      removedBindings = removal.removedBindings
      return removal.edits
    }, origin)
    const removed = before === undefined ? undefined : this.#directory(before)?.find(agentId)
    if (deleteFiles && removed !== undefined) await this.#putAside(removed, written)
    return { agentId: agentId.toLowerCase(), removedBindings, written }
  }

  #write(plan: Plan, origin: ConfigWriteOrigin): Promise<ConfigWritten> {
    const work = this.#turn.then(() => this.#writeNow(plan, origin))
    // Whoever asked is told of the failure; who comes next need not know.
    this.#turn = Promise.allSettled([work])
    return work
  }

  async #writeNow(plan: Plan, origin: ConfigWriteOrigin): Promise<ConfigWritten> {
    const { source, configView, reload } = this.#parts
    for (let attempt = 1; ; attempt++) {
      const reading = await source.read()
      const edits = plan(reading.resolved, reading)
      try {
        const written = await source.edit(edits, { baseHash: reading.hash, origin })
        configView.expire()
        await reload?.now()
        return written
      } catch (thrown) {
        const isStale = thrown instanceof ConfigFailure && thrown.code === 'config-changed'
        if (!isStale || attempt === ATTEMPTS) throw thrown
      }
    }
  }

  /** Best effort: the agent is gone already. */
  async #putAside(agent: AgentProfile, written: ConfigReading): Promise<void> {
    const { files, bootstrap, system, log } = this.#parts
    const { id: agentId, workspace } = agent
    const others = this.#directory(written)?.agents.map((other) => other.workspace) ?? []
    try {
      const aside = await files.putAside(workspace, [system.stateDir, ...others])
      bootstrap.forget(workspace)
      if (aside !== null) log.info('put the workspace of a deleted agent aside', { agentId, workspace, aside })
    } catch (thrown) {
      log.warn('the workspace of a deleted agent stays', { agentId, workspace, err: thrown })
    }
  }

  #find(written: ConfigReading, agentId: string): AgentProfile {
    const agent = this.#directory(written)?.find(agentId)
    if (agent === undefined) throw new Error(`agent "${agentId}" was written and is not there`)
    return agent
  }

  #directory({ config }: ConfigReading): AgentDirectory | null {
    if (config === null) return null
    return new AgentDirectory(agentsOf(config, this.#parts.defaultWorkspace), { provider: '', model: '' })
  }
}
