import type { AgentDirectory } from '../../domain/config/agent-directory.js'
import { lenientMethod, type MethodRow } from '../method-table.js'
import type { SystemInfo } from '../ports/system-info.js'

/**
 * Views of existing clients whose subject this gateway does not have: they get an empty answer of the right shape,
 * because an unknown method would put an error on the user's screen every few seconds.
 */
export function emptyViews(parts: {
  readonly agents: AgentDirectory
  readonly system: SystemInfo
}): readonly MethodRow[] {
  const { agents, system } = parts
  return [
    lenientMethod('skills.status', () => ({
      workspaceDir: agents.defaultAgent.workspace,
      managedSkillsDir: `${system.stateDir}/skills`,
      skills: [],
    })),
    lenientMethod('node.pair.list', () => ({ pending: [], paired: [] })),
    lenientMethod('voicewake.get', () => ({ triggers: [] })),
    lenientMethod('tts.status', () => NO_TTS),
    lenientMethod('tts.providers', () => ({ providers: [], active: 'edge' })),
    lenientMethod('talk.config', () => ({ config: {} })),
  ]
}

const NO_TTS = {
  enabled: false,
  auto: 'off',
  provider: 'edge',
  fallbackProvider: null,
  fallbackProviders: [],
  prefsPath: '',
  hasOpenAIKey: false,
  hasElevenLabsKey: false,
  edgeEnabled: false,
}
