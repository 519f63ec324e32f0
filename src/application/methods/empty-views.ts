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
    lenientMethod('usage.status', 'operator.read', () => ({ updatedAt: clock.now(), providers: [] })),
    lenientMethod('usage.cost', 'operator.read', () => ({
      updatedAt: clock.now(),
      days: 0,
      daily: [],
      totals: NO_USAGE,
    })),
    lenientMethod('skills.status', 'operator.read', () => ({
      workspaceDir: agents.defaultAgent.workspace,
      managedSkillsDir: `${system.stateDir}/skills`,
      skills: [],
    })),
    lenientMethod('cron.list', 'operator.read', () => ({ jobs: [] })),
    lenientMethod('cron.status', 'operator.read', () => ({
      enabled: false,
      storePath: '',
      jobs: 0,
      nextWakeAtMs: null,
    })),
    lenientMethod('cron.runs', 'operator.read', () => ({ entries: [] })),
    lenientMethod('node.list', 'operator.read', () => ({ ts: clock.now(), nodes: [] })),
    lenientMethod('node.pair.list', 'operator.pairing', () => ({ pending: [], paired: [] })),
    lenientMethod('device.pair.list', 'operator.pairing', () => ({ pending: [], paired: [] })),
    lenientMethod('voicewake.get', 'operator.read', () => ({ triggers: [] })),
    lenientMethod('tts.status', 'operator.read', () => NO_TTS),
    lenientMethod('tts.providers', 'operator.read', () => ({ providers: [], active: 'edge' })),
    lenientMethod('talk.config', 'operator.read', () => ({ config: {} })),
    lenientMethod('exec.approvals.get', 'operator.admin', () => ({
      path: `${system.stateDir}/exec-approvals.json`,
      exists: false,
      hash: '',
      file: { version: 1, agents: {} },
    })),
    lenientMethod('agents.files.list', 'operator.read', ({ agentId }) => {
      const agent = (typeof agentId === 'string' ? agents.find(agentId) : undefined) ?? agents.defaultAgent
      return { agentId: agent.id, workspace: agent.workspace, files: [] }
    }),
    unadvertised(
      lenientMethod('sessions.usage', 'operator.read', () => ({
        updatedAt: clock.now(),
        startDate: dayOf(clock.now()),
        endDate: dayOf(clock.now()),
        sessions: [],
        totals: NO_USAGE,
        aggregates: NO_AGGREGATES,
      })),
    ),
    unadvertised(lenientMethod('sessions.usage.logs', 'operator.read', () => ({ logs: [] }))),
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
