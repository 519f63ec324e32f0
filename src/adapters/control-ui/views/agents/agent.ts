/** An agent as `agents.list` tells it. */
export interface Agent {
  readonly id: string
  readonly name?: string
  readonly identity?: {
    readonly name?: string
    readonly emoji?: string
    readonly avatar?: string
    readonly theme?: string
  }
}

export interface AgentList {
  readonly defaultId: string
  readonly agents: readonly Agent[]
}
