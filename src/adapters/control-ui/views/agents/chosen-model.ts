/** What `config.get` answers, as far as models of agents are concerned. */
export interface ModelsOfConfig {
  readonly resolved: {
    readonly agents?: {
      readonly defaults?: { readonly model?: ModelSetting }
      readonly list?: readonly { readonly id?: string; readonly model?: ModelSetting }[]
    }
  }
}

type ModelSetting = string | { readonly primary?: string }

/** The model that the configuration names for an agent, and the one for all; null = it names none. */
export function chosenModel(
  { resolved }: ModelsOfConfig,
  agentId: string,
): { readonly own: string | null; readonly standard: string | null } {
  const { list = [], defaults } = resolved.agents ?? {}
  const entry = list.find(({ id }) => id?.toLowerCase() === agentId)
  return { own: primaryOf(entry?.model), standard: primaryOf(defaults?.model) }
}

function primaryOf(setting: ModelSetting | undefined): string | null {
  return (typeof setting === 'object' ? setting.primary : setting) ?? null
}
