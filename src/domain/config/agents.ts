import type { GatewayConfig } from './config.js'

/** The agent that exists when nobody configured one. */
export const DEFAULT_AGENT_ID = 'main'

/** One agent with everything inherited. */
export interface AgentProfile {
  readonly id: string
  readonly isDefault: boolean
  readonly name?: string
  readonly identity?: {
    readonly name?: string
    readonly theme?: string
    readonly emoji?: string
    readonly avatar?: string
  }
  /** Absolute directory. */
  readonly workspace: string
  /** `provider/model`; absent = none configured. */
  readonly model?: string
}

/**
 * The agents of a configuration, default agent first. There is always at least one.
 * @param defaultWorkspace directory of the default agent when the file names none; others get `-<id>` appended
 */
export function agentsOf(config: GatewayConfig, defaultWorkspace: string): readonly AgentProfile[] {
  const defaults = config.agents.defaults
  const listed = config.agents.list ?? []
  const entries = listed.length === 0 ? [{ id: DEFAULT_AGENT_ID }] : listed
  const defaultIndex = Math.max(
    0,
    entries.findIndex((entry) => 'default' in entry && entry.default === true),
  )
  const baseWorkspace = defaults.workspace ?? defaultWorkspace
  const profiles = entries.map((entry, index): AgentProfile => {
    const id = entry.id.toLowerCase()
    const isDefault = index === defaultIndex
    const model = ('model' in entry ? entry.model : undefined) ?? defaults.model
    const own = 'workspace' in entry ? entry.workspace : undefined
    return {
      id,
      isDefault,
      workspace: own ?? (isDefault ? baseWorkspace : `${baseWorkspace}-${id}`),
      ...(model === undefined ? {} : { model }),
      ...('name' in entry && entry.name !== undefined ? { name: entry.name } : {}),
      ...('identity' in entry && entry.identity !== undefined
        ? { identity: entry.identity as NonNullable<AgentProfile['identity']> }
        : {}),
    }
  })
  return [...profiles.filter((agent) => agent.isDefault), ...profiles.filter((agent) => !agent.isDefault)]
}
