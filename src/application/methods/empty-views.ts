import type { AgentDirectory } from '../../domain/config/agent-directory.js'
import { lenientMethod, type MethodRow, unadvertised } from '../method-table.js'
import type { Clock } from '../ports/clock.js'
import type { SystemInfo } from '../ports/system-info.js'

/**
 * Views of existing clients whose subject this gateway does not have: they get an empty answer of the right shape,
 * because an unknown method would put an error on the user's screen every few seconds.
 */
export function emptyViews(parts: {
  readonly agents: AgentDirectory
  readonly clock: Clock
  readonly system: SystemInfo
}): readonly MethodRow[] {
  const { agents, clock, system } = parts
  return [
    lenientMethod('usage.status', () => ({ updatedAt: clock.now(), providers: [] })),
    lenientMethod('usage.cost', () => ({
      updatedAt: clock.now(),
      days: 0,
      daily: [],
      totals: NO_USAGE,
    })),
    lenientMethod('skills.status', () => ({
      workspaceDir: agents.defaultAgent.workspace,
      managedSkillsDir: `${system.stateDir}/skills`,
      skills: [],
    })),
    lenientMethod('cron.list', () => ({ jobs: [] })),
    lenientMethod('cron.status', () => ({
      enabled: false,
      storePath: '',
      jobs: 0,
      nextWakeAtMs: null,
    })),
    lenientMethod('cron.runs', () => ({ entries: [] })),
    lenientMethod('node.pair.list', () => ({ pending: [], paired: [] })),
    lenientMethod('voicewake.get', () => ({ triggers: [] })),
    lenientMethod('tts.status', () => NO_TTS),
    lenientMethod('tts.providers', () => ({ providers: [], active: 'edge' })),
    lenientMethod('talk.config', () => ({ config: {} })),
    unadvertised(
      lenientMethod('sessions.usage', () => ({
        updatedAt: clock.now(),
        startDate: dayOf(clock.now()),
        endDate: dayOf(clock.now()),
        sessions: [],
        totals: NO_USAGE,
        aggregates: NO_AGGREGATES,
      })),
    ),
    unadvertised(lenientMethod('sessions.usage.logs', () => ({ logs: [] }))),
  ]
}

function dayOf(unixMs: number): string {
  return new Date(unixMs).toISOString().slice(0, 10)
}

const NO_USAGE = {
  input: 0,
  output: 0,
  cacheRead: 0,
  cacheWrite: 0,
  totalTokens: 0,
  totalCost: 0,
  inputCost: 0,
  outputCost: 0,
  cacheReadCost: 0,
  cacheWriteCost: 0,
  missingCostEntries: 0,
}

const NO_AGGREGATES = {
  messages: { total: 0, user: 0, assistant: 0, toolCalls: 0, toolResults: 0, errors: 0 },
  tools: { totalCalls: 0, uniqueTools: 0, tools: [] },
  byModel: [],
  byProvider: [],
  byAgent: [],
  byChannel: [],
  dailyLatency: [],
  modelDaily: [],
  daily: [],
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
