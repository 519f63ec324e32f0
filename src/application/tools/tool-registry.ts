import { parametersSchema } from '../../domain/protocol/parameters-schema.js'
import type { ToolSpec } from '../ports/agent-runner.js'
import type { Log } from '../ports/log.js'
import type { Tool, Toolbox } from '../ports/tools.js'

/** A tool and what brought it. */
export interface RegisteredTool {
  readonly toolboxId: string
  readonly tool: Tool
}

/** Decides whether a run is offered a tool. */
export type ToolFilter = (tool: Tool, toolboxId: string) => boolean

/** The tools of one run. */
export interface OfferedTools {
  readonly specs: readonly ToolSpec[]
  /** The offered tool of this name; exactly this name. */
  find(name: string): Tool | undefined
  /** Whether there is such a tool, offered or not. */
  isKnown(name: string): boolean
}

/** No tools at all. */
export const NO_TOOLS: OfferedTools = { specs: [], find: () => undefined, isKnown: () => false }

/** All tools of all toolboxes, each under a name of its own. */
export class ToolRegistry {
  readonly #toolboxes: readonly Toolbox[]
  readonly #log: Log
  readonly #specs = new WeakMap<Tool, ToolSpec>()
  /** Names that were told to be taken; one line each is enough. */
  readonly #toldOf = new Set<string>()

  /** @param toolboxes where two bring a tool of one name, the first one's counts */
  constructor(toolboxes: readonly Toolbox[], log: Log) {
    this.#toolboxes = toolboxes
    this.#log = log
  }

  /** Everything there is for an agent, before any policy. */
  all(agentId: string): readonly RegisteredTool[] {
    const byName = new Map<string, RegisteredTool>()
    for (const toolbox of this.#toolboxes) {
      for (const tool of toolbox.tools(agentId)) {
        const first = byName.get(tool.name)
        if (first === undefined) byName.set(tool.name, { toolboxId: toolbox.id, tool })
        else this.#tellOf(tool.name, first.toolboxId, toolbox.id)
      }
    }
    return [...byName.values()]
  }

  /** What a run may use. */
  offer(agentId: string, isOffered: ToolFilter): OfferedTools {
    const all = this.all(agentId)
    const offered = new Map<string, Tool>()
    for (const { tool, toolboxId } of all) if (isOffered(tool, toolboxId)) offered.set(tool.name, tool)
    return {
      specs: [...offered.values()].map((tool) => this.#specOf(tool)),
      find: (name) => offered.get(name),
      isKnown: (name) => all.some(({ tool }) => tool.name === name),
    }
  }

  /** Ends what tools left running. */
  async close(): Promise<void> {
    const endings = await Promise.allSettled(this.#toolboxes.map((toolbox) => toolbox.close()))
    endings.forEach((ending, index) => {
      if (ending.status === 'rejected') {
        this.#log.error('toolbox could not be closed', { toolbox: this.#toolboxes[index]?.id, err: ending.reason })
      }
    })
  }

  #specOf(tool: Tool): ToolSpec {
    const known = this.#specs.get(tool)
    if (known !== undefined) return known
    const { name, description } = tool
    const spec = { name, description, parameters: parametersSchema(tool.params()) }
    this.#specs.set(tool, spec)
    return spec
  }

  #tellOf(name: string, kept: string, left: string): void {
    const both = `${name} ${left}`
    if (this.#toldOf.has(both)) return
    this.#toldOf.add(both)
    this.#log.warn('tool left out: its name is taken', { tool: name, toolbox: left, takenBy: kept })
  }
}
