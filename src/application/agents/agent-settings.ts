/** What may be said about an agent; what is absent stays as it is. */
export interface AgentSettings {
  readonly name?: string | undefined
  /** Path as in a configuration file. */
  readonly workspace?: string | undefined
  /** `provider/model` or an alias; null = the one of all agents, with its fallbacks. */
  readonly model?: string | null | undefined
  readonly identity?: AgentIdentitySettings
}

/** How the agent shows itself; an empty text takes the value away. */
export interface AgentIdentitySettings {
  readonly name?: string | undefined
  readonly theme?: string | undefined
  readonly emoji?: string | undefined
  readonly avatar?: string | undefined
}
