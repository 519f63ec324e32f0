import type { GatewayConfig } from './config.js'
import { modelBehind } from './model-alias.js'

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
  /** `provider/model`, in the order in which they are tried when the first one fails. Absent = none. */
  readonly fallbackModels?: readonly string[]
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
    const { model, fallbackModels } = modelsOf('model' in entry ? entry.model : undefined, config)
    const own = 'workspace' in entry ? entry.workspace : undefined
    return {
      id,
      isDefault,
      workspace: own ?? (isDefault ? baseWorkspace : `${baseWorkspace}-${id}`),
      ...(model === undefined ? {} : { model }),
      ...(fallbackModels.length === 0 ? {} : { fallbackModels }),
      ...('name' in entry && entry.name !== undefined ? { name: entry.name } : {}),
      ...('identity' in entry && entry.identity !== undefined
        ? { identity: entry.identity as NonNullable<AgentProfile['identity']> }
        : {}),
    }
  })
  return [...profiles.filter((agent) => agent.isDefault), ...profiles.filter((agent) => !agent.isDefault)]
}

/** An agent's own text replaces the primary model only, its own map both; what it leaves out is inherited. */
function modelsOf(own: ModelChoiceSetting | undefined, config: GatewayConfig) {
  const inherited = asMap(config.agents.defaults.model)
  const { primary, fallbacks } = { ...inherited, ...asMap(own) }
  return {
    model: primary === undefined ? undefined : modelBehind(primary, config),
    fallbackModels: (fallbacks ?? []).map((ref) => modelBehind(ref, config)),
  }
}

type ModelChoiceSetting = NonNullable<GatewayConfig['agents']['defaults']['model']>

function asMap(choice: ModelChoiceSetting | undefined): Exclude<ModelChoiceSetting, string> {
  return typeof choice === 'string' ? { primary: choice } : (choice ?? {})
}
